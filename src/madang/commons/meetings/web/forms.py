"""What people type to come to a meeting, and what its office types to plan it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.commons.meetings.enums import Attending, Mode, Need, PassKind, SpeakingRule, Stance
from madang.commons.meetings.logic import stamps
from madang.commons.meetings.models import Meeting
from madang.commons.meetings.web.fields import Reference, References, Words
from madang.kernel import clock, ids, places
from madang.kernel.levels import Level
from madang.kernel.models import Organisation

# A code behind the # of a QR code is put into the field by the page (`js/receipt.js`) and reaches no log.
CODE = {
    "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "data-receipt-code": True,
}  # fmt: skip


def _code(label: Any, help_text: Any, required: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=60,
        help_text=help_text,
        widget=forms.TextInput(attrs=CODE),
        error_messages={"required": required},
    )


def _address(label: Any) -> forms.URLField:
    return forms.URLField(
        label=label,
        required=False,
        max_length=400,
        assume_scheme="https",
        error_messages={"invalid": _("Give a whole address that begins with https://.")},
    )


def _published_reason() -> Words:
    return Words(
        label=_("Reason"),
        most=500,
        rows=2,
        help_text=_("One sentence. It is published and sent to everybody who registered."),
        error_messages={"required": _("Give the reason in a sentence; it is published.")},
    )


def _about_one() -> Reference:
    return Reference(
        label=_("Number of the idea it is about"),
        most=80,
        required=False,
        help_text=_("Empty if it is about none."),
    )


class RegisterForm(forms.Form):
    """How somebody comes, and what she needs."""

    attending = forms.ChoiceField(
        label=_("How do you take part?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how you take part."),
            "invalid_choice": _("Choose one of the ways that are offered."),
        },
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_(
            "We send one mail with a link. Your seat is yours when you open it. The address is erased 90 days after"
            " the meeting."
        ),
        error_messages={
            "required": _("Give the address to which the link goes, or sign in."),
            "invalid": _("An address looks like name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    needs = forms.MultipleChoiceField(
        label=_("Do you need something to take part?"),
        required=False,
        choices=Need.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only the organisers see this. It is erased a day after the meeting."),
        error_messages={"invalid_choice": _("Choose from the list, or write it below.")},
    )
    need_words = Words(
        label=_("What should we know?"),
        required=False,
        most=200,
        rows=2,
        help_text=_("For instance: a place near the door, a written summary, an assistant who comes along."),
    )

    def __init__(self, *args: Any, meeting: Meeting, signed_in: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        ways = {
            Mode.ON_SITE: [Attending.ON_SITE],
            Mode.ONLINE: [Attending.ONLINE],
            Mode.BOTH: [Attending.ON_SITE, Attending.ONLINE],
        }[Mode(meeting.mode)]
        field = self.fields["attending"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(way.value, way.label) for way in ways]
        if len(ways) == 1:
            field.initial = ways[0].value
        if signed_in:
            del self.fields["email"]


class CodeForm(forms.Form):
    """The code of a registration."""

    code = _code(
        _("Code of your registration"),
        _("Five groups of four characters, from the page you saw when you registered."),
        _("Type the code of your registration."),
    )

    def clean_code(self) -> str:
        code = ids.read_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(
                _("This code opens nothing. Check it and type it again."), code="unknown"
            )
        return code


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("Choose the day."), "invalid": _("A day looks like 2026-12-01.")},
        **options,
    )


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": _("Choose the time."), "invalid": _("A time looks like 14:30.")},
    )


class WhenForm(forms.Form):
    """When and in which hall; the moments are in Korean time."""

    day = _day(_("Day"))
    start = _time(_("Begins"))
    end = _time(_("Ends"))
    place = Words(
        label=_("Hall"),
        required=False,
        most=100,
        help_text=_("As people know it. Empty for a meeting online."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"day", "start", "end"} <= cleaned.keys():
            if cleaned["end"] <= cleaned["start"]:
                self.add_error("end", _("It ends before it begins. Give an end after the beginning."))
                return cleaned
            cleaned["starts_at"], cleaned["ends_at"] = (
                datetime.combine(cleaned["day"], cleaned[name], clock.SEOUL) for name in ("start", "end")
            )
        return cleaned


def when_of(meeting: Meeting) -> dict[str, Any]:
    """What `WhenForm` begins with."""
    start, end = clock.seoul(meeting.starts_at), clock.seoul(meeting.ends_at)
    return {"day": start.date(), "start": start.time(), "end": end.time(), "place": meeting.place}


class MoveForm(WhenForm):
    """Another time or hall."""

    reason = _published_reason()


class CancelForm(forms.Form):
    reason = _published_reason()


class DetailsForm(forms.Form):
    """What a meeting is, beside when and where."""

    title_ko = Words(
        label=_("Title in Korean"), most=100, error_messages={"required": _("Give the meeting a title.")}
    )
    title_en = Words(label=_("Title in English"), required=False, most=140)
    summary_ko = Words(
        label=_("What it is about, in Korean"),
        most=2000,
        rows=4,
        required=False,
        help_text=_("What will be talked about, and what happens with the result."),
    )
    summary_en = Words(label=_("What it is about, in English"), most=2000, rows=4, required=False)
    mode = forms.ChoiceField(label=_("On site or online"), choices=Mode.choices)
    address = Words(label=_("Address of the hall"), required=False, most=160)
    district = forms.ChoiceField(
        label=_("District"),
        required=False,
        error_messages={"invalid_choice": _("Choose a district from the list, or none.")},
    )
    seats = forms.IntegerField(
        label=_("Seats in the hall"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=_("Empty: as many as come. Whoever comes after the last seat waits in line."),
        error_messages={
            "invalid": _("Give a number."),
            "min_value": _("Give at least one seat, or leave it empty."),
        },
    )
    level = forms.ChoiceField(
        label=_("Who can register"),
        choices=[(one.value, one.label) for one in (Level.CONTACT, Level.RESIDENT)],
    )
    speaking_rule = forms.ChoiceField(label=_("Who speaks next"), choices=SpeakingRule.choices)
    speaking_minutes = forms.DecimalField(
        label=_("Minutes for each speaker"),
        min_value=0.5,
        max_value=60,
        decimal_places=1,
        initial=3,
        error_messages={"invalid": _("Give a number of minutes.")},
    )
    stream_url = _address(_("Address of the stream"))
    recording_url = _address(_("Address of the recording"))
    about = References(
        label=_("What it is about"),
        required=False,
        most=600,
        help_text=_("Numbers of ideas, with commas between them. Their pages then show this meeting."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["district"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("None in particular")), *places.choices()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "speaking_minutes" in cleaned:
            cleaned["speaking_seconds"] = int(cleaned["speaking_minutes"] * 60)
        if cleaned.get("mode") == Mode.ONLINE and cleaned.get("seats"):
            self.add_error("seats", _("A meeting online has no seats. Leave this empty."))
        return cleaned

    def details(self) -> dict[str, Any]:
        """What the domain takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "speaking_minutes"}


