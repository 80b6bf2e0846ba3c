"""What the pages of the people who run a meeting show, as plain values: drawn by the server, and again by the page
from the same values when it works without a network."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import Max

from madang.commons.meetings import queries, room
from madang.commons.meetings.enums import Place, Turn
from madang.commons.meetings.models import CheckIn, HallAct, Meeting, Note, Table


def digest(number: str, ticket: str) -> str:
    """What a helper's device knows of a ticket while it has no network."""
    return hashlib.sha256(f"{number}/{ticket}".encode()).hexdigest()[:16]


def floor(meeting: Meeting) -> dict[str, Any]:
    """Agenda with its times, who speaks, who waits in which order, and the place of the newest question."""
    speakers = queries.speakers(meeting)
    speaking = next((one for one in speakers if one.state == Turn.SPEAKING), None)
    return {
        "state": meeting.state,
        "agenda": [
            {
                "item": item.pk,
                "title": item.title,
                "minutes": item.minutes,
                "started": item.started_at.isoformat() if item.started_at else "",
                "ended": item.ended_at.isoformat() if item.ended_at else "",
            }
            for item in queries.agenda(meeting)
        ],
        "speaking": _speaker(speaking) | {"since": speaking.called_at.isoformat()}
        if speaking is not None and speaking.called_at is not None
        else None,
        "line": [_speaker(one) for one in room.line(meeting, speakers)],
        "seconds": meeting.speaking_seconds,
        "asked": meeting.questions.aggregate(last=Max("place"))["last"] or 0,
    }


def _speaker(speaker: Any) -> dict[str, Any]:
    return {"place": speaker.place, "label": speaker.label, "stance": speaker.stance}


def door(meeting: Meeting) -> dict[str, Any]:
    """How many came of how many, and every ticket as a digest with how it stands. No names: there are none."""
    came = set(
        CheckIn.objects.filter(registration__meeting=meeting).values_list("registration__ticket", flat=True)
    )
    rows = meeting.registrations.filter(state__in=[Place.SEATED, Place.WAITING]).values_list(
        "ticket", "state", "attending"
    )
    return {
        "came": len(came),
        "expected": sum(state == Place.SEATED and attending == "on_site" for _t, state, attending in rows),
        "seats": meeting.seats,
        "tickets": {
            digest(meeting.number, ticket): "came" if ticket in came else state for ticket, state, _a in rows
        },
    }


def notes(table: Table) -> list[dict[str, Any]]:
    """The notes of a table, oldest first; one that stands beside another says beside which."""
    rows = Note.objects.filter(table=table).select_related("beside")
    return [
        {
            "note": str(row.key),
            "version": row.version,
            "text": row.text,
            "language": row.language,
            "beside": str(row.beside.key) if row.beside else "",
        }
        for row in rows
    ]


def to_look_at(meeting: Meeting) -> list[HallAct]:
    """Acts that could not be taken in as they were sent and that nobody has looked at."""
    return list(meeting.acts.exclude(outcome="done").filter(settled_at=None).order_by("-received_at")[:50])
