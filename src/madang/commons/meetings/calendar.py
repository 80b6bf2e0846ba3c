"""Meetings as entries of a calendar. A meeting keeps its entry when it moves or is called off."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.conf import settings
from django.urls import reverse

from madang.commons.meetings.enums import State
from madang.commons.meetings.models import Meeting
from madang.commons.notices import api as notices
from madang.kernel.actors import Actor


def item(meeting: Meeting) -> notices.CalendarItem:
    where = ", ".join(part for part in (meeting.place, meeting.address) if part)
    return notices.CalendarItem(
        name=f"meeting-{meeting.number}",
        start=meeting.starts_at,
        end=meeting.ends_at,
        summary=meeting.title,
        description="\n".join(
            part for part in (meeting.number, meeting.host.name, meeting.summary, meeting.stream_url) if part
        ),
        url=settings.PUBLIC_URL + reverse("meeting", args=[meeting.number]),
        location=where,
        is_busy=True,
        is_cancelled=meeting.state == State.CANCELLED,
        is_tentative=meeting.state == State.PLANNED,
        facts=f"{meeting.title_ko}|{meeting.title_en}|{where}|{meeting.stream_url}",
    )


def items(meetings: Iterable[Meeting]) -> list[notices.CalendarItem]:
    return [item(meeting) for meeting in meetings]


def dates(references: Collection[str], actor: Actor) -> list[notices.CalendarItem]:
    """The meetings that somebody follows, for her private calendar."""
    numbers = [reference.removeprefix("meeting:") for reference in references]
    return items(Meeting.objects.filter(number__in=numbers).select_related("host"))
