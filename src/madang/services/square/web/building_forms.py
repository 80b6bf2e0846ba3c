"""What a facilitator types into the grid. A draft may be unfinished: what publishing needs is asked by the checks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, plan
from madang.kernel.models import Organisation
from madang.kernel.saying import in_english
from madang.kernel.web.fields import Words
from madang.services.square.limits import REASON_MAX, REASON_MIN

SUMMARY_MAX = 500
UNITS = [
    ("calendar_days", _("days")),
    ("days", _("working days")),
    ("weeks", _("weeks")),
    ("months", _("months")),
]
TONES = [
    ("blue", _("Blue")),
    ("jade", _("Green")),
    ("ochre", _("Yellow")),
    ("plum", _("Purple")),
    ("persimmon", _("Orange")),
]
NEEDED = {"required": _("Write something here.")}
NUMBER = {
    "invalid": _("Write a whole number."),
    "min_value": _("Write at least %(limit_value)s."),
    "max_value": _("Write at most %(limit_value)s."),
}


class Moment(forms.DateTimeField):
    """A moment on a Seoul clock, with the browser's own control for it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs["widget"] = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        kwargs["input_formats"] = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
        kwargs["error_messages"] = {"invalid": _("Write the day and time like 2027-03-01 09:00.")}
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        naive = super().to_python(value)
        return naive.replace(tzinfo=clock.SEOUL) if isinstance(naive, datetime) else None


class PartForm(forms.Form):
    """A form for one part of a draft. `seen` says which value of it was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def value(self, before: dict[str, Any] | None) -> dict[str, Any]:
        """The part as it is to be kept; what the form does not ask for stays as it was."""
        raise NotImplementedError

    @classmethod
    def initial_of(cls, part: dict[str, Any]) -> dict[str, Any]:
        return part

    def typed(self) -> list[tuple[str, str]]:
        """Labels and what was typed, for the page of the second of two."""
        return [
            (str(self.fields[name].label or name), str(self[name].value() or ""))
            for name in self.fields
            if name not in ("seen", "key")
        ]


class WordsForm(PartForm):
    """Titles and descriptions in both languages."""

    title_ko = Words(most=80, label=_("Title in Korean"), error_messages=NEEDED)
    title_en = Words(
        most=120,
        required=False,
        label=_("Title in English"),
        help_text=_("Can follow later, but before it is published."),
    )
    summary_ko = Words(most=SUMMARY_MAX, rows=3, required=False, label=_("Description in Korean"))
    summary_en = Words(most=SUMMARY_MAX, rows=3, required=False, label=_("Description in English"))

    def words(self) -> dict[str, str]:
        names = ("title_ko", "title_en", "summary_ko", "summary_en")
        return {name: self.cleaned_data.get(name, "") for name in names}

    def value(self, before: dict[str, Any] | None) -> dict[str, Any]:
        return {**(before or {}), **self.words()}


class NewSpaceForm(forms.Form):
    """The first words of a space."""

    host: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        queryset=None,
        label=_("Hosting office"),
        help_text=_("It answers for the space: what is filed comes in there."),
        empty_label=None,
        error_messages={
            "required": _("Choose the office."),
            "invalid_choice": _("Choose an office from the list."),
        },
    )
    title_ko = Words(most=80, label=_("Title in Korean"), error_messages=NEEDED)
    title_en = Words(
        most=120,
        label=_("Title in English"),
        help_text=_("The web address is made of it and stays."),
        error_messages=NEEDED,
    )


class PhaseForm(WordsForm):
    """A stretch of time."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    starts_at = Moment(
        label=_("Begins"),
        help_text=_("Seoul time. Empty in the first phase: it begins with the publication."),
    )
    ends_at = Moment(label=_("Ends"), help_text=_("Seoul time. Empty in the last phase: it stays open."))
    is_narrative = forms.BooleanField(
        required=False,
        label=_("Tell followers when it begins"),
        help_text=_("Without this it is a silent phase: a boundary in the calendar that sends nothing."),
    )

    field_order = ["title_ko", "title_en", "starts_at", "ends_at", "is_narrative", "summary_ko", "summary_en"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", _("It has to end after it begins."))
        return cleaned

    def value(self, before: dict[str, Any] | None) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **self.words(),
            "starts_at": data["starts_at"].isoformat(timespec="seconds") if data["starts_at"] else None,
            "ends_at": data["ends_at"].isoformat(timespec="seconds") if data["ends_at"] else None,
            "is_narrative": data["is_narrative"],
        }

    @classmethod
    def initial_of(cls, part: dict[str, Any]) -> dict[str, Any]:
        read = {
            name: clock.seoul(datetime.fromisoformat(part[name])) if part.get(name) else None
            for name in ("starts_at", "ends_at")
        }
        shown = {name: f"{moment:%Y-%m-%dT%H:%M}" if moment else "" for name, moment in read.items()}
        return {"is_narrative": True, **part, **shown}