def details_of(meeting: Meeting) -> dict[str, Any]:
    """What `DetailsForm` begins with."""
    names = (
        "title_ko", "title_en", "summary_ko", "summary_en", "mode", "address", "district", "seats", "level",
        "speaking_rule", "stream_url", "recording_url",
    )  # fmt: skip
    seconds = meeting.speaking_seconds
    return {name: getattr(meeting, name) for name in names} | {
        "speaking_minutes": seconds // 60 if seconds % 60 == 0 else round(seconds / 60, 1),
        "about": list(meeting.about.values_list("reference", flat=True)),
    }


class PlanForm(DetailsForm, WhenForm):
    """A new meeting. When and where come first."""

    field_order = ("host", "title_ko", "title_en", "day", "start", "end", "mode", "place", "address")
    host: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label=_("Office that invites"),
        error_messages={
            "required": _("Choose an office."),
            "invalid_choice": _("Choose an office from the list."),
        },
    )

    def __init__(self, *args: Any, offices: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["host"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = offices
        if len(offices) == 1:
            field.initial = offices[0]
            field.empty_label = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("mode") not in (None, Mode.ONLINE) and not cleaned.get("place"):
            self.add_error("place", _("Say in which hall it is, or choose “Online”."))
        return cleaned

    def details(self) -> dict[str, Any]:
        return {
            name: value for name, value in super().details().items() if name not in ("day", "start", "end")
        }


class PassForm(CodeForm):
    """The code of a pass."""

    code = _code(
        _("Code for helpers"),
        _("Five groups of four characters, from the organiser."),
        _("Type the code that you were given."),
    )


class AskForm(forms.Form):
    body = Words(
        label=_("Your question"),
        most=400,
        rows=3,
        help_text=_("One question. Nobody sees who asked."),
        error_messages={"required": _("Write your question.")},
    )


class TicketForm(forms.Form):
    ticket = Words(
        label=_("Ticket from the door"),
        most=60,
        help_text=_("Eight characters, for people who came without registration."),
        error_messages={"required": _("Type the eight characters.")},
    )


class SpeakForm(forms.Form):
    stance = forms.ChoiceField(label=_("You speak"), choices=Stance.choices, initial=Stance.OTHER)
    label = Words(label=_("Name to call"), required=False, most=40)
    agreed = forms.BooleanField(
        label=_("The room and the stream may see this name"),
        required=False,
        help_text=_("Without this, you are called by your number."),
    )


class AgendaForm(forms.Form):
    """One agenda item; `seen` is the version that was on the screen."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = Words(label=_("Agenda item"), most=140, error_messages={"required": _("Give it a title.")})
    minutes = forms.IntegerField(
        label=_("Length in minutes"),
        min_value=1,
        max_value=600,
        initial=10,
        error_messages={
            "required": _("Give the planned minutes."),
            "invalid": _("Give a number of minutes."),
            "min_value": _("Give at least one minute."),
        },
    )
    note = Words(label=_("Note"), most=1000, rows=3, required=False)
    reference = _about_one()


class TableForm(forms.Form):
    topic = Words(label=_("Topic of the table"), most=100, required=False)


class PassMakeForm(forms.Form):
    kind = forms.ChoiceField(label=_("May do"), choices=PassKind.choices)
    table = forms.TypedChoiceField(
        label=pgettext_lazy("hall", "Table"), required=False, coerce=int, empty_value=""
    )
    label = Words(
        label=_("For which task"),
        most=40,
        help_text=_("“Door east”, for instance. No names."),
        error_messages={"required": _("Say for which task it is.")},
    )

    def __init__(self, *args: Any, tables: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["table"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            ("", pgettext_lazy("hall", "None")),
            *[(str(table.place), f"{table.place} {table.topic}") for table in tables],
        ]


class ParagraphForm(forms.Form):
    """One paragraph of the minutes."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = Words(
        label=_("What was said"), most=5000, rows=4, error_messages={"required": _("Write what was said.")}
    )
    item = forms.TypedChoiceField(label=_("Agenda item"), required=False, coerce=int, empty_value="")
    question = forms.TypedChoiceField(
        label=_("Answers the question"), required=False, coerce=int, empty_value=""
    )
    reference = _about_one()
    second = Words(
        label=_("Moment of the recording"),
        most=12,
        required=False,
        help_text=_("1:02:05 or 62:05. Empty if there is none."),
    )

    def __init__(self, *args: Any, items: Any, questions: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        item, question = self.fields["item"], self.fields["question"]
        assert isinstance(item, forms.TypedChoiceField) and isinstance(question, forms.TypedChoiceField)
        item.choices = [("", pgettext_lazy("hall", "None")), *[(str(one.pk), one.title) for one in items]]
        question.choices = [
            ("", pgettext_lazy("hall", "None")),
            *[(str(one.pk), f"{one.place}. {one.body[:60]}") for one in questions],
        ]

    def clean_second(self) -> int | None:
        typed = self.cleaned_data["second"]
        if not typed:
            return None
        second = stamps.read(typed)
        if second is None:
            raise forms.ValidationError(_("A moment looks like 1:02:05 or 62:05."), code="stamp")
        return second

    def fields_of(self) -> dict[str, Any]:
        """What the domain takes."""
        data = self.cleaned_data
        return {
            "text": data["text"],
            "item_id": data["item"] or None,
            "question_id": data["question"] or None,
            "reference": data["reference"],
            "second": data["second"],
        }


class MissingForm(forms.Form):
    missing = Words(
        label=_("Who was missing in the room"),
        most=1000,
        rows=2,
        required=False,
        help_text=_("Whose voice would have been needed and was not there."),
    )


class ReasonForm(forms.Form):
    reason = Words(
        label=_("Reason"),
        most=500,
        rows=2,
        error_messages={"required": _("Give the reason in a sentence or two.")},
    )
