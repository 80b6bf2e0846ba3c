"""The Method of Equal Shares with its completions, and why each project won or lost.

Everyone starts with the same share of the budget. In every round the project is bought that costs its supporters
least for each unit of what it gives them; supporters pay the same price each, or all that they have left.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from madang.services.budgeting.logic.election import Election, Outcome
from madang.services.budgeting.logic.greedy import greedy
from madang.services.budgeting.logic.shares_purse import Purse
from madang.services.budgeting.logic.shares_run import Trace, run
from madang.services.budgeting.logic.shares_steps import Raised, Stepper, raise_shares
from madang.services.budgeting.logic.shares_table import Table, prepare

COMPLETIONS = ("none", "add1", "add1-until-exhaustive", "utilitarian", "add1-utilitarian")


def equal_shares(
    election: Election,
    rank: list[int],
    utility: str,
    completion: str,
    increment: int,
    stepper: Stepper | None = None,
) -> Outcome:
    """`increment`: by how much each voter's share grows in a step of add1, in smallest units of money."""
    raised: Raised | None = None
    if completion.startswith("add1"):
        raised = raise_shares(
            election, utility, increment, rank, completion == "add1-until-exhaustive", stepper
        )
        table, trace, share = raised.table, raised.trace, raised.trace.share
    else:
        table, share = prepare(election, utility), election.budget
        faster = stepper is not None and stepper.takes(election, utility)
        trace = run(table, share, rank, stepper.purse if stepper is not None and faster else Purse)
    winners = sorted(table.free, key=lambda c: rank[c]) + trace.bought
    why = _why(election, table, trace, winners)
    facts: dict[str, Any] = {
        "share": str(Fraction(share, election.voters)),
        "steps": raised.steps if raised else 0,
        "stopped": raised.stopped if raised else "no completion",
    }
    if raised and raised.next is not None:
        facts["next_step"] = _next(election, table, trace, raised.next)
    ties = list(trace.ties)
    if completion.endswith("utilitarian"):
        winners = _fill(election, rank, winners, why, ties)
    facts["left"] = election.budget - sum(election.projects[c].cost for c in winners)
    return Outcome(winners, why, ties, facts)


def _next(election: Election, table: Table, trace: Trace, following: Trace) -> dict[str, Any]:
    """What the step that was not taken would have changed, and by how much it overspends."""
    now, then = set(trace.bought), set(following.bought)
    return {
        "in": sorted(election.projects[c].id for c in then - now),
        "out": sorted(election.projects[c].id for c in now - then),
        "over": following.cost(table) // election.voters - election.budget,
    }


def _why(election: Election, table: Table, trace: Trace, winners: list[int]) -> list[dict[str, Any]]:
    voters, purse = election.voters, trace.purse
    assert purse is not None
    places = {c: at for at, c in enumerate(trace.bought)}
    why: list[dict[str, Any]] = []
    for c, project in enumerate(election.projects):
        entry: dict[str, Any] = {"score": table.heads[c], "cost": project.cost}
        if c in places:
            price = trace.prices[places[c]]
            each = price.each / voters
            entry.update(
                reason="won",
                round=places[c] + 1,
                price=str(each),
                paid_in_full=price.full,
                paid_all_they_had=table.heads[c] - price.full,
                effective_votes=str(project.cost / each),
            )
        elif c in winners:
            entry["reason"] = "free"
        elif not table.heads[c]:
            entry["reason"] = "no_votes"
        else:
            left = purse.left(c) / voters
            short = project.cost - left
            entry.update(
                reason="supporters_short",
                supporters_left=str(left),
                short=str(short),
                wins_at_cost=int(left),
                more_votes=-(-short.numerator * voters // (short.denominator * trace.share)),
            )
        why.append(entry)
    return why


def _fill(
    election: Election, rank: list[int], winners: list[int], why: list[dict[str, Any]], ties: list[list[int]]
) -> list[int]:
    """Spends the rest greedily by votes (the utilitarian completion)."""
    scores = election.scores()
    rest = election.budget - sum(election.projects[c].cost for c in winners)
    taken = set(winners)
    lower = [0 if c in taken else scores[c] for c in range(len(scores))]
    budget, election.budget = election.budget, rest
    try:
        more = greedy(election, rank, lower)
    finally:
        election.budget = budget
    for c in more.winners:
        why[c]["reason"] = "filled"
    ties.extend(more.ties)
    return [*winners, *more.winners]