class ProcessForm(WordsForm):
    """One form, one set of ideas, one set of rules."""

    threshold = forms.IntegerField(
        min_value=1,
        max_value=10_000_000,
        required=False,
        label=_("Supporters from which an answer is owed"),
        help_text=_("The back-test shows what a number means."),
        error_messages=NUMBER,
    )
    discussion_days = forms.IntegerField(
        min_value=1,
        max_value=3650,
        required=False,
        label=_("Days of discussion"),
        help_text=_("How long an idea can gather support. Empty: without an end."),
        error_messages=NUMBER,
    )
    answer_amount = forms.IntegerField(
        min_value=1,
        max_value=366,
        required=False,
        label=_("The office answers within"),
        error_messages=NUMBER,
    )
    answer_unit = forms.ChoiceField(choices=UNITS, label=_("Counted in"), initial="calendar_days")
    objection_days = forms.IntegerField(
        min_value=1,
        max_value=366,
        required=False,
        label=_("Days for an objection to the answer"),
        error_messages=NUMBER,
    )
    source = Words(
        most=300,
        required=False,
        label=_("What the rule rests on"),
        help_text=_("Ordinance or order, with its number and day."),
    )
    checked = forms.BooleanField(
        required=False,
        label=_("Somebody compared the rule with this source"),
        help_text=_("Otherwise pages say that the source is not yet checked."),
    )
    valid_from = forms.DateField(
        required=False,
        label=_("A changed rule holds from"),
        help_text=_("Tomorrow at the earliest. What was filed before keeps the rule it was filed under."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day like 2027-03-01.")},
    )
    order = forms.IntegerField(
        min_value=0, max_value=999, required=False, label=_("Place in the list"), error_messages=NUMBER
    )

    def value(self, before: dict[str, Any] | None) -> dict[str, Any]:
        data, old = self.cleaned_data, before or {}
        rule = {"arbiter_at": 3, "objections": 1, **(old.get("rule") or {})}
        asked = {
            "threshold": data["threshold"],
            "discussion_days": data["discussion_days"],
            "objection_days": data["objection_days"],
            "answer": {"amount": data["answer_amount"], "unit": data["answer_unit"]}
            if data["answer_amount"]
            else None,
        }
        for name, value in asked.items():
            rule.pop(name, None)
            if value is not None:
                rule[name] = value
        day: date | None = data.get("valid_from")
        return {
            **{name: old[name] for name in ("rule_code",) if name in old},
            **self.words(),
            "order": data["order"] if data["order"] is not None else 50,
            "rule": rule,
            "source": data["source"],
            "checked": data["checked"],
            "valid_from": day.isoformat() if day else None,
        }

    def for_first_version(self) -> None:
        """Before it was ever published its rule holds from the publication on; there is no day to choose."""
        del self.fields["valid_from"]

    @classmethod
    def initial_of(cls, part: dict[str, Any]) -> dict[str, Any]:
        rule = part.get("rule") or {}
        answer = rule.get("answer") or {}
        return {
            **{name: value for name, value in part.items() if name != "rule"},
            "threshold": rule.get("threshold"),
            "discussion_days": rule.get("discussion_days"),
            "objection_days": rule.get("objection_days", None if rule else 15),
            "answer_amount": answer.get("amount"),
            "answer_unit": answer.get("unit", "calendar_days"),
        }


def _values() -> list[tuple[str, Any]]:
    english = in_english()
    listed = [
        (str(one.number), f"{one.number}. {one.name['en' if english else 'ko']}")
        for one in plan.load().values
    ]
    return [("", _("None of them")), *listed]


class CategoryForm(WordsForm):
    """A field of policy within a process."""

    value_of_plan = forms.ChoiceField(
        choices=_values,
        required=False,
        label=_("Social value of the plan it serves"),
        help_text=_("Ideas are counted under it on the pages of the plan."),
    )
    tone = forms.ChoiceField(choices=TONES, initial="blue", label=_("Colour"))
    order = forms.IntegerField(
        min_value=0, max_value=999, required=False, label=_("Place in the list"), error_messages=NUMBER
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["summary_ko"], self.fields["summary_en"]

    def value(self, before: dict[str, Any] | None) -> dict[str, Any]:
        data, old = self.cleaned_data, before or {}
        return {
            **self.words(),
            **{name: old.get(name, "") for name in ("summary_ko", "summary_en")},
            "tone": data["tone"],
            "value": int(data["value_of_plan"]) if data["value_of_plan"] else None,
            "order": data["order"] if data["order"] is not None else 50,
        }

    @classmethod
    def initial_of(cls, part: dict[str, Any]) -> dict[str, Any]:
        return {**part, "value_of_plan": str(part.get("value") or "")}


class CellForm(PartForm):
    """What may be done in one process during one phase, and by whom."""

    file = forms.ChoiceField(
        choices=[
            ("", _("Nobody")),
            ("anyone", _("Anyone, also without an account")),
            ("account", _("People with an account")),
            ("resident", _("Verified residents")),
        ],
        required=False,
        widget=forms.RadioSelect,
        label=_("Who may file"),
    )
    support = forms.ChoiceField(
        choices=[
            ("", _("Nobody")),
            ("account", _("People with an account")),
            ("resident", _("Verified residents")),
        ],
        required=False,
        widget=forms.RadioSelect,
        label=_("Who may support"),
        help_text=_("Each person counts once, so nobody supports without an account."),
    )
    comment = forms.BooleanField(required=False, label=_("People with an account may comment"))

    def value(self, before: dict[str, Any] | None) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **(before or {}),
            "file": data["file"],
            "support": data["support"],
            "comment": data["comment"],
        }


class PublishForm(forms.Form):
    """Why a version is published."""

    reason = Words(
        low=REASON_MIN,
        most=REASON_MAX,
        rows=3,
        label=_("Why is it published or changed?"),
        help_text=_("In a sentence. Everyone can read it in the history of the space."),
        error_messages={"required": _("Give a reason in a sentence; it is published.")},
    )
    short_notice = Words(
        most=REASON_MAX,
        rows=2,
        required=False,
        label=_("Why does it begin before the period of notice is over?"),
        help_text=_("Published too."),
        error_messages={"required": _("Give a reason in a sentence; it is published.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
