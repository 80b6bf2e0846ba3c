"""Chances that are as equal as the quotas allow: leximin over the relaxed panels, with its proof.

First the smallest chance is made as large as it can be; whoever cannot have more keeps it; then the smallest
chance of the others, and so on. The relaxation lets seats be shared in fractions, so its result is an upper bound for
every lottery of real panels; `splitting` shows that the bound is reached.

The proof of each level is one integer per rule. For any integers y and every panel x

    sum_i g_i x_i <= sum_r max(y_r low_r, y_r high_r)      with g_i = sum of y_r over the rules that count i,

so the smallest chance is at most (that sum + sum_i max(0, -g_i)) / sum_i max(0, g_i). Nobody has to trust the solver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from madang.commons.panels.logic.model import Ints, Problem
from madang.commons.panels.logic.solver import Entries, Floats, solve

SCALE = 10**7
"""Weights of the proof are rounded to this many steps of the largest."""
SLACKS = (1e-9, 1e-8, 1e-7, 1e-6)
"""What is kept is kept up to this, the smallest that the solver's own tolerance lets pass."""
CLEAR = 1e-9
"""A dual above this is not noise."""


class NoPanelError(ValueError):
    """Not even in fractions do the quotas fit together."""


@dataclass(frozen=True)
class Level:
    """Who cannot have more than this chance, given that everyone before keeps hers; `weights` prove it."""

    people: tuple[int, ...]
    chance: float
    weights: tuple[int, ...]


@dataclass(frozen=True)
class Chances:
    """The target for each person, and the levels from the smallest chance up."""

    targets: Floats
    levels: tuple[Level, ...]


def equalise(problem: Problem) -> Chances:
    """Leximin over the relaxation.

    Raises:
        NoPanelError: the quotas contradict each other.
    """
    kinds = problem.kinds()
    table, low, high = problem.matrix()
    sizes = np.array([len(kind) for kind in kinds], dtype=float)
    counts = table[[kind[0] for kind in kinds]] * sizes[:, None]
    # People of one kind count alike, except that each of a household is a kind of her own.
    rules: list[Entries] = [(np.nonzero(column)[0], column[column != 0]) for column in counts.T]
    fixed: dict[int, float] = {}
    levels: list[Level] = []
    values = np.zeros(len(kinds))
    while len(fixed) < len(kinds):
        free = [at for at in range(len(kinds)) if at not in fixed]
        rows = rules + [([at, len(kinds)], [1.0, -1.0]) for at in free]
        cost = np.zeros(len(kinds) + 1)
        cost[-1] = 1
        for slack in SLACKS:
            floor = np.zeros(len(kinds) + 1)
            for at, chance in fixed.items():
                floor[at] = max(0.0, chance - slack)
            found = solve(
                cost,
                rows,
                np.concatenate([low, np.zeros(len(free))]),
                np.concatenate([high, np.full(len(free), np.inf)]),
                floor,
                np.ones(len(kinds) + 1),
            )
            if found is not None or not fixed:
                break
        if found is None:
            raise NoPanelError
        values, smallest = found.values[:-1], float(found.values[-1])
        held = [at for at, dual in zip(free, found.duals[len(rules) :], strict=True) if abs(dual) > CLEAR]
        if not held or smallest > 1 - 1e-9:
            # Everyone left sits in every panel, or nothing binds any more.
            held = free
        for at in held:
            fixed[at] = smallest if smallest <= 1 - 1e-9 else 1.0
        members = tuple(sorted(person for at in held for person in kinds[at]))
        levels.append(Level(members, smallest, _whole(found.duals[: len(rules)])))
    targets = np.zeros(len(problem.people))
    for kind, value in zip(kinds, values, strict=True):
        targets[kind] = min(1.0, max(0.0, value))
    return Chances(targets, tuple(levels))


def _whole(duals: Floats) -> tuple[int, ...]:
    largest = float(np.max(np.abs(duals))) if len(duals) else 0.0
    if largest <= CLEAR:
        return (0,) * len(duals)
    return tuple(round(dual / largest * SCALE) for dual in duals)


def bound(
    table: Ints,
    low: Ints,
    high: Ints,
    weights: Sequence[int],
    kept: Sequence[Fraction | None],
) -> Fraction:
    """The largest chance that everyone without a kept one can have at once; 1 where the weights prove nothing.

    Args:
        kept: for each person the chance she keeps, or None for those whose smallest chance is asked for.
    """
    y = np.array(weights, dtype=object)
    gains = table.astype(object) @ y
    most = sum(max(weight * int(a), weight * int(b)) for weight, a, b in zip(weights, low, high, strict=True))
    above = Fraction(most + sum(-gain for gain in gains if gain < 0))
    below = 0
    for gain, chance in zip(gains, kept, strict=True):
        if gain > 0 and chance is None:
            below += gain
        elif gain > 0 and chance is not None:
            above -= gain * chance
    return min(Fraction(1), above / below) if below > 0 else Fraction(1)
