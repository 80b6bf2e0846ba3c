"""Who sits on a delegation: by the code of a lot, or by an application that was chosen; and who leaves."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.panels import api as panels
from madang.commons.panels.models import Seat
from madang.kernel import actors, clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.services.budgeting.domain.delegating import locked
from madang.services.budgeting.models import Applicant, Delegate, Delegation, Round, Sitting

BY_LEAVING = actors.system("lot")
"""The seat of a lot is given back by rule when its delegate leaves here; the next lot is ordered by itself."""


def _take(delegation: Delegation, user: User, **of: object) -> Delegate:
    """A seat for a person, under a number that says nothing.

    Raises:
        RefusedError: 409 where she has, or had, a seat on this delegation.
    """
    if delegation.delegates.filter(user=user).exists():
        raise RefusedError(
            _("This account has, or had, a seat on this delegation already."), "delegate.once", status=409
        )
    taken = set(delegation.delegates.values_list("number", flat=True))
    free = [number for number in range(100, 1000 + len(taken) * 10) if number not in taken]
    return Delegate.objects.create(
        delegation=delegation, number=secrets.choice(free), user=user, joined_at=clock.now(), **of
    )


def _kept(actor: Actor, delegate: Delegate, action: str) -> None:
    audit.record(
        actor=actor,
        action=f"budgeting.delegate.{action}",
        target=delegate.reference,
        organisation=None,
        is_public=False,
    )


@transaction.atomic
def claim(*, actor: Actor, delegation: Delegation, code: str) -> Delegate:
    """Take the seat that was drawn, with the code of the invitation; who has not accepted yet accepts by this.

    Raises:
        RefusedError: 403 without an account; 422 for a code that opens no seat here; 409 where the seat was given back or
            belongs to another account.
    """
    fresh = locked(delegation)
    policy.require("budgeting.delegation.claim", actor, fresh)
    seat = panels.by_code(code)
    if seat is None or fresh.panel_id is None or seat.round.panel_id != fresh.panel_id:
        raise RefusedError(
            _("No seat of this delegation has this code. Check each group."), "delegate.code", status=422
        )
    known = Delegate.objects.filter(seat=seat).first()
    if known is not None and known.user_id == actor.account.pk and known.is_active:
        return known
    if known is not None and known.is_active:
        raise RefusedError(
            _("Another account has taken this seat. Ask the office if that was not you."),
            "delegate.taken",
            status=409,
        )
    if seat.state == Seat.State.INVITED:
        seat = panels.answer(seat=seat, accepts=True)
    if known is not None or seat.state != Seat.State.ACCEPTED:
        raise RefusedError(
            _("This seat was given back; somebody else is drawn."), "delegate.gone", status=409
        )
    made = _take(fresh, actor.account, seat=seat)
    _kept(actor, made, "claim")
    return made


@transaction.atomic
def apply(*, actor: Actor, delegation: Delegation, motive: str, values: Mapping[str, str]) -> Applicant:
    """Ask for an open seat; asking again while it is undecided changes what was written.

    Args:
        values: of the panel's features, as far as she says; only the composition is made of them.
    """
    fresh = locked(delegation)
    policy.require("budgeting.delegation.apply", actor, fresh)
    features = panels.features(fresh.panel) if fresh.panel else {}
    if any(value not in features.get(feature, ()) for feature, value in values.items()):
        raise RefusedError(_("Choose from the list."), "applicant.values", status=422)
    said = {"motive": motive, "values": dict(values)}
    known = fresh.applicants.filter(user=actor.account).first()
    if known is not None:
        if known.state not in (Applicant.State.APPLIED, Applicant.State.WITHDRAWN):
            raise RefusedError(_("Your application is decided already."), "applicant.decided", status=409)
        return move(known, "rewrite", actor=actor, changes=said)
    row = Applicant.objects.create(delegation=fresh, user=actor.account, applied_at=clock.now(), **said)
    audit.record(
        actor=actor,
        action="budgeting.applicant.apply",
        target=row.reference,
        after=row.state,
        is_public=False,
    )
    return row


def withdraw(*, actor: Actor, applicant: Applicant) -> Applicant:
    """Take an application back; its words go."""
    return move(applicant, "withdraw", actor=actor, changes={"motive": "", "values": {}})


@transaction.atomic
def choose(*, actor: Actor, applicant: Applicant, reason: str) -> Delegate:
    """Give an applicant an open seat, for a reason that refers to the published criteria; she reads it.

    Raises:
        RefusedError: 409 where no open seat is free.
    """
    fresh = locked(applicant.delegation)
    sits = fresh.delegates.filter(applicant__isnull=False, state=Delegate.State.SEATED).count()
    chosen = move(
        applicant,
        "choose",
        actor=actor,
        reason=reason,
        organisation=fresh.round.host,
        changes={"reason": reason},
    )
    if sits >= fresh.open_seats:
        raise RefusedError(_("Every open seat is taken."), "delegation.full", status=409)
    if chosen.user is None:
        raise RefusedError(_("This person has left the site."), "applicant.gone", status=409)
    return _take(fresh, chosen.user, applicant=chosen)


@transaction.atomic
def decline(*, actor: Actor, applicant: Applicant, reason: str) -> Applicant:
    """Not this one, for a reason that she reads. When a seat becomes free she can still be chosen."""
    fresh = locked(applicant.delegation)
    return move(
        applicant,
        "decline",
        actor=actor,
        reason=reason,
        organisation=fresh.round.host,
        changes={"reason": reason},
    )


@transaction.atomic
def leave(*, actor: Actor, delegate: Delegate, reason: str) -> Delegate:
    """Give a seat up. What she scored in closed sessions stands; in open ones it goes. A lot's seat is drawn anew."""
    locked(delegate.delegation)
    gone = move(delegate, "leave", actor=actor, reason=reason)
    gone.assessments.exclude(project__hearing__sitting__state=Sitting.State.CLOSED).delete()
    if gone.seat is not None and gone.seat.state == Seat.State.ACCEPTED:
        panels.note(actor=BY_LEAVING, seat=gone.seat, step="leave", reason=reason)
    return gone


