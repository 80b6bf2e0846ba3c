"""The public state of a hall as plain values: for the projector, the phones and the stream."""

from __future__ import annotations

from typing import Any

from madang.commons.meetings import queries
from madang.commons.meetings.enums import Asked, Turn
from madang.commons.meetings.logic import turns
from madang.commons.meetings.models import Meeting, Speaker

MOST = 30  # questions of one look; the projector shows fewer


def who(speaker: Speaker) -> int | None:
    return speaker.registration_id


def line(meeting: Meeting, speakers: list[Speaker]) -> list[Speaker]:
    """Those who wait, in the order of the meeting's rule."""
    waiting = {one.place: one for one in speakers if one.state == Turn.WAITING}
    heard = sorted(
        (one for one in speakers if one.called_at is not None), key=lambda one: (one.called_at, one.place)
    )
    sides = [one.stance for one in heard if one.stance in ("for", "against")]
    order = turns.ordered(
        [turns.Waiting(one.place, one.stance, who(one)) for one in waiting.values()],
        rule=meeting.speaking_rule,
        spoken={one.registration_id for one in heard if one.registration_id is not None},
        last_stance=sides[-1] if sides else "",
    )
    return [waiting[one.place] for one in order]


def state(meeting: Meeting) -> dict[str, Any]:
    """Questions by rank, who speaks since when, how many wait, which agenda item is on. JSON."""
    speakers = queries.speakers(meeting)
    speaking = next((one for one in speakers if one.state == Turn.SPEAKING), None)
    item = meeting.agenda.filter(removed_at=None, started_at__isnull=False, ended_at=None).first()
    return {
        "state": meeting.state,
        "item": {"title": item.title, "minutes": item.minutes, "since": item.started_at.isoformat()}
        if item is not None and item.started_at is not None
        else None,
        "speaking": {
            "place": speaking.place,
            "label": speaking.label,
            "stance": speaking.stance,
            "since": speaking.called_at.isoformat() if speaking.called_at else "",
            "seconds": meeting.speaking_seconds,
        }
        if speaking is not None
        else None,
        "line": [{"place": one.place, "label": one.label} for one in line(meeting, speakers)[:5]],
        "waiting": sum(one.state == Turn.WAITING for one in speakers),
        "questions": [
            {
                "place": one.place,
                "body": one.body,
                "language": one.language,
                "support": one.support,  # type: ignore[attr-defined]  # annotated
                "answered": one.state == Asked.ANSWERED,
            }
            for one in queries.questions(meeting)[:MOST]
        ],
    }
