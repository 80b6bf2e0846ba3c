"""Turning chances into equally likely panels without losing a hair of them.

Each person's chance becomes a count: in how many of the panels she sits. The counts are then split in two halves, and
again, until one panel is left; in every split each count and each quota is halved up to rounding, so every single
panel at the end meets every quota exactly. What a split needs is a choice of roundings whose sums fit: a local search finds
it almost always, and HiGHS decides the rest.
"""

from __future__ import annotations

import random

import numpy as np

from madang.commons.panels.logic.model import Ints, Problem
from madang.commons.panels.logic.solver import Floats, solve

NEAR = 1e-4
"""A count this close to a whole number is that number: the solver's noise is smaller."""
STEPS = 64
"""Swaps of one local search: of those that find anything 99 in 100 do within so many."""
PATIENCE = 24
"""Swaps without anything better before a search is given up."""
NEARBY = 48
"""Of the people who could leave or enter, so many of the most promising are paired."""


class StuckError(ValueError):
    """No rounding fits: the relaxed chances are not those of real panels."""


def split(problem: Problem, targets: Floats, panels: int, rng: random.Random) -> list[list[int]]:
    """That many panels in which each person sits `targets * panels` times, rounded up or down.

    Raises:
        StuckError: these chances cannot be had.
    """
    table, low, high = problem.matrix()
    first_home = 1 + len(problem.quotas)
    wanted = targets * panels
    whole = np.rint(wanted)
    base = np.where(np.abs(wanted - whole) < NEAR, whole, np.floor(wanted)).astype(np.int64)
    open_ = np.nonzero(np.abs(wanted - whole) >= NEAR)[0]
    sums = base @ table
    counts = base.copy()
    counts[open_] += _round(table[open_], low * panels - sums, high * panels - sums, first_home, rng)
    found: list[list[int]] = []
    waiting = [(counts, panels)]
    while waiting:
        part, many = waiting.pop()
        if many == 1:
            found.append(np.nonzero(part)[0].tolist())
            continue
        first = many // 2
        half = _part(table, part, first, many, first_home, rng)
        waiting += [(part - half, many - first), (half, first)]
    return found


def _part(table: Ints, counts: Ints, first: int, many: int, first_home: int, rng: random.Random) -> Ints:
    """The share of `first` of `many` panels in each count."""
    share = counts * first
    half = share // many
    open_ = np.nonzero(share % many)[0]
    if not len(open_):
        return half
    sums, have = share @ table, half @ table
    half[open_] += _round(table[open_], sums // many - have, -(-sums // many) - have, first_home, rng)
    return half


def _round(table: Ints, low: Ints, high: Ints, first_home: int, rng: random.Random) -> Ints:
    """Zeros and ones whose sums under each rule lie between the bounds."""
    if not len(table):
        if (low > 0).any() or (high < 0).any():
            raise StuckError
        return np.zeros(0, dtype=np.int64)
    for _try in range(3):
        found = _search(table, low, high, first_home, rng)
        if found is not None:
            return found
    return _ask(table, low, high)


def _search(table: Ints, low: Ints, high: Ints, first_home: int, rng: random.Random) -> Ints | None:
    """Begin with every other one in an order that puts households and equal people side by side, then swap what helps most."""
    columns = list(range(1, first_home))
    rng.shuffle(columns)
    keys = table[:, columns] @ (2.0 ** -np.arange(len(columns))) if columns else np.zeros(len(table))
    homes = table[:, first_home:] @ np.arange(1, table.shape[1] - first_home + 1)
    noise = np.array([rng.random() for _ in range(len(table))])
    order = np.lexsort((noise, keys, homes))
    aim = (int(low[0]) + int(high[0])) // 2
    if not 0 <= aim <= len(table):
        return None
    chosen = np.zeros(len(table), dtype=bool)
    chosen[order[(np.arange(aim) * len(table) + rng.randrange(len(table))) // max(aim, 1) % len(table)]] = (
        True
    )
    if int(chosen.sum()) != aim:
        return None
    # A rule that no choice can break costs time and changes nothing: most households, once they are down to one.
    binding = (low > 0) | (high < table.sum(axis=0))
    low, high = low[binding], high[binding]
    facts = table[:, binding].astype(float)
    sums = facts[chosen].sum(axis=0)
    last, least, since = (-1, -1), float("inf"), 0
    for _step in range(STEPS):
        over, under = np.maximum(sums - high, 0), np.maximum(low - sums, 0)
        now = float((over * over + under * under).sum())
        if now == 0:
            return chosen.astype(np.int64)
        least, since = (now, 0) if now < least else (least, since + 1)
        if since > PATIENCE:
            return None
        more, less = _penalty(sums + 1, low, high), _penalty(sums - 1, low, high)
        here = over * over + under * under
        plus, minus = more - here, less - here
        inside, outside = np.nonzero(chosen)[0], np.nonzero(~chosen)[0]
        if not len(inside) or not len(outside):
            return None
        # All at once: picking the rows out first would copy most of the table at every step.
        leaving, entering = facts @ minus, facts @ plus
        inside = inside[np.argsort(leaving[inside], kind="stable")[:NEARBY]]
        outside = outside[np.argsort(entering[outside], kind="stable")[:NEARBY]]
        a, b = facts[inside], facts[outside]
        change = leaving[inside][:, None] + entering[outside][None, :] - (a * (plus + minus)) @ b.T
        best = int(np.argmin(change))
        gone, come = inside[best // len(outside)], outside[best % len(outside)]
        if change.flat[best] >= 0:
            # A hollow: step sideways at random instead of back and forth.
            near = np.nonzero(change.ravel() <= change.flat[best] + 1)[0]
            best = int(near[rng.randrange(len(near))])
            gone, come = inside[best // len(outside)], outside[best % len(outside)]
            if (come, gone) == last:
                continue
        chosen[gone], chosen[come], last = False, True, (gone, come)
        sums = sums - facts[gone] + facts[come]
    return None


def _penalty(sums: Floats, low: Ints, high: Ints) -> Floats:
    over, under = np.maximum(sums - high, 0), np.maximum(low - sums, 0)
    result: Floats = over * over + under * under
    return result


def _ask(table: Ints, low: Ints, high: Ints) -> Ints:
    columns = [np.nonzero(column)[0] for column in table.T]
    for at, members in enumerate(columns):
        if not len(members) and not low[at] <= 0 <= high[at]:
            raise StuckError
    kept = [at for at, members in enumerate(columns) if len(members)]
    size = len(table)
    found = solve(
        np.zeros(size),
        [(columns[at], np.ones(len(columns[at]))) for at in kept],
        low[kept],
        high[kept],
        np.zeros(size),
        np.ones(size),
        whole=[True] * size,
    )
    if found is None:
        raise StuckError
    return np.rint(found.values).astype(np.int64)
