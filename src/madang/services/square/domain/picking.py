"""The planning group of a space picks topics in the open: propose, vote, step out of a vote, count, give the reason.

The group of a space are those who hold a mandate as its members at the office that hosts it. Who sits in it when a
candidate is proposed has a vote on that candidate. Counting is by rule (`logic/picking.py`); nobody can publish
another result than the votes have.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from madang.commons.matters.models import Matter
from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import Mandate, Organisation, Role
from madang.services.square.domain import authors, subjects, terms
from madang.services.square.events import CandidateMoved
from madang.services.square.logic import picking as logic
from madang.services.square.logic.picking import Count, Outcome
from madang.services.square.models import Candidate, CoAuthor, Idea, PlanningSeat, PlanningVote

log = logging.getLogger("madang.square")
STEPS = {Outcome.PICKED: "pick", Outcome.PASSED: "pass_over"}
VOTES = ("for", "against")


def members(host: Organisation | int) -> list[Mandate]:
    """Who sits in the planning group of this office now, the longest first; each person once."""
    key = host if isinstance(host, int) else host.pk
    now = clock.now()
    rows = (
        Mandate.objects.filter(post__role=Role.PLANNER, post__organisation=key, valid_from__lte=now)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=now))
        .select_related("user", "post")
        .order_by("valid_from", "pk")
    )
    return list({row.user_id: row for row in reversed(rows)}.values())[::-1]


def with_votes(rows: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """Candidates with all that their pages show, in a fixed number of queries."""
    return rows.select_related(
        "space__host", "idea__matter__responsible", "idea__process", "by", "decided_by"
    ).prefetch_related(
        "seats__user", "seats__votes", "seats__challenges__by", "seats__challenges__decided_by"
    )


def word_of(seat: PlanningSeat, staying: set[int] | None = None) -> str:
    """The last word of a seat, or how it ended.

    Args:
        staying: while the vote runs, the keys of those who sit in the group now; None where that was written down.
    """
    last: PlanningVote | None = None
    for last in seat.votes.all():
        if last.choice == "recused":
            break
    if last is not None:
        return last.choice
    if staying is not None:
        return "" if seat.user_id in staying else "left"
    return seat.end


def sitting(host: Organisation | int) -> set[int]:
    """The keys of those who sit in the group now."""
    return {row.user_id for row in members(host)}


def tally(candidate: Candidate, seats: Sequence[PlanningSeat], staying: set[int]) -> Count:
    """The votes as they stand, or as they stood when they were counted; of rows that were read before."""
    now = staying if candidate.state == "open" else None
    return logic.count(word_of(row, now) for row in seats)


def counted(candidate: Candidate) -> Count:
    """The votes as they stand now, or as they stood when they were counted."""
    seats = list(candidate.seats.prefetch_related("votes"))
    return tally(candidate, seats, sitting(candidate.space.host_id))


def result(candidate: Candidate) -> Outcome:
    """What the votes say by the candidate's own terms."""
    return logic.outcome(counted(candidate), terms.planning_of(candidate.terms).quorum)


def _author_ids(idea: Idea) -> set[int]:
    rows = CoAuthor.objects.filter(idea=idea, state="accepted", user__isnull=False)
    return {key for key in (idea.matter.author_id, *rows.values_list("user_id", flat=True)) if key}


@transaction.atomic
def propose(*, actor: Actor, idea: Idea, why: str) -> Candidate:
    """Propose an idea or a topic to the planning group of its space.

    Raises:
        RefusedError: 422 without a reason or with too many that wait, 409 where it is with the group already or was
            decided not long ago, 403 by the policy.
    """
    Matter.objects.select_for_update().get(pk=idea.pk)
    fresh = Idea.objects.select_related("matter", "process__space__host", "topic__matter").get(pk=idea.pk)
    policy.require("square.candidate.propose", actor, fresh)
    space, rules, now = fresh.process.space, terms.planning(), clock.now()
    why = text.clean(why)
    if not why:
        raise RefusedError(_("Say why the group should pick it."), "candidate.reason", status=422)
    _require_free(actor, fresh, rules)
    group = members(space.host_id)
    if not group:
        raise RefusedError(_("This space has no planning group yet."), "candidate.no_group", status=409)
    # Two candidates of one space at once: the second takes the next number after the first.
    type(space).objects.select_for_update().get(pk=space.pk)
    last = Candidate.objects.filter(space=space).aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            row = Candidate.objects.create(
                space=space,
                number=last + 1,
                idea=fresh,
                by=actor.account,
                why=why,
                at=now,
                due_at=now + timedelta(days=rules.vote_days),
                terms=asdict(rules),
            )
    except IntegrityError:
        raise _already() from None
    for mandate in group:
        PlanningSeat.objects.create(
            candidate=row, user=mandate.user, title_ko=mandate.post.title_ko, title_en=mandate.post.title_en
        )
    audit.record(
        actor=actor,
        action="square.candidate.propose",
        target=row.reference,
        is_public=row.is_public,
        # Not her words: moderation may have to take them down, and an entry stays.
        payload={"idea": fresh.matter.number, "due": row.due_at.isoformat(), "seats": len(group)},
    )
    _recuse_authors(row)
    publish(CandidateMoved(row.pk, "proposed", actor.account.pk))
    return row


