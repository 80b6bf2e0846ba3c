"""The planning group of a space: who sits in it, and what its votes say. Reading, and the lock that writing takes.

The group of a space are those who hold a mandate as its members at the office that hosts it. Who sits in it when a
candidate is proposed has a vote on that candidate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.models import Mandate, Organisation, Role
from madang.services.square.domain import authors, terms
from madang.services.square.logic import picking as logic
from madang.services.square.logic.picking import Count, Outcome
from madang.services.square.models import Candidate, CoAuthor, Idea, PlanningSeat, PlanningVote


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


def sitting(host: Organisation | int) -> set[int]:
    """The keys of those who sit in the group now."""
    return {row.user_id for row in members(host)}


def with_votes(rows: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """Candidates with all that their pages show, in a fixed number of queries."""
    return rows.select_related(
        "space__host", "idea__matter__responsible", "idea__process", "by", "decided_by"
    ).prefetch_related(
        "seats__user", "seats__votes", "seats__challenges__by", "seats__challenges__decided_by"
    )


def seat_of(actor: Actor, candidate: Candidate) -> PlanningSeat | None:
    """The seat of this person on a candidate."""
    if actor.user is None:
        return None
    return candidate.seats.filter(user=actor.user).prefetch_related("votes").first()


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


def author_ids(idea: Idea) -> set[int]:
    rows = CoAuthor.objects.filter(idea=idea, state="accepted", user__isnull=False)
    return {key for key in (idea.matter.author_id, *rows.values_list("user_id", flat=True)) if key}


def locked(candidate: Candidate) -> Candidate:
    """The row as it is now; nobody else moves it before the end of the transaction."""
    return (
        Candidate.objects.select_for_update(of=("self",))
        .select_related("space", "idea__matter")
        .get(pk=candidate.pk)
    )


def tell_whom(candidate: Candidate) -> list[Any]:
    """The accounts that hear of a candidate by themselves: its group, who proposed it, and the authors."""
    seats = [seat.user for seat in candidate.seats.select_related("user")]
    return [*{user.pk: user for user in (*seats, candidate.by, *authors.authors_of(candidate.idea))}.values()]
