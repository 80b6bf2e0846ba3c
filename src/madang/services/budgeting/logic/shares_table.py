"""An election made ready for Equal Shares: kinds of ballots, who supports what, whole numbers only.

All money is multiplied by the number of voters, so that everyone's equal share is a whole number too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from madang.services.budgeting.logic.election import Election

UTILITIES = ("cost", "cardinality", "points")


@dataclass(slots=True)
class Table:
    """`supporters[c]` are kinds of ballots, `weights[t]` how many people cast kind t.

    `gain[c]` is what a supporter gets from project c for each unit of `units[c]` (None: one unit for everyone).
    `cost[c]` and shares are in smallest units of money times the number of voters. `near[c]` is a bit set of
    the projects that share a supporter with c, itself included. `open` are the projects that can be bought,
    `supported` those with supporters that cost something, `free` those with supporters that cost nothing. `heads` counts supporters, `amount` their units. `heavy` and `pick` are `weights` in the
    order of `supporters`, and what picks a project's entries from a list by kind."""

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
    heavy: list[list[int]] = field(init=False)
    pick: list[Callable[[list[Any]], tuple[Any, ...]]] = field(init=False)

    def __post_init__(self) -> None:
        self.heavy = [[self.weights[t] for t in row] for row in self.supporters]
        self.pick = [_picker(row) for row in self.supporters]


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
    near = [0] * many
    cost = [project.cost * election.voters for project in election.projects]
    votes = election.votes()
    within = [ceiling is None or cost[c] <= ceiling * votes[c] for c in range(many)]
    kinds: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
    first = election.longest()
    for ballot in election.ballots:
        pairs = []
        for at, project in enumerate(ballot.projects):
            if ballot.points is not None:
                worth = ballot.points[at]
            else:
                worth = max(first - at, 1) if election.vote_type == "ordinal" else 1
            if worth > 0 and within[project]:
                pairs.append((project, worth if utility == "points" else 1))
        pairs.sort()
        key = tuple(one for one, _ in pairs), tuple(worth for _, worth in pairs)
        if key[0]:
            kinds[key] = kinds.get(key, 0) + ballot.count
    for at, (chosen, worths) in enumerate(kinds):
        mask = 0
        for project in chosen:
            mask |= 1 << project
        for project, worth in zip(chosen, worths, strict=True):
            supporters[project].append(at)
            units[project].append(worth)
            near[project] |= mask
    weights = list(kinds.values())
    heads = [sum(weights[t] for t in row) for row in supporters]
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
