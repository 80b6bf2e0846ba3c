"""What the hall offers the portal."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.commons.meetings.models import Meeting
from madang.kernel.manifest import Entry, Feature, Link, register


def resolve(references: Iterable[str]) -> dict[str, Link]:
    """Titles and pages of meetings."""
    numbers = [reference.removeprefix("meeting:") for reference in references]
    found = Meeting.objects.filter(number__in=numbers).only("number", "title_ko", "title_en")
    return {
        meeting.reference: Link(meeting.title, reverse("meeting", args=[meeting.number])) for meeting in found
    }


register(
    Feature(
        name="meetings",
        label=_("Meetings"),
        navigation=(Entry(_("Meetings"), "meetings", "/meetings/", 20),),
        resolve={"meeting": resolve},
    )
)
