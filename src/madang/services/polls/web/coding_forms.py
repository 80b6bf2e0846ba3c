"""Forms of analysts and coders. Every error says what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel import text
from madang.kernel.models import User
from madang.kernel.saying import in_english
from madang.kernel.web.fields import CleanedForm
from madang.services.polls.logic.codebook import KEYWORD
from madang.services.polls.web.forms import choosing

BIGGEST = 1_000_000
KEY = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")


def named(one: dict[str, Any] | None) -> str:
    """The name of a group or code in the language of the page, or whatever it has."""
    names = (one or {}).get("name") or {}
    first, second = ("en", "ko") if in_english() else ("ko", "en")
    return str(names.get(first) or names.get(second) or (one or {}).get("key") or "–")


def _line(label: Any, most: int, *, required: bool = False, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, **options)


def _words(
    label: Any, most: int, *, rows: int = 2, required: bool = False, **options: Any
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
        **options,
    )


def _key_field() -> forms.CharField:
    return _line(
        _("Key"),
        40,
        required=True,
        help_text=_(
            "Small letters, digits and hyphens. It stands in the data and stays the same when names change."
        ),
    )


class EntryForm(CleanedForm):
    """A group: key and names."""

    key = _key_field()
    name_ko = _line(_("Name in Korean"), 80)
    name_en = _line(_("Name in English"), 80)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_key(self) -> str:
        key = text.clean_line(self.cleaned_data["key"]).lower()
        if not KEY.match(key) or key == "new":
            raise forms.ValidationError(
                _("Use small letters, digits and hyphens only, for example fair-process.")
            )
        return key

    def entry(self, before: dict[str, Any] | None) -> dict[str, Any]:
        data = self.cleaned_data
        return {"key": data["key"], "name": {"ko": data["name_ko"], "en": data["name_en"]}}

    @classmethod
    def of(cls, entry: dict[str, Any]) -> dict[str, Any]:
        """The first values for an entry that exists."""
        return {"key": entry["key"], **_pair("name", entry.get("name"))}


class CodeForm(EntryForm):
    """A code: what it means and where it ends."""

    group = forms.ChoiceField(label=pgettext_lazy("codebook", "Group"), required=False)
    definition_ko = _words(_("Definition in Korean"), 500)
    definition_en = _words(_("Definition in English"), 500)
    include_ko = _words(_("Belongs here, in Korean"), 500)
    include_en = _words(_("Belongs here, in English"), 500)
    exclude_ko = _words(_("Does not belong here, in Korean"), 500)
    exclude_en = _words(_("Does not belong here, in English"), 500)
    examples_ko = _words(_("Examples in Korean"), 1500, rows=4, help_text=_("One answer on each line."))
    examples_en = _words(_("Examples in English"), 1500, rows=3, help_text=_("One answer on each line."))
    listed = forms.BooleanField(label=_("Named in the table by itself"), required=False, initial=True)

    def __init__(
        self, *args: Any, groups: Iterable[dict[str, Any]], apart: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if apart:
            del self.fields["group"], self.fields["listed"]
        else:
            choosing(self, "group").choices = [("", "–"), *((one["key"], named(one)) for one in groups)]

    def entry(self, before: dict[str, Any] | None) -> dict[str, Any]:
        data, kind = self.cleaned_data, (before or {}).get("kind", KEYWORD)
        return {
            **super().entry(before),
            "kind": kind,
            "group": (data.get("group") or None) if kind == KEYWORD else None,
            "listed": data.get("listed", True),
            **{
                part: {one: data[f"{part}_{one}"] for one in ("ko", "en") if data[f"{part}_{one}"]}
                for part in ("definition", "include", "exclude")
            },
            "examples": {
                one: lines
                for one in ("ko", "en")
                if (lines := data[f"examples_{one}"].split("\n")) and lines[0]
            },
        }

    @classmethod
    def of(cls, entry: dict[str, Any]) -> dict[str, Any]:
        found = super().of(entry) | {"group": entry.get("group") or "", "listed": entry.get("listed", True)}
        for part in ("definition", "include", "exclude"):
            found |= _pair(part, entry.get(part))
        examples = entry.get("examples") or {}
        return found | {f"examples_{one}": "\n".join(examples.get(one) or ()) for one in ("ko", "en")}


def _pair(name: str, texts: Any) -> dict[str, str]:
    return {f"{name}_{one}": str((texts or {}).get(one) or "") for one in ("ko", "en")}


class HeadForm(CleanedForm):
    """What holds for the whole draft."""

    title_ko = _line(_("Title in Korean"), 120)
    title_en = _line(_("Title in English"), 160)
    label = forms.ChoiceField(
        label=_("How many codes an answer gets"),
        choices=[
            ("single", _("One: the code that the table counts")),
            ("multi", _("One that the table counts, and others beside it")),
        ],
        widget=forms.RadioSelect,
    )
    assist = forms.BooleanField(
        label=_("Show what the machine suggests, where one person codes"),
        help_text=_(
            "Never in the sample that two people code. Who saw a suggestion is kept with her coding."
        ),
        required=False,
    )
    note = _line(_("What is different from the version before"), 300)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        changed: Sequence[dict[str, Any]] = (),
        codes: Sequence[dict[str, Any]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.moved = {f"to_{row['code']['key']}": row["code"]["key"] for row in changed}
        for name, key in self.moved.items():
            row = next(row for row in changed if row["code"]["key"] == key)
            self.fields[name] = forms.ChoiceField(
                label=named(row["code"]),
                choices=[("", _("Read anew")), *((one["key"], named(one)) for one in codes)],
                required=False,
                initial=row["to"]["key"] if row["to"] else "",
            )

    @property
    def mapping(self) -> dict[str, str]:
        return {key: self.cleaned_data[name] for name, key in self.moved.items()}


class StartForm(forms.Form):
    """A new version: from what?"""

    source = forms.ChoiceField(label=_("Begin with"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("Codebook as a JSON file"),
        required=False,
        help_text=_("As every codebook page offers it for download."),
    )

    def __init__(self, *args: Any, has_before: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("plan", _("The codebook of the plan's poll, as Madang has reconstructed it")),
            ("empty", _("An empty book")),
            ("file", _("A file")),
        ]
        if has_before:
            choices.insert(0, ("before", _("The version before")))
        choosing(self, "source").choices = choices
        self.fields["source"].initial = choices[0][0]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("source") == "file":
            found["body"] = self._read(found.get("file"))
        return found

    def _read(self, file: Any) -> Any:
        if file is None:
            self.add_error("file", _("Choose a file."))
            return None
        if file.size > BIGGEST:
            self.add_error("file", _("This file is too big for a codebook. It may have 1 MB."))
            return None
        try:
            body = json.loads(file.read().decode("utf-8-sig"))
        except (ValueError, RecursionError):
            self.add_error(
                "file", _("This is not a JSON file in UTF-8. Download a codebook here to see the form.")
            )
            return None
        if not isinstance(body, dict):
            self.add_error("file", _("This file holds no codebook. Download one here to see the form."))
        return body


TOGETHER = 2
"""Coders who read the same answers without seeing each other's."""


