"""The planning group picks in the open: vote, step out of a vote, count, give the reason.

Who sits in the group and what the votes say is in `planning_group.py`, proposing in `candidates.py`. Counting is by rule
(`logic/picking.py`); nobody can publish another result than the votes have.
"""

from __future__ import annotations

import logging
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.services.square.domain import planning_group, terms
from madang.services.square.events import CandidateMoved
from madang.services.square.logic import picking as logic
from madang.services.square.logic.picking import Outcome
from madang.services.square.models import Candidate, PlanningSeat, PlanningVote

log = logging.getLogger("madang.square")
STEPS = {Outcome.PICKED: "pick", Outcome.PASSED: "pass_over"}
VOTES = ("for", "against")


@transaction.atomic
def vote(*, actor: Actor, candidate: Candidate, choice: str, reason: str) -> PlanningVote:
    """Vote for or against, with a reason that everyone reads; until the votes are counted it may be changed.

    When the last one who is entitled has voted, the votes are counted at once.

    Raises:
        RefusedError: no seat, out by a conflict, too late, or no reason.
    """
    if choice not in VOTES:
        raise RefusedError(_("Choose for or against."), "candidate.choice", status=422)
    return _say(actor, candidate, choice, reason)


@transaction.atomic
def recuse(*, actor: Actor, candidate: Candidate, reason: str) -> PlanningVote:
    """Declare a conflict of interest: she is out of this vote for good, and an earlier vote of hers counts no more."""
    return _say(actor, candidate, "recused", reason)


def _say(actor: Actor, candidate: Candidate, choice: str, reason: str) -> PlanningVote:
    row = planning_group.locked(candidate)
    recuse_authors(row)
    policy.require("square.candidate.vote", actor, row)
    seat = row.seats.get(user=actor.account)
    said = text.clean(reason)
    if not said:
        raise RefusedError(_("Give a reason in a sentence; it is published."), "flow.reason", status=422)
    made = PlanningVote.objects.create(seat=seat, choice=choice, reason=said, at=clock.now())
    audit.record(
        actor=actor,
        action="square.candidate.recuse" if choice == "recused" else "square.candidate.vote",
        target=row.reference,
        is_public=row.is_public,
        after=choice,
        organisation=row.space.host,
        # Not her words: moderation may have to take them down, and an entry stays.
        payload={"seat": seat.pk},
    )
    if not planning_group.counted(row).silent:
        _count(row)
    return made


def take_out(row: Candidate, seat: PlanningSeat, *, actor: Actor, why: str) -> None:
    """Take a member out of a vote that is not decided yet, and look what the votes say now. Inside the caller's lock."""
    if seat.votes.filter(choice="recused").exists():
        return
    _take_out(row, seat, actor=actor, why=why)
    if row.state == "open" and not planning_group.counted(row).silent:
        _count(row)
    elif row.state == "counted" and planning_group.result(row) == Outcome.UNDECIDED:
        move(row, "lapse", actor=system("planning"), payload=asdict(planning_group.counted(row)))
        publish(CandidateMoved(row.pk, "undecided"))


def recuse_authors(candidate: Candidate) -> None:
    """Nobody votes on her own idea, also who has become its author meanwhile."""
    own = planning_group.author_ids(candidate.idea)
    for seat in candidate.seats.filter(user__in=own).exclude(votes__choice="recused"):
        _take_out(candidate, seat, actor=system("planning"), why="author")


def _take_out(candidate: Candidate, seat: PlanningSeat, *, actor: Actor, why: str) -> None:
    PlanningVote.objects.create(seat=seat, choice="recused", is_by_rule=True, at=clock.now())
    audit.record(
        actor=actor,
        action="square.candidate.recuse",
        target=candidate.reference,
        is_public=candidate.is_public,
        reason_code=why,
        organisation=candidate.space.host if actor.user is not None else None,
        payload={"seat": seat.pk},
    )


def _count(row: Candidate) -> None:
    """Write down who was silent and who had left, and what the votes say. Inside the caller's lock."""
    staying = planning_group.sitting(row.space.host_id)
    seats = list(row.seats.prefetch_related("votes"))
    for seat in seats:
        if not seat.votes.all():
            seat.end = "silent" if seat.user_id in staying else "left"
            seat.save(update_fields=["end"])
    found = logic.count(planning_group.word_of(seat) for seat in seats)
    says = logic.outcome(found, terms.planning_of(row.terms).quorum)
    step, what = ("lapse", "undecided") if says == Outcome.UNDECIDED else ("count", "counted")
    move(
        row,
        step,
        actor=system("planning"),
        payload={**asdict(found), "says": str(says)},
        changes={"counted_at": clock.now()},
    )
    publish(CandidateMoved(row.pk, what))


@transaction.atomic
def decide(*, actor: Actor, candidate: Candidate, reason: str) -> Candidate:
    """Publish the decision with its reason. What it is, the votes have said; this gives the words."""
    row = planning_group.locked(candidate)
    if row.state != "counted":
        raise RefusedError(
            _("This was changed meanwhile. Reload the page to see how it stands now."),
            "flow.state",
            status=409,
        )
    if row.seats.filter(
        challenges__state="open", challenges__hide_reason="", challenges__due_at__gt=clock.now()
    ).exists():
        raise RefusedError(
            _("A conflict of interest was challenged. Decide about that first."),
            "challenge.waits",
            status=409,
        )
    said = text.clean(reason)
    fresh = move(
        row,
        STEPS[planning_group.result(row)],
        actor=actor,
        reason=said,
        organisation=row.space.host,
        payload={"idea": row.idea.matter.number},
        changes={"decision": said, "decided_at": clock.now(), "decided_by": actor.user},
    )
    publish(CandidateMoved(fresh.pk, fresh.state, actor.user.pk if actor.user else None))
    return fresh


def count_due() -> int:
    """Silence has a limit: votes are counted when their time is over. Each is counted once."""
    over = Candidate.objects.filter(state="open", due_at__lte=clock.now())
    moved = 0
    for row in over.order_by("due_at")[:200]:
        try:
            moved += _count_due(row)
        except RefusedError as refusal:  # counted meanwhile; the rest goes on
            log.info("%s was not counted: %s", row.reference, refusal.code)
    return moved


@transaction.atomic
def _count_due(candidate: Candidate) -> int:
    row = planning_group.locked(candidate)
    if row.state != "open":
        return 0
    recuse_authors(row)
    _count(row)
    return 1


@transaction.atomic
def end_if_gone(matter_id: int) -> None:
    """What was merged, withdrawn, closed or answered is decided elsewhere: the group votes on it no more."""
    row = (
        Candidate.objects.filter(idea=matter_id, state__in=["open", "counted"])
        .select_related("idea__matter")
        .first()
    )
    if row is None or row.idea.matter.state not in ("merged", "withdrawn", "closed", "answered"):
        return
    move(row, "end", actor=system("planning"), payload={"idea": row.idea.matter.state})
    publish(CandidateMoved(row.pk, "ended"))
