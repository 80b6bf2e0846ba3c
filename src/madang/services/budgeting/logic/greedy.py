"""Greedy by votes: from the project with most votes down, whatever still fits is chosen.

Also the variants in use: stop at the first that does not fit (no skip), and ranking by a weighted composite.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from madang.services.budgeting.logic.election import Election, Outcome


def greedy(
    election: Election,
    rank: list[int],
    scores: Sequence[int | Fraction] | None = None,
    skip: bool = True,
    threshold: int | Fraction = 0,
) -> Outcome:
    """Ranks by `scores` (votes or points where None is given), equal ones by `rank`.

    `skip`: go on after a project that does not fit. `threshold`: projects with a lower score are not considered.
    """
    points: Sequence[int | Fraction] = election.scores() if scores is None else scores
    order = sorted(range(len(election.projects)), key=lambda c: (-points[c], rank[c]))
    rest, stopped = election.budget, False
    winners: list[int] = []
    rests = []
    why: list[dict[str, Any]] = [{} for _ in order]
    for place, c in enumerate(order, 1):
        rests.append(rest)
        cost = election.projects[c].cost
        entry: dict[str, Any] = {
            "place": place,
            "score": _number(points[c]),
            "left_before": rest,
            "cost": cost,
        }
        if points[c] <= 0:
            entry["reason"] = "no_votes"
        elif points[c] < threshold:
            entry["reason"] = "below_threshold"
        elif stopped:
            entry["reason"] = "stopped"
        elif cost <= rest:
            entry["reason"] = "won"
            winners.append(c)
            rest -= cost
        else:
            entry["reason"] = "does_not_fit"
            entry["wins_at_cost"] = rest
            stopped = not skip
        why[c] = entry
    for place, c in enumerate(order):
        if why[c]["reason"] not in ("won", "below_threshold"):
            why[c].update(_needed(election, points, order, rests, place, rank, skip))
    return Outcome(winners, why, _ties(points, order, why), {"left": rest})


def _needed(
    election: Election,
    points: Sequence[int | Fraction],
    order: list[int],
    rests: list[int],
    place: int,
    rank: list[int],
    skip: bool,
) -> dict[str, Any]:
    """The smallest score with which the project, all else equal, would have come early enough to fit."""
    c = order[place]
    cost = election.projects[c].cost
    if cost > election.budget:
        return {"wins_with_score": None}
    if (
        points[c] <= 0
        and cost <= rests[place]
        and (skip or not _stopped_before(election, order, rests, place))
    ):
        return {"wins_with_score": 1}
    for at in range(place - 1, -1, -1):
        if cost <= rests[at]:
            other = order[at]
            if points[other] <= 0:
                continue
            equal = rank[c] < rank[other]
            wanted = points[other] if equal else points[other] + 1
            if wanted > points[c] and (skip or not _stopped_before(election, order, rests, at)):
                return {"wins_with_score": _number(wanted)}
    return {"wins_with_score": None}


def _stopped_before(election: Election, order: list[int], rests: list[int], at: int) -> bool:
    return any(election.projects[order[one]].cost > rests[one] for one in range(at))


def _ties(points: Sequence[int | Fraction], order: list[int], why: list[dict[str, Any]]) -> list[list[int]]:
    """Equal scores of which some won and others did not fit: there the tie order decided."""
    groups: dict[int | Fraction, list[int]] = {}
    for c in order:
        if points[c] > 0:
            groups.setdefault(points[c], []).append(c)
    return [
        group
        for group in groups.values()
        if len(group) > 1 and len({why[c]["reason"] == "won" for c in group}) > 1
    ]


def _number(score: int | Fraction) -> int | str:
    return score if isinstance(score, int) else str(score)
