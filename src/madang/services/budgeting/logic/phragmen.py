"""Sequential Phragmén: everyone earns money at the same speed, and a project is bought as soon as its supporters
together have its cost. The count ends when a project that would be bought next no longer fits the budget.

The time at which a supporter last spent is her load. Loads are exact fractions; floating-point numbers only sort out
who is clearly later.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from madang.services.budgeting.logic.election import Election, Outcome
from madang.services.budgeting.logic.shares_table import Table, prepare

HAIR = 2.0**-50


def phragmen(election: Election, rank: list[int]) -> Outcome:
    """Projects dearer than the whole budget, and those without supporters, are not considered."""
    table = prepare(election, "cardinality")
    costs = [project.cost for project in election.projects]
    times = [Fraction(0)]
    about = [0.0]
    last = [0] * len(table.weights)
    waiting = [c for c in range(len(costs)) if table.heads[c] and costs[c] <= election.budget]
    lows = dict.fromkeys(waiting, 0.0)
    dirty = set(waiting)
    rest = election.budget
    winners: list[int] = []
    ties: list[list[int]] = []
    why = [_entry(table, election, c) for c in range(len(costs))]
    while waiting:
        near = _earliest(table, costs, last, about, waiting, lows, dirty)
        exact = {c: _time(table, costs[c], last, times, c) for c in near}
        soonest = min(exact.values())
        equal = sorted((c for c in near if exact[c] == soonest), key=lambda c: rank[c])
        over = [c for c in equal if costs[c] > rest]
        if over:
            for c in waiting:
                why[c].update(reason="stopped", stopped_by=election.projects[over[0]].id, left=rest)
                why[c]["time"] = str(_time(table, costs[c], last, times, c))
                why[c]["stopped_at"] = str(soonest)
                if costs[c] > rest:
                    why[c]["wins_at_cost"] = _cheap(table, costs[c], last, times, c, soonest, rest)
            break
        chosen = equal[0]
        if len(equal) > 1:
            ties.append(equal)
        winners.append(chosen)
        rest -= costs[chosen]
        why[chosen].update(reason="won", round=len(winners), time=str(soonest))
        why[chosen]["paid"] = _paid(table, last, times, chosen, soonest)
        times.append(soonest)
        about.append(float(soonest))
        for t in table.supporters[chosen]:
            last[t] = len(winners)
        waiting.remove(chosen)
        dirty.update(c for c in waiting if table.near[chosen] >> c & 1)
    return Outcome(winners, why, ties, {"left": rest})


def _entry(table: Table, election: Election, c: int) -> dict[str, Any]:
    cost = election.projects[c].cost
    reason = "no_votes" if not table.heads[c] else "too_dear" if cost > election.budget else "stopped"
    return {"reason": reason, "score": table.heads[c], "cost": cost}


def _earliest(
    table: Table,
    costs: list[int],
    last: list[int],
    about: list[float],
    waiting: list[int],
    lows: dict[int, float],
    dirty: set[int],
) -> list[int]:
    """The projects that may be next: all whose time is not clearly later. Times only rise."""
    best = float("inf")
    found = []
    for c in sorted(waiting, key=lows.__getitem__):
        if lows[c] > best * (1 + 1e-9):
            break
        if c in dirty:
            total = sum(
                weight * about[one] for weight, one in zip(table.heavy[c], table.pick[c](last), strict=True)
            )
            lows[c] = (costs[c] + total) / table.heads[c]
            dirty.discard(c)
        best = min(best, lows[c])
        found.append(c)
    # All terms are positive: the relative error of a sum of n of them is below n times 2^-53, far under 1e-9.
    return [c for c in found if lows[c] <= best * (1 + 1e-9)]


def _counts(table: Table, last: list[int], c: int) -> dict[int, int]:
    counts: dict[int, int] = {}
    for weight, one in zip(table.heavy[c], table.pick[c](last), strict=True):
        counts[one] = counts.get(one, 0) + weight
    return counts


def _time(table: Table, cost: int, last: list[int], times: list[Fraction], c: int) -> Fraction:
    total = sum((times[one] * many for one, many in _counts(table, last, c).items()), Fraction(cost))
    return total / table.heads[c]


def _paid(
    table: Table, last: list[int], times: list[Fraction], c: int, time: Fraction
) -> list[dict[str, Any]]:
    """How many supporters paid how much, the largest payments first."""
    counts: dict[Fraction, int] = {}
    for one, many in _counts(table, last, c).items():
        each = time - times[one]
        counts[each] = counts.get(each, 0) + many
    return [{"people": counts[each], "each": str(each)} for each in sorted(counts, reverse=True) if each]


def _cheap(
    table: Table, cost: int, last: list[int], times: list[Fraction], c: int, stop: Fraction, rest: int
) -> int:
    """A cost at which it would have been bought by the time the count stopped: it fits, and its supporters have it."""
    have = table.heads[c] * stop - (_time(table, cost, last, times, c) * table.heads[c] - cost)
    return min(rest, max(int(have) - (1 if have.denominator == 1 else 0), 0))
