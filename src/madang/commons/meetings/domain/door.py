"""The door: who came. A second scan is calm, and a full hall is counted by who is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.meetings.domain import noting, seating
from madang.commons.meetings.domain.registering import new_ticket, read_ticket
from madang.commons.meetings.enums import Attending, Channel, Place, State
from madang.commons.meetings.logic import seats as counting
from madang.commons.meetings.models import CheckIn, Meeting, Registration
from madang.kernel import clock, ids, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.rows import insert_once

AT = (State.OPEN, State.RUNNING, State.CLOSED)


@dataclass(frozen=True, slots=True)
class Came:
    """Who came. `again`: she was checked in before, at `at`."""

    registration: Registration
    at: datetime
    again: bool


@transaction.atomic
def check_in(*, actor: Actor, meeting: Meeting, ticket: str, at: datetime | None = None) -> Came:
    """Check a ticket in, once. Whoever waits in line comes in while the hall has room.

    Raises:
        RefusedError: 403 not a helper; 404 no such ticket; 409 cancelled, not confirmed, or the hall is full.
    """
    moment = at or clock.now()
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    policy.require("meetings.meeting.door", actor, locked)
    _require_open(locked)
    registration = locked.registrations.filter(ticket=read_ticket(ticket)).first()
    if registration is None:
        raise RefusedError(
            _("No ticket of this meeting has this code. Type it again, or let them in without registration."),
            "door.unknown",
            status=404,
        )
    if registration.state in (Place.CANCELLED, Place.ASKED):
        raise RefusedError(
            _(
                "This registration is cancelled or was never confirmed. Let them in as somebody without registration."
            ),
            "door.void",
            status=409,
        )
    if registration.state == Place.WAITING and _inside(locked) >= (locked.seats or 0):
        raise RefusedError(
            _("This one is on the waiting list, and the hall is full."), "door.full", status=409
        )
    row = CheckIn(
        registration=registration, at=moment, by=actor.user, by_pass=noting.pass_of(actor, locked.pk)
    )
    is_new = insert_once(row)
    came = CheckIn.objects.get(registration=registration)
    return Came(registration, came.at, again=not is_new)


@transaction.atomic
def walk_in(*, actor: Actor, meeting: Meeting, at: datetime | None = None) -> Came:
    """Somebody came without registration: a ticket and a check-in, and nothing about who it is.

    Raises:
        RefusedError: 403 not a helper; 409 as many are in the hall as it has seats.
    """
    moment = at or clock.now()
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    policy.require("meetings.meeting.door", actor, locked)
    _require_open(locked)
    if locked.seats is not None and _inside(locked) >= locked.seats:
        raise RefusedError(
            _("As many are in the hall as it has seats. Nobody more can come in."), "door.full", status=409
        )
    registration = Registration.objects.create(
        meeting=locked,
        state=Place.SEATED,
        attending=Attending.ON_SITE,
        channel=Channel.DOOR,
        seat=counting.free_seat(seating.taken(locked), locked.seats),
        turn=seating.next_turn(locked),
        ticket=new_ticket(),
        code_hash=ids.code_hash(ids.new_code()),
        made_at=moment,
        placed_at=moment,
    )
    CheckIn.objects.create(
        registration=registration, at=moment, by=actor.user, by_pass=noting.pass_of(actor, locked.pk)
    )
    audit.record(
        actor=actor,
        action="meetings.registration.walk_in",
        target=registration.reference,
        after=registration.state,
        organisation=locked.host,
        is_public=False,
        payload={"meeting": locked.number},
    )
    return Came(registration, moment, again=False)


def _inside(meeting: Meeting) -> int:
    return CheckIn.objects.filter(
        registration__meeting=meeting, registration__attending=Attending.ON_SITE
    ).count()


def _require_open(meeting: Meeting) -> None:
    if meeting.state not in AT:
        raise RefusedError(_("The doors of this meeting are not open."), "door.closed", status=409)
