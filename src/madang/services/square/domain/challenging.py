"""Conflicts of interest in a planning group that somebody challenges, and what the group or its facilitator decides.

As long as a challenge waits within its days, no decision about the candidate is published; afterwards the page says that
nobody decided about it, and the group goes on.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.services.square.domain import picking, planning_group, subjects, terms
from madang.services.square.events import CandidateMoved
from madang.services.square.models import Challenge, PlanningSeat
from madang.services.square.models.challenges import ChallengeState, Claim


def claim_about(seat: PlanningSeat) -> str:
    """What can be challenged of a seat now; empty for an author, who is out by the rule."""
    out = next((vote for vote in seat.votes.all() if vote.choice == "recused"), None)
    if out is None:
        return Claim.UNDECLARED
    return "" if out.is_by_rule else Claim.UNFOUNDED


@transaction.atomic
def challenge(*, actor: Actor, seat: PlanningSeat, claim: str, why: str) -> Challenge:
    """Say that a member has a conflict of interest, or that hers is none; with a reason that everyone reads.

    Args:
        claim: what was true of the seat when the page was read.

    Raises:
        RefusedError: not signed in or her own seat, decided already, not true of the seat any more, said already, too
            many that wait.
    """
    row = planning_group.locked(seat.candidate)
    fresh = PlanningSeat.objects.select_related("candidate__idea__matter", "user").get(pk=seat.pk)
    policy.require("square.challenge.file", actor, fresh)
    if claim not in Claim.values or claim != claim_about(fresh):
        raise RefusedError(
            _("This was changed meanwhile. Reload the page to see how it stands now."),
            "challenge.claim",
            status=409,
        )
    said = text.clean(why)
    if not said:
        raise RefusedError(_("Say what ties her to it, or why it does not."), "challenge.reason", status=422)
    rules, now = terms.planning_of(row.terms), clock.now()
    mine = Challenge.objects.filter(by=actor.account, state=ChallengeState.OPEN, due_at__gt=now)
    if mine.count() >= rules.each:
        raise RefusedError(
            _("Several challenges of yours wait. Wait for a decision before you file another one."),
            "challenge.many",
            status=422,
        )
    try:
        with transaction.atomic():
            made = Challenge.objects.create(
                seat=fresh,
                by=actor.account,
                claim=claim,
                why=said,
                at=now,
                due_at=now + timedelta(days=rules.decide_days),
            )
    except IntegrityError:
        raise RefusedError(_("You have challenged this already."), "challenge.twice", status=409) from None
    audit.record(
        actor=actor,
        action="square.challenge.file",
        target=made.reference,
        is_public=made.is_public,
        reason_code=claim,
        # Not her words: moderation may have to take them down, and an entry stays.
        payload={"candidate": row.reference, "seat": fresh.pk, "due": made.due_at.isoformat()},
    )
    publish(CandidateMoved(row.pk, "challenged", actor.account.pk))
    return made


@transaction.atomic
def decide(*, actor: Actor, challenge: Challenge, is_right: bool, reason: str) -> Challenge:
    """Decide about a challenge, with a reason that everyone reads.

    A member with a conflict that she did not declare is out of the vote, if it has not been decided yet. Who has
    declared one stays out, also where it was none.
    """
    row = planning_group.locked(challenge.seat.candidate)
    said = text.clean(reason)
    fresh = move(
        challenge,
        "grant" if is_right else "reject",
        actor=actor,
        reason=said,
        organisation=row.space.host,
        payload={"candidate": row.reference, "seat": challenge.seat_id},
        changes={"decision": said, "decided_at": clock.now(), "decided_by": actor.user},
    )
    if is_right and fresh.claim == Claim.UNDECLARED and row.state in ("open", "counted"):
        picking.take_out(row, fresh.seat, actor=actor, why="challenge")
    publish(CandidateMoved(row.pk, "challenge_decided", actor.user.pk if actor.user else None))
    return fresh


@transaction.atomic
def hide(*, actor: Actor, challenge: Challenge, reason_code: str, reason: str) -> Challenge:
    """Moderation takes the words of a challenge down, for a published reason; it holds up nothing any more."""
    planning_group.locked(challenge.seat.candidate)
    subjects.require_up(challenge, reason_code)
    return move(
        challenge,
        "hide",
        actor=actor,
        reason_code=reason_code,
        reason=reason,
        payload={"matter": challenge.seat.candidate.idea.matter.number},
        changes={"hide_reason": reason_code},
    )
