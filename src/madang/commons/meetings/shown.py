"""Turns meetings into what the components of a page show: the only words for state, time and way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.commons.matters import api as matters
from madang.commons.meetings.enums import HELD, TO_COME, TONES, State
from madang.commons.meetings.models import Meeting, Minutes
from madang.kernel import clock
from madang.kernel.actors import person
from madang.kernel.templatetags.ui import seoul_text

Part = dict[str, Any]
ICONS = {
    State.PLANNED: "calendar",
    State.OPEN: "calendar",
    State.RUNNING: "people",
    State.CLOSED: "edit",
    State.PUBLISHED: "check",
    State.CANCELLED: "close",
}


def is_unrecorded(meeting: Meeting) -> bool:
    """Whether it would be over, and nobody has said that it began."""
    return meeting.state in TO_COME and meeting.ends_at <= clock.now()


def tag(meeting: Meeting) -> Part:
    state = State(meeting.state)
    if is_unrecorded(meeting):
        return {"label": _("Its day is past, nothing is recorded"), "tone": "ochre", "icon": "clock"}
    return {"label": state.label, "tone": TONES[state], "icon": ICONS[state]}


def when(meeting: Meeting) -> str:
    """Date and time; the end as a time alone when it is the same day."""
    start, end = clock.seoul(meeting.starts_at), clock.seoul(meeting.ends_at)
    last = seoul_text(end, "time") if start.date() == end.date() else seoul_text(end)
    return f"{seoul_text(start)} – {last}"


def where(meeting: Meeting) -> str:
    pieces = [meeting.place] if meeting.has_hall else []
    if meeting.is_online:
        pieces.append(_("online"))
    return " · ".join(piece for piece in pieces if piece)


def seats(meeting: Any) -> str:
    """How many come and how many may; `meeting` carries its counts."""
    words = []
    if meeting.has_hall:
        if meeting.seats is None:
            words.append(ngettext("%(n)s comes", "%(n)s come", meeting.coming) % {"n": meeting.coming})
        else:
            words.append(_("%(n)s of %(seats)s seats taken") % {"n": meeting.coming, "seats": meeting.seats})
    if meeting.is_online:
        words.append(_("%(n)s online") % {"n": meeting.online})
    if meeting.waiting:
        words.append(_("%(n)s waiting") % {"n": meeting.waiting})
    return " · ".join(words)


def is_full(meeting: Any) -> bool:
    """Whether whoever registers now waits in line; `meeting` carries its counts."""
    return meeting.seats is not None and (meeting.coming >= meeting.seats or meeting.waiting > 0)


def takes_people(meeting: Meeting) -> bool:
    """Whether its seats still mean something: later only who came does."""
    return meeting.state in (*TO_COME, State.RUNNING) and not is_unrecorded(meeting)


def row(meeting: Any) -> Part:
    """One line of a list; `meeting` carries its counts."""
    return {
        "title": meeting.title,
        "url": reverse("meeting", args=[meeting.number]),
        "tags": [tag(meeting)],
        "summary": meeting.summary,
        "meta": [
            piece
            for piece in (
                when(meeting),
                where(meeting),
                meeting.host.name,
                seats(meeting) if takes_people(meeting) else "",
            )
            if piece
        ],
    }


def path(meeting: Meeting, minutes: Minutes | None, references: Sequence[str]) -> list[Part]:
    """Planned → held → minutes → answered: the way of a meeting. The last step counts the linked matters."""
    if meeting.state == State.CANCELLED:
        return [
            {"label": _("Planned"), "state": "done", "note": seoul_text(meeting.made_at, "short")},
            {"label": _("Cancelled"), "state": "late", "note": seoul_text(meeting.starts_at, "short")},
        ]
    held = meeting.state in HELD
    begun = meeting.state == State.RUNNING
    steps: list[Part] = [
        {
            "label": _("Planned"),
            "state": "done" if held or begun else "now",
            "note": seoul_text(meeting.made_at, "short"),
        },
        {
            "label": _("Held"),
            "state": "done" if held else "now" if begun else "todo",
            "note": _("under way") if begun else seoul_text(meeting.starts_at, "short"),
            "tone": "plum",
        },
        {
            "label": _("Minutes"),
            "state": "done" if minutes else "now" if held else "todo",
            "note": seoul_text(minutes.published_at, "short") if minutes else "",
        },
    ]
    numbers = [one.removeprefix("matter:") for one in references if one.startswith("matter:")]
    if numbers:
        linked = matters.visible(person(None)).filter(number__in=numbers)
        total, answered = linked.count(), linked.filter(state="answered").count()
        steps.append(
            {
                "label": _("Answered"),
                "state": "done" if total and answered == total else "now" if minutes else "todo",
                "note": _("%(n)s of %(total)s linked ideas") % {"n": answered, "total": total},
                "tone": "jade",
            }
        )
    return steps