@transaction.atomic
def name(*, actor: Actor, delegate: Delegate, named: bool) -> None:
    """Stand by name beside one's number, or no longer. The published table and the log hold numbers only."""
    fresh = Delegate.objects.select_for_update(of=("self",)).get(pk=delegate.pk)
    policy.require("budgeting.delegate.score", actor, fresh)
    fresh.named = named
    fresh.save(update_fields=["named"])
    _kept(actor, fresh, "name" if named else "unname")


@transaction.atomic
def erase_person(*, actor: Actor, user: User) -> None:
    """She leaves the site: her seat is free, her name and words are gone; what she scored in closed sessions stays."""
    for row in Delegate.objects.filter(user=user).select_related("delegation__round"):
        of = row.delegation
        goes_on = of.state == Delegation.State.FORMING and of.round.state != Round.State.CALLED_OFF
        if row.state == Delegate.State.SEATED and goes_on:
            leave(actor=actors.system("leaving"), delegate=row, reason=gettext("She has left the site."))
        row.conflicts.all().delete()
        Delegate.objects.filter(pk=row.pk).update(user=None, named=False)
    Applicant.objects.filter(user=user).update(user=None, motive="", values={}, reason="")


def own_data(user_id: int) -> dict[str, object]:
    """Her seats, applications, conflicts and points, for her own copy."""
    return {
        "applications": [
            {
                "round": one.delegation.round.slug,
                "state": one.state,
                "words": one.motive,
                "values": one.values,
                "reason": one.reason,
            }
            for one in Applicant.objects.filter(user=user_id).select_related("delegation__round")
        ],
        "seats": [
            {
                "round": one.delegation.round.slug,
                "number": one.number,
                "state": one.state,
                "by_name": one.named,
                "conflicts": {row.project.code: row.kind for row in one.conflicts.select_related("project")},
                "scores": [
                    {
                        "project": row.project.code,
                        "verdict": row.verdict,
                        "reason": row.reason_code,
                        "points": [points.given for points in row.points.order_by("criterion__order")],
                    }
                    for row in one.assessments.select_related("project")
                ],
            }
            for one in Delegate.objects.filter(user=user_id).select_related("delegation__round")
        ],
    }
