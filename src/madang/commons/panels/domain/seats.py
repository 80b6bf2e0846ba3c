"""Seats after the draw: invitations, answers, and the end, when names are erased."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.panels.models import Candidate, Panel, Round, Seat
from madang.kernel import clock, ids
from madang.kernel.actors import Actor, system
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError


def invite(round_: Round, candidates: Iterable[int]) -> None:
    """Seats for the drawn, each with a code that opens the invitation without an account."""
    rows, now = [], clock.now()
    people = Candidate.objects.only("pk", "contact").in_bulk(list(candidates))
    for pk, person in sorted(people.items()):
        code = ids.new_code()
        rows.append(
            Seat(
                round=round_,
                candidate_id=pk,
                code=code,
                code_hash=ids.code_hash(code),
                changed_at=now,
                mail_at=now if is_address(person.contact) else None,
            )
        )
    Seat.objects.bulk_create(rows)


def is_address(contact: str) -> bool:
    """Whether a contact of the register is a mail address; phone numbers are for the office."""
    try:
        validate_email(contact.strip())
    except ValidationError:
        return False
    return True


def by_code(typed: str) -> Seat | None:
    """The seat behind a code as somebody typed it."""
    code = ids.read_code(typed)
    if code is None:
        return None
    return Seat.objects.select_related("round__panel__host").filter(code_hash=ids.code_hash(code)).first()


def answer(*, seat: Seat, accepts: bool) -> Seat:
    """The drawn person's own answer, given with her code."""
    if seat.round.panel.state == Panel.State.CLOSED:
        raise RefusedError(_("This panel has ended."), "panels.closed", status=409)
    return _move(system("invitation"), seat, "accept" if accepts else "decline")


def note(*, actor: Actor, seat: Seat, step: str, reason: str = "") -> Seat:
    """What the office notes: an answer by phone, no answer, or that somebody dropped out."""
    return _move(actor, seat, step, reason)


def _move(actor: Actor, seat: Seat, step: str, reason: str = "") -> Seat:
    return move(seat, step, actor=actor, reason=reason, changes={"changed_at": clock.now()})


@transaction.atomic
def close(*, actor: Actor, panel: Panel, reason: str) -> Panel:
    """End a panel: names, births, contacts, households and codes are erased. What was drawn stays checkable."""
    fresh = Panel.objects.select_for_update().get(pk=panel.pk)
    if fresh.rounds.filter(state__in=("making", "prepared", "frozen", "open")).exists():
        raise RefusedError(
            _("A lot is under way. Draw it or give it up first."), "panels.under_way", status=409
        )
    done = move(fresh, "close", actor=actor, reason=reason, changes={"upload": ""}, organisation=fresh.host)
    Candidate.objects.filter(panel=fresh).update(name="", birth="", contact="", household="", line=0)
    Seat.objects.filter(round__panel=fresh).update(code="", mail_at=None)
    return done
