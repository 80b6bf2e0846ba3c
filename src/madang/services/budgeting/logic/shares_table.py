"""An election made ready for Equal Shares: kinds of ballots, who supports what, whole numbers only.

All money is multiplied by the number of voters, so that everyone's equal share is a whole number too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any

from madang.services.budgeting.logic.election import Election

UTILITIES = ("cost", "cardinality", "points")


@dataclass
class Table:
    """`supporters[c]` are kinds of ballots, `weights[t]` how many people cast kind t.

    `gain[c]` is what a supporter gets from project c for each unit of `units[c]` (None: one unit for everyone).
    `cost[c]` and shares are in smallest units of money times the number of voters. `near[c]` is a bit set of
    the projects that share a supporter with c, itself included. `open` are the projects that can be bought,
    `supported` those with supporters that cost something, `free` those with supporters that cost nothing. `heads` counts
    supporters, `amount` their units."""

    voters: int
    weights: list[int]
    supporters: list[list[int]]
    units: list[list[int]] | None
    cost: list[int]
    gain: list[int]
    heads: list[int]
    amount: list[int]
    near: list[int]
    supported: list[int]
    open: list[int]
    free: list[int]

    @cached_property
    def heavy(self) -> list[list[int]]:
        """`weights` in the order of `supporters`."""
        return [[self.weights[t] for t in row] for row in self.supporters]

    @cached_property
    def pick(self) -> list[Callable[[list[Any]], tuple[Any, ...]]]:
        """What picks a project's entries from a list by kind."""
        return [_picker(row) for row in self.supporters]


def _kinds(
    election: Election, with_points: bool, within: list[bool]
) -> dict[tuple[tuple[int, ...], tuple[int, ...]], int]:
    """How many cast each kind of ballot: its projects in their order, and what each is worth where points count."""
    kinds: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
    ranked, all_in, first = election.vote_type == "ordinal", all(within), election.longest()
    for ballot in election.ballots:
        chosen, points = ballot.projects, ballot.points
        worths: tuple[int, ...] = ()
        if ranked and with_points:
            points = tuple(max(first - at, 1) for at in range(len(chosen)))
        if points is not None:
            pairs = sorted(
                (c, worth) for c, worth in zip(chosen, points, strict=True) if worth > 0 and within[c]
            )
            chosen = tuple(c for c, _ in pairs)
            if with_points:
                worths = tuple(worth for _, worth in pairs)
        else:
            if not all_in:
                chosen = tuple(c for c in chosen if within[c])
            if ranked:
                chosen = tuple(sorted(chosen))
            if with_points:
                worths = (1,) * len(chosen)
        if chosen:
            kinds[chosen, worths] = kinds.get((chosen, worths), 0) + ballot.count
    return kinds


def _picker(row: list[int]) -> Callable[[list[Any]], tuple[Any, ...]]:
    """What picks the entries `row` from a list, in one step."""
    if len(row) > 1:
        return itemgetter(*row)
    return lambda values: tuple(values[t] for t in row)


def prepare(election: Election, utility: str, ceiling: int | None = None) -> Table:
    """`utility`: "cost" (what a project costs), "cardinality" (1 for each project) or "points" (those of the ballot).

    With a `ceiling` the table serves shares up to it: projects that their supporters could not pay even if each had
    that much are left out, and more ballots are alike.
    """
    many = len(election.projects)
    supporters: list[list[int]] = [[] for _ in range(many)]
    units: list[list[int]] = [[] for _ in range(many)]
    near, heads = [0] * many, [0] * many
    cost = [project.cost * election.voters for project in election.projects]
    votes = election.votes()
    within = [ceiling is None or cost[c] <= ceiling * votes[c] for c in range(many)]
    kinds = _kinds(election, utility == "points", within)
    for at, ((chosen, worths), weight) in enumerate(kinds.items()):
        mask = 0
        for project in chosen:
            mask |= 1 << project
            supporters[project].append(at)
            heads[project] += weight
        for project in chosen:
            near[project] |= mask
        for project, worth in zip(chosen, worths, strict=False):
            units[project].append(worth)
    weights = list(kinds.values())
    if utility == "points":
        amount = [
            sum(weights[t] * unit for t, unit in zip(row, worth, strict=True))
            for row, worth in zip(supporters, units, strict=True)
        ]
    else:
        amount = heads
    return Table(
        voters=election.voters,
        weights=weights,
        supporters=supporters,
        units=units if utility == "points" else None,
        cost=cost,
        gain=[project.cost if utility == "cost" else 1 for project in election.projects],
        heads=heads,
        amount=amount,
        near=near,
        supported=[c for c in range(many) if votes[c] and cost[c]],
        open=[c for c in range(many) if heads[c] and cost[c]],
        free=[c for c in range(many) if heads[c] and not cost[c]],
    )
