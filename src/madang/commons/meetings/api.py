"""The front door of the hall: for services whose things are talked about, for the portal and its API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from madang.commons.meetings import queries, reading, shown
from madang.commons.meetings.domain.forgetting import erase_address, erase_person
from madang.commons.meetings.enums import State
from madang.commons.meetings.models import CheckIn, Meeting, Registration

__all__ = [
    "Shown",
    "about",
    "agenda",
    "by_number",
    "came",
    "coming",
    "erase_address",
    "erase_person",
    "held_with_minutes",
    "listed",
    "minutes",
    "own_data",
    "plain",
    "published",
    "things",
]

by_number = queries.by_number
listed = reading.listed
plain = reading.meeting
agenda = reading.agenda
published = reading.published
minutes = reading.minutes
things = queries.things


@dataclass(frozen=True, slots=True)
class Shown:
    """A meeting as another page names it."""

    number: str
    title: str
    url: str
    when: str
    where: str
    state: str
    tag: dict[str, Any]
    starts_at: datetime


def about(references: Iterable[str], *, most: int = 20) -> list[Shown]:
    """Meetings about these things, the latest first; one query."""
    return [_shown(row) for row in queries.about(references).order_by("-starts_at", "-pk")[:most]]


def coming(references: Iterable[str], *, most: int = 3) -> list[Shown]:
    """Meetings about these things that are planned, open or under way, the next first; one query."""
    rows = queries.about(references).filter(pk__in=queries.upcoming().values("pk"))
    return [_shown(row) for row in rows.order_by("starts_at", "pk")[:most]]


def _shown(meeting: Meeting) -> Shown:
    return Shown(
        number=meeting.number,
        title=meeting.title,
        url=reverse("meeting", args=[meeting.number]),
        when=shown.when(meeting),
        where=shown.where(meeting),
        state=meeting.state,
        tag=shown.tag(meeting),
        starts_at=meeting.starts_at,
    )


def held_with_minutes() -> int:
    """How many meetings were held and have published minutes: evidence for the plan."""
    return Meeting.objects.filter(state=State.PUBLISHED).count()


def own_data(user_id: int) -> list[dict[str, Any]]:
    """What a person's registrations hold, for her own copy."""
    rows = Registration.objects.filter(person=user_id).select_related("meeting", "need", "check_in")
    return [
        {
            "meeting": row.meeting.number,
            "title": row.meeting.title_ko,
            "state": row.state,
            "attending": row.attending,
            "registered_at": row.made_at.isoformat(),
            "came_at": row.check_in.at.isoformat() if hasattr(row, "check_in") else None,
            "access_needs": row.need.listed if hasattr(row, "need") else [],
            "access_words": row.need.words if hasattr(row, "need") else "",
        }
        for row in rows.order_by("made_at", "pk")
    ]


def came(meeting: Meeting, people: Iterable[int]) -> frozenset[int]:
    """Which of these people, by key of their account, were checked in at the door."""
    rows = CheckIn.objects.filter(registration__meeting=meeting, registration__person__in=list(people))
    return frozenset(key for key in rows.values_list("registration__person_id", flat=True) if key is not None)
