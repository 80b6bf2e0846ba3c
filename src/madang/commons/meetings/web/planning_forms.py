"""What an office types to plan a meeting, and to move it or call it off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.commons.meetings.enums import Mode, SpeakingRule
from madang.commons.meetings.models import Meeting
from madang.kernel import clock, places
from madang.kernel.levels import Level
from madang.kernel.models import Organisation
from madang.kernel.web.fields import References, Words


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
        label=_("Hosted by"),
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
