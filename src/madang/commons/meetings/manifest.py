"""What the hall offers the portal."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.meetings.enums import State
from madang.commons.meetings.models import CheckIn, Meeting, Registration
from madang.commons.meetings.policies import ORGANISING
from madang.kernel.manifest import Entry, Feature, Link, Part, register


def resolve(references: Iterable[str]) -> dict[str, Link]:
    """Titles and pages of meetings."""
    numbers = [reference.removeprefix("meeting:") for reference in references]
    found = Meeting.objects.filter(number__in=numbers).only("number", "title_ko", "title_en")
    return {
        meeting.reference: Link(meeting.title, reverse("meeting", args=[meeting.number])) for meeting in found
    }


def parts() -> tuple[Part, ...]:
    """The hall as a part of project 7."""
    values = {
        "meetings": Meeting.objects.exclude(state=State.CANCELLED).count(),
        "registered": Registration.objects.count(),
        "came": CheckIn.objects.count(),
        "minutes": Meeting.objects.filter(state=State.PUBLISHED).count(),
    }
    sentence = gettext(
        "Meetings: %(meetings)s, with published minutes: %(minutes)s. Registrations: %(registered)s, people checked in: %(came)s."
    )
    return (Part(gettext("The hall"), sentence % values, reverse("meetings"), 30),)


register(
    Feature(
        name="meetings",
        label=_("Meetings"),
        navigation=(Entry(_("Meetings"), "meetings", "/meetings/", 20),),
        desk=(Entry(_("Meetings"), "desk_meetings", "/desk/meetings/", 61, ORGANISING),),
        resolve={"meeting": resolve},
        parts={7: parts},
    )
)
