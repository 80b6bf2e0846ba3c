"""Leximin over real panels, one panel at a time: for the rare pool whose relaxed chances no panels add up to.

A lottery over the panels known so far is made as equal as it can be; its duals say what a better panel would be worth,
HiGHS looks for the best one, and when no panel is worth more the level is settled. The framework is that of Flanigan,
Gölz, Gupta, Hennig and Procaccia, "Fair algorithms for selecting citizens' assemblies", Nature 596 (2021).
"""

from __future__ import annotations

import random

import numpy as np

from madang.commons.panels.logic.leximin import NoPanelError
from madang.commons.panels.logic.model import Problem, apportion
from madang.commons.panels.logic.solver import Entries, Floats, solve

CLEAR = 1e-7
SHARES = 10**9


def by_columns(problem: Problem, panels: int, rng: random.Random, *, turns: int) -> list[list[int]]:
    """Equally likely panels; after `turns` programs what is left is taken as it stands.

    Turns and not seconds: a slow machine finds the same panels.

    Raises:
        NoPanelError: not one panel meets the quotas.
    """
    people = len(problem.people)
    table, low, high = problem.matrix()
    rules: list[Entries] = [(np.nonzero(column)[0], np.ones(int(column.sum()))) for column in table.T]
    kept_rules = [at for at, rule in enumerate(rules) if len(rule[0])]
    if any(low[at] > 0 for at, rule in enumerate(rules) if not len(rule[0])):
        raise NoPanelError

    def best(worth: Floats) -> tuple[int, ...]:
        found = solve(
            worth,
            [rules[at] for at in kept_rules],
            low[kept_rules],
            high[kept_rules],
            np.zeros(people),
            np.ones(people),
            whole=[True] * people,
        )
        if found is None:
            raise NoPanelError
        return tuple(np.nonzero(np.rint(found.values))[0].tolist())

    known = {best(np.array([rng.random() for _ in range(people)])): None for _ in range(3)}
    fixed: dict[int, float] = {}
    shares, turn = np.ones(len(known)), 0
    while len(fixed) < people:
        turn += 1
        columns = list(known)
        members: list[list[int]] = [[] for _ in range(people)]
        for at, panel in enumerate(columns):
            for person in panel:
                members[person].append(at)
        rows: list[Entries] = [(range(len(columns)), np.ones(len(columns)))]
        floors = [1.0]
        for person in range(people):
            if person in fixed:
                rows.append((members[person], np.ones(len(members[person]))))
                floors.append(fixed[person] - 1e-7)
            else:
                rows.append(([*members[person], len(columns)], [*np.ones(len(members[person])), -1.0]))
                floors.append(0.0)
        cost = np.zeros(len(columns) + 1)
        cost[-1] = 1
        roofs = np.full(people + 1, np.inf)
        roofs[0] = 1.0
        found = solve(cost, rows, floors, roofs, np.zeros(len(cost)), np.ones(len(cost)))
        if found is None:
            break
        shares = found.values[:-1]
        worth = np.abs(found.duals[1:])
        better = best(worth)
        now = max(sum(worth[person] for person in panel) for panel in columns)
        if better not in known and sum(worth[list(better)]) > now + CLEAR and turn < turns:
            known[better] = None
            continue
        smallest = float(found.values[-1])
        held = [person for person in range(people) if person not in fixed and worth[person] > CLEAR]
        if not held or turn >= turns:
            break
        fixed |= dict.fromkeys(held, smallest)
    columns = list(known)[: len(shares)]
    times = apportion([int(share * SHARES) for share in np.maximum(shares, 0)], panels)
    return [list(panel) for panel, many in zip(columns, times, strict=True) for _ in range(many)]
