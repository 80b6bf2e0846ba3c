"""Forms of intake. Every error says what to do; what was typed is shown again."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from madang.commons.channels import targets
from madang.commons.channels.domain.paper import MOST
from madang.commons.channels.enums import SpoilReason
from madang.commons.channels.logic import texting
from madang.kernel.web.fields import CleanText

TITLE = 200
"""Characters of an answer that stand as its title; a longer one is kept whole as its text."""


def new_ticket() -> str:
    """A key that a form carries, so that sending it twice files once."""
    return secrets.token_urlsafe(18)


class WordsForm(forms.Form):
    """What somebody says: a title, the words, a name to show, an address for news."""

    title = CleanText(
        max_length=300,
        label=_("What should change?"),
        help_text=_("One sentence."),
        error_messages={"required": _("Write in one sentence what should change.")},
    )
    body = CleanText(rows=8, max_length=20_000, label=_("Why, and how?"), required=False)
    name = CleanText(
        max_length=40,
        required=False,
        label=_("Name shown"),
        help_text=_("A nickname is fine. Empty means “without a name”."),
    )
    email = forms.EmailField(
        required=False,
        label=_("E-mail for news"),
        help_text=_("Never shown. One mail asks first whether the address is right."),
        error_messages={"invalid": _("Write the address like name@example.kr, or leave it empty.")},
    )

    def fit(self, question: targets.Question | None, telling: targets.Telling | None = None) -> None:
        """Where one answer without a name is wanted: one field with the question over it, and nothing about the person.
        Where words are taken that are no proposal: the labels say what they are."""
        if telling is not None:
            for name, label, hint in (
                ("title", telling.title, telling.title_hint),
                ("body", telling.body, telling.body_hint),
            ):
                self.fields[name].label, self.fields[name].help_text = str(label), str(hint)
            self.fields["title"].error_messages["required"] = _("Write in a few words what it is about.")
            if not telling.is_public:
                self.fields["name"].label = _("Name")
        if question is None:
            return
        for name in ("body", "name", "email"):
            del self.fields[name]
        self.fields["title"] = CleanText(
            rows=4,
            max_length=question.longest,
            label=question.words,
            error_messages={"required": _("Write an answer.")},
        )

    def words(self, **more: Any) -> targets.Words:
        data = self.cleaned_data
        if "body" not in self.fields:
            answer = data["title"]
            is_long = len(answer) > TITLE
            return targets.Words(
                f"{answer[: TITLE - 1]}…" if is_long else answer, answer if is_long else "", **more
            )
        return targets.Words(
            title=data["title"], body=data["body"], name=data["name"], email=data["email"], **more
        )

    def refuse(self, code: str, reason: str) -> None:
        """Put a refusal beside the field it is about, where it is about one."""
        field = code.removeprefix("words.") if code.startswith("words.") else None
        if "body" not in self.fields and field == "body":
            field = "title"
        self.add_error(field if field in self.fields else None, reason)


class PhoneForm(WordsForm):
    """What a caller says, typed by an operator."""

    ticket = forms.CharField(widget=forms.HiddenInput, max_length=40)
    target = forms.ChoiceField(label=_("Where to"), error_messages={"required": _("Choose where it goes.")})
    consented = forms.BooleanField(
        label=_("I have read the sentences above aloud, and the caller agrees."),
        error_messages={"required": _("Read the sentences aloud and ask whether the caller agrees.")},
    )
    read_back = forms.BooleanField(
        label=_("I have read the text back, and the caller says it is right."),
        error_messages={"required": _("Read the text back to the caller before you file it.")},
    )
    field_order = ["ticket", "target", "consented", "title", "body", "name", "email", "read_back"]

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["target"].choices = choices  # type: ignore[attr-defined]
        self.fields["ticket"].initial = new_ticket()

    def fit(self, question: targets.Question | None, telling: targets.Telling | None = None) -> None:
        super().fit(question, telling)
        if question is not None or telling is not None:
            self.fields["target"].widget = forms.HiddenInput()


class CallForm(forms.Form):
    """What a caller asks for about something that is there; who she is by her code or by the number she calls from."""

    ticket = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)
    number = CleanText(
        max_length=40,
        label=_("Number of the idea"),
        help_text=_("Like ID-2611-00042-7."),
        error_messages={"required": _("Write the number of the idea.")},
    )
    act = forms.ChoiceField(
        label=_("What the caller asks for"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the caller asks for.")},
    )
    body = CleanText(
        rows=4,
        max_length=2000,
        required=False,
        label=_("Her words"),
        help_text=_("Only for a comment. Word for word; it is public."),
    )
    code = CleanText(
        max_length=20,
        required=False,
        label=_("The caller's code"),
        help_text=_("Eight characters, XXXX-XXXX. Zero, not O; the letters I, L, O and U do not occur."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    phone = CleanText(
        max_length=30,
        required=False,
        label=_("The number she calls from"),
        help_text=_("Like 010-1234-5678. Each number counts once, also by text message."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    seen = forms.ChoiceField(
        choices=[
            ("shown", _("The display shows it")),
            ("called_back", _("I hung up and called it back")),
        ],
        required=False,
        label=_("How do you know the number?"),
        widget=forms.RadioSelect,
    )
    consented = forms.BooleanField(
        required=False, label=_("I have read the sentences above aloud, and the caller agrees.")
    )
    read_back = forms.BooleanField(
        label=_("I have read it back, and the caller says it is right."),
        error_messages={"required": _("Read it back to the caller before you enter it.")},
    )

    def __init__(self, *args: Any, acts: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["act"].choices = acts  # type: ignore[attr-defined]
        self.fields["ticket"].initial = new_ticket()

    def clean(self) -> dict[str, Any]:
        """One of the two says who she is; what goes with a number is asked only with a number."""
        data: dict[str, Any] = super().clean() or {}
        if "code" in self.errors or "phone" in self.errors:
            return data
        if bool(data["code"]) == bool(data["phone"]):
            self.add_error(
                "code",
                _("Write either the code or the number, not both.")
                if data["code"]
                else _("Ask the caller for her code, or write the number she calls from."),
            )
        elif data["phone"]:
            if not texting.phone_number(data["phone"]):
                self.add_error("phone", _("Write the number like 010-1234-5678."))
            if not data.get("seen") and "seen" not in self.errors:
                self.add_error("seen", _("Say how you know the number."))
            if not data.get("consented"):
                self.add_error("consented", _("Read the sentences aloud and ask whether the caller agrees."))
        return data

    def refuse(self, code: str, reason: str) -> None:
        """Put a refusal beside the field it is about; a wrong code is not shown again."""
        field = code.removeprefix("calling.")
        if field == "code":
            self.data = {**self.data.dict(), "code": ""} if isinstance(self.data, QueryDict) else self.data
        self.add_error(field if field in self.fields else None, reason)


class KioskForm(WordsForm):
    """What somebody writes at a public terminal. Nothing is offered from before, and nothing is kept for later."""

    def fit(self, question: targets.Question | None, telling: targets.Telling | None = None) -> None:
        super().fit(question, telling)
        if question is not None:
            self.fields["consented"] = forms.BooleanField(
                label=_("I agree to this."),
                error_messages={"required": _("Agree to what happens with your answer, or end here.")},
            )
            for field in self.fields.values():
                field.widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})

    ticket = forms.CharField(widget=forms.HiddenInput, max_length=40)
    field_order = ["ticket", "title", "body", "name", "email"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ticket"].initial = new_ticket()
        for field in self.fields.values():
            field.widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})


class KioskStartForm(forms.Form):
    """Making this browser a public terminal."""

    target = forms.ChoiceField(label=_("For what"), error_messages={"required": _("Choose what it is for.")})
    where = CleanText(
        max_length=80,
        label=_("Where it stands"),
        error_messages={"required": _("Write where the terminal stands.")},
    )
    pin = forms.RegexField(
        r"^[0-9]{4,8}$",
        label=_("Number to end it"),
        help_text=_("Four to eight figures. Whoever knows them ends the kiosk at the terminal."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Choose four to eight figures."),
            "invalid": _("Choose four to eight figures."),
        },
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["target"].choices = choices  # type: ignore[attr-defined]


class SheetForm(WordsForm):
    """What stands on a paper form, word for word."""


class SandboxForm(forms.Form):
    """A text message as a phone would send it, for trying."""

    sender = CleanText(
        max_length=30,
        label=_("From the number"),
        initial="010-1234-5678",
        error_messages={"required": _("Write a number.")},
    )
    words = CleanText(
        rows=3,
        max_length=2000,
        label=_("Message"),
        error_messages={"required": _("Write a message.")},
    )

    def clean_sender(self) -> str:
        number = texting.phone_number(self.cleaned_data["sender"])
        if not number:
            raise forms.ValidationError(_("Write the number like 010-1234-5678."))
        return number


class BatchForm(forms.Form):
    """Paper forms for one place."""

    target = forms.ChoiceField(label=_("For what"), error_messages={"required": _("Choose what it is for.")})
    booth = CleanText(
        max_length=80,
        label=_("Given to"),
        help_text=_("A booth, a library, an office. It is published with the count."),
        error_messages={"required": _("Write where the forms go.")},
    )
    size = forms.IntegerField(
        min_value=1,
        max_value=MOST,
        label=_("Number of forms"),
        help_text=_("At most %(most)s in a batch.") % {"most": MOST},
        error_messages={
            "required": _("Write how many forms."),
            "invalid": _("Write the number in figures."),
            "min_value": _("At least one form."),
            "max_value": _("At most %(most)s forms in a batch. Issue several batches for more.")
            % {"most": MOST},
        },
    )
    sample = forms.IntegerField(
        min_value=0,
        max_value=100,
        initial=10,
        label=_("Typed twice, in per cent"),
        help_text=_("Drawn at random: two people type these without seeing each other's words."),
        error_messages={
            "required": _("Write a share between 0 and 100."),
            "invalid": _("Write a share between 0 and 100."),
            "min_value": _("Write a share between 0 and 100."),
            "max_value": _("Write a share between 0 and 100."),
        },
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["target"].choices = choices  # type: ignore[attr-defined]


class FindForm(forms.Form):
    """A form by its number, or by a photograph of it."""

    serial = CleanText(
        max_length=200,
        required=False,
        label=_("Number of the form"),
        help_text=_("Under the code, like PF-2611-01001-7. A hand scanner types it by itself."),
    )
    picture = forms.FileField(
        required=False,
        label=_("Photograph or scan"),
        help_text=_("JPEG, PNG or WebP, up to 5 MB. It may lie upside down."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class SpoilForm(forms.Form):
    """Why a form is not entered."""

    why = forms.ChoiceField(
        choices=[choice for choice in SpoilReason.choices if choice[0] != SpoilReason.MISSING],
        label=_("Why is it not entered?"),
        error_messages={"required": _("Choose one of the reasons.")},
    )


class BackForm(forms.Form):
    """Sheets that came back unused, from one place of the batch to another."""

    first = forms.IntegerField(min_value=1, label=_("From sheet"))
    last = forms.IntegerField(min_value=1, label=_("To sheet"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last sheet comes after the first."))
        return data


class CloseForm(forms.Form):
    """What was counted by hand, pile by pile."""

    entered = forms.IntegerField(min_value=0, max_value=999, label=_("Entered, in the pile"))
    spoiled = forms.IntegerField(min_value=0, max_value=999, label=_("Spoiled, in the pile"))
    unused = forms.IntegerField(min_value=0, max_value=999, label=_("Unused, in the pile"))
    difference = CleanText(
        rows=2,
        max_length=1000,
        required=False,
        label=_("Why the piles differ from the records"),
        help_text=_("Only if they do. It is published."),
    )
