"""Seats and the waiting list. Always under the lock of the meeting; the database has the last word."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from madang.commons.meetings.enums import Attending, Place, State
from madang.commons.meetings.logic import seats as counting
from madang.commons.meetings.models import Meeting, Registration
from madang.commons.notices import api as notices
from madang.kernel import clock
from madang.kernel.actors import Actor, system
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError


def taken(meeting: Meeting) -> list[int]:
    """The seat numbers that somebody has."""
    rows = meeting.registrations.filter(seat__isnull=False)
    return [seat for seat in rows.values_list("seat", flat=True) if seat is not None]


def next_turn(meeting: Meeting) -> int:
    last: int | None = meeting.registrations.aggregate(last=Max("turn"))["last"]
    return (last or 0) + 1


def place(*, actor: Actor, registration: Registration, meeting: Meeting) -> Registration:
    """Give a seat, or a place on the waiting list; nobody passes those who wait. The meeting is locked."""
    changes: dict[str, object] = {"turn": next_turn(meeting), "placed_at": clock.now()}
    if registration.attending == Attending.ONLINE:
        return move(registration, "seat", actor=actor, changes=changes)
    somebody_waits = meeting.registrations.filter(state=Place.WAITING).exists()
    seat = None if somebody_waits else counting.free_seat(taken(meeting), meeting.seats)
    if seat is None:
        return move(registration, "wait", actor=actor, changes=changes)
    return move(registration, "seat", actor=actor, changes={**changes, "seat": seat})


def let_in(meeting: Meeting) -> list[Registration]:
    """People from the waiting list move up to the free seats, first come first served; each is told, nobody else.

    The meeting is locked. Once it is under way or over, nobody is called any more.
    """
    if meeting.state not in (State.PLANNED, State.OPEN):
        return []
    numbers = taken(meeting)
    waiting = list(meeting.registrations.select_for_update().filter(state=Place.WAITING).order_by("turn"))
    moved = []
    for registration in counting.movers(waiting, len(numbers), meeting.seats):
        seat = counting.free_seat(numbers, meeting.seats)
        assert seat is not None  # movers() gives as many as there are free seats
        numbers.append(seat)
        fresh = move(
            registration,
            "promote",
            actor=system("waiting list"),
            changes={"seat": seat, "placed_at": clock.now()},
        )
        notices.tell(
            reference=fresh.reference,
            kind="meetings.seat",
            title=meeting.title_ko,
            data={"new": _told(meeting.starts_at)},
        )
        moved.append(fresh)
    return moved


def shrink(meeting: Meeting, seats: int) -> None:
    """Number the taken seats anew for a smaller hall; the meeting is locked.

    Raises:
        RefusedError: 422 when more are taken than there would be.
    """
    numbers = taken(meeting)
    if len(numbers) > seats:
        raise RefusedError(
            _("%(taken)s seats are taken already. Give at least so many, or another hall.")
            % {"taken": len(numbers)},
            "meeting.seats_taken",
            status=422,
        )
    for old, new in counting.renumbered(numbers, seats).items():
        meeting.registrations.filter(seat=old).update(seat=new)


def _told(moment: datetime) -> str:
    return moment.astimezone(clock.UTC).isoformat(timespec="minutes")
