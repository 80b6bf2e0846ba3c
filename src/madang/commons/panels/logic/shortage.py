"""When no panel fits: the smallest change of the quotas after which one does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from madang.commons.panels.logic.model import Problem
from madang.commons.panels.logic.solver import Entries, solve


@dataclass(frozen=True)
class Relaxed:
    """A quota (by its place in the problem) and the bounds with which a panel would exist."""

    quota: int
    low: int
    high: int


def explain(problem: Problem, *, nodes: int = 2_000) -> list[Relaxed] | None:
    """Which quotas to relax, by how much; empty when a panel exists as it is.

    The sum of all changes is as small as possible, in whole seats.

    Returns:
        None when no change of quotas helps: fewer people, or households, than seats.
    """
    people, quotas = len(problem.people), problem.quotas
    table, low, high = problem.matrix()
    first = 1 + len(quotas)
    rows: list[Entries] = []
    for at, column in enumerate(table.T):
        members = np.nonzero(column)[0].tolist()
        if 1 <= at < first:
            short, over = people + 2 * (at - 1), people + 2 * (at - 1) + 1
            rows.append(([*members, short, over], [*[1.0] * len(members), 1.0, -1.0]))
        else:
            rows.append((members, [1.0] * len(members)))
    size = people + 2 * len(quotas)
    cost = np.zeros(size)
    cost[people:] = -1
    roof = np.ones(size)
    roof[people:] = max([problem.size, *(quota.low for quota in quotas)])
    found = solve(cost, rows, low, high, np.zeros(size), roof, whole=[True] * size, nodes=nodes)
    if found is None:
        return None
    slack = np.rint(found.values[people:]).astype(int)
    return [
        Relaxed(at, quota.low - int(slack[2 * at]), quota.high + int(slack[2 * at + 1]))
        for at, quota in enumerate(quotas)
        if slack[2 * at] or slack[2 * at + 1]
    ]