class CodersForm(forms.Form):
    """Who codes, and how much."""

    coders = forms.ModelMultipleChoiceField(
        label=_("Who codes"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who codes."), "invalid_choice": _("Choose from the list.")},
    )
    count = forms.IntegerField(
        label=pgettext_lazy("coding", "Answers"),
        min_value=1,
        max_value=1_000_000,
        error_messages={"min_value": _("Give a number above zero.")},
    )

    def __init__(
        self, *args: Any, people: Sequence[User], initial_count: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["coders"]
        field.queryset = User.objects.filter(pk__in=[one.pk for one in people]).order_by("pk")
        field.label_from_instance = lambda one: one.shown_name
        # Two of many are chosen by name: who reads is never whoever happens to hold the post.
        field.initial = [one.pk for one in people] if len(people) <= TOGETHER else []
        self.fields["count"].initial = initial_count


class CodingForm(forms.Form):
    """One coder's reading of one answer."""

    code = forms.ChoiceField(
        error_messages={
            "required": _("Choose a code first."),
            "invalid_choice": _("Choose a code from the list."),
        }
    )
    more = forms.MultipleChoiceField(required=False)
    alike = forms.BooleanField(required=False)
    shown = forms.BooleanField(required=False)

    def __init__(self, *args: Any, codes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one, one) for one in codes]
        choosing(self, "code").choices = choices
        choosing(self, "more").choices = choices


class DecideForm(CleanedForm):
    """A code and the reason for it."""

    code = forms.ChoiceField(
        label=_("The code that counts"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a code first.")},
    )
    reason = _words(_("Reason"), 500, rows=3, required=True)
    turn = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, codes: Iterable[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "code").choices = [(one["key"], named(one)) for one in codes]


class AnswerForm(CleanedForm):
    """The answer to an objection."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("uphold", _("The objection is right: the answer gets another code")),
            ("refuse", _("The code stays")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    code = forms.ChoiceField(label=_("The code it gets"), required=False)
    reason = _words(
        _("Reason"),
        500,
        rows=4,
        required=True,
        help_text=_("She reads it on her receipt page, word for word."),
    )

    def __init__(self, *args: Any, codes: Iterable[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "code").choices = [("", "–"), *((one["key"], named(one)) for one in codes)]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if found.get("verdict") == "uphold" and not found.get("code"):
            self.add_error("code", _("Choose the code that the answer should have."))
        return found


class ObjectionForm(CleanedForm):
    """What somebody with a receipt says about the coding of her answer."""

    text = _words(
        _("What was misunderstood?"),
        1000,
        rows=4,
        required=True,
        help_text=_("Somebody who did not code your answer reads this and replies with a reason."),
    )
    wanted = forms.ChoiceField(label=_("Which code would be right?"), required=False)

    def __init__(self, *args: Any, codes: Iterable[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self, "wanted").choices = [
            ("", _("I leave that to you")),
            *((one["key"], named(one)) for one in codes),
        ]