def _already() -> RefusedError:
    return RefusedError(_("The group votes on it already."), "candidate.twice", status=409)


def _require_free(actor: Actor, idea: Idea, rules: terms.PlanningTerms) -> None:
    before = Candidate.objects.filter(idea=idea)
    if before.filter(state__in=["open", "counted"]).exists():
        raise _already()
    if before.filter(state="picked").exists():
        raise RefusedError(_("The group has picked it already."), "candidate.picked", status=409)
    since = clock.now() - timedelta(days=rules.again_days)
    decided = Q(state="passed", decided_at__gt=since)
    # Who proposes and takes back all day only wakes people.
    if before.filter(decided | Q(state="withdrawn", by=actor.account, at__gt=since)).exists():
        raise RefusedError(
            ngettext(
                "The group has decided about it, or you have taken it back, less than %(n)s day ago.",
                "The group has decided about it, or you have taken it back, less than %(n)s days ago.",
                rules.again_days,
            )
            % {"n": rules.again_days},
            "candidate.again",
            status=409,
        )
    today = clock.now() - timedelta(days=1)
    mine = Candidate.objects.filter(Q(state="open") | Q(at__gt=today), by=actor.account)
    if mine.count() >= rules.each:
        raise RefusedError(
            _("You have several candidates waiting. Wait for a decision before you propose another one."),
            "candidate.many",
            status=422,
        )


def _recuse_authors(candidate: Candidate) -> None:
    """Nobody votes on her own idea, also who has become its author meanwhile."""
    own = _author_ids(candidate.idea)
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


def take_out(row: Candidate, seat: PlanningSeat, *, actor: Actor, why: str) -> None:
    """Take a member out of a vote that is not decided yet, and look what the votes say now. Inside the caller's lock."""
    if seat.votes.filter(choice="recused").exists():
        return
    _take_out(row, seat, actor=actor, why=why)
    if row.state == "open" and not counted(row).silent:
        _count(row)
    elif row.state == "counted" and result(row) == Outcome.UNDECIDED:
        move(row, "lapse", actor=system("planning"), payload=asdict(counted(row)))
        publish(CandidateMoved(row.pk, "undecided"))


def locked(candidate: Candidate) -> Candidate:
    """The row as it is now; nobody else moves it before the end of the transaction."""
    return (
        Candidate.objects.select_for_update(of=("self",))
        .select_related("space", "idea__matter")
        .get(pk=candidate.pk)
    )


def seat_of(actor: Actor, candidate: Candidate) -> PlanningSeat | None:
    """The seat of this person on a candidate."""
    if actor.user is None:
        return None
    return candidate.seats.filter(user=actor.user).prefetch_related("votes").first()


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
    row = locked(candidate)
    _recuse_authors(row)
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
    if not counted(row).silent:
        _count(row)
    return made


def _count(row: Candidate) -> None:
    """Write down who was silent and who had left, and what the votes say. Inside the caller's lock."""
    staying = sitting(row.space.host_id)
    seats = list(row.seats.prefetch_related("votes"))
    for seat in seats:
        if not seat.votes.all():
            seat.end = "silent" if seat.user_id in staying else "left"
            seat.save(update_fields=["end"])
    found = logic.count(word_of(seat) for seat in seats)
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
    row = locked(candidate)
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
        STEPS[result(row)],
        actor=actor,
        reason=said,
        organisation=row.space.host,
        payload={"idea": row.idea.matter.number},
        changes={"decision": said, "decided_at": clock.now(), "decided_by": actor.user},
    )
    publish(CandidateMoved(fresh.pk, fresh.state, actor.user.pk if actor.user else None))
    return fresh


@transaction.atomic
def withdraw(*, actor: Actor, candidate: Candidate) -> Candidate:
    """Whoever proposed it takes it back, while nobody has voted."""
    return move(locked(candidate), "withdraw", actor=actor)


@transaction.atomic
def hide(*, actor: Actor, candidate: Candidate, reason_code: str, reason: str) -> Candidate:
    """Moderation takes down why it was proposed, for a published reason; the vote goes on."""
    locked(candidate)
    subjects.require_up(candidate, reason_code)
    return move(
        candidate,
        "hide",
        actor=actor,
        reason_code=reason_code,
        reason=reason,
        changes={"hide_reason": reason_code},
    )


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
    row = locked(candidate)
    if row.state != "open":
        return 0
    _recuse_authors(row)
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


def tell_whom(candidate: Candidate) -> list[Any]:
    """The accounts that hear of a candidate by themselves: its group, who proposed it, and the authors."""
    seats = [seat.user for seat in candidate.seats.select_related("user")]
    return [*{user.pk: user for user in (*seats, candidate.by, *authors.authors_of(candidate.idea))}.values()]
