"""A lottery: equally likely panels, each of which meets every quota, with chances as equal as the quotas allow."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from fractions import Fraction

from madang.commons.panels.logic.columns import by_columns
from madang.commons.panels.logic.leximin import bound, equalise
from madang.commons.panels.logic.model import Problem, chances, faults
from madang.commons.panels.logic.splitting import StuckError, split

PANELS = 1000
TURNS = 1500
"""Programs of the search panel by panel; a minute or two for hundreds of people."""


@dataclass(frozen=True)
class Proved:
    """One level of the proof: the smallest count among its people and everyone above, and what nobody can exceed."""

    count: int
    people: int
    bound: Fraction
    weights: tuple[int, ...]


@dataclass(frozen=True)
class Lottery:
    """The panels, each person's count among them, each person's level, and the proof level by level.

    `method` is "leximin" where the panels reach the relaxation's chances, "columns" where they had to be sought one by one.
    """

    panels: tuple[tuple[int, ...], ...]
    counts: tuple[int, ...]
    levels: tuple[int, ...]
    proof: tuple[Proved, ...]
    method: str

    @property
    def is_best(self) -> bool:
        """Whether nobody's smallest chance could be larger by even one panel."""
        first = self.proof[0]
        return min(self.counts) >= int(first.bound * len(self.panels))


def build(problem: Problem, panels: int = PANELS, *, turns: int = TURNS) -> Lottery:
    """Make the lottery. The same problem gives the same lottery.

    Raises:
        NoPanelError: no panel meets the quotas; `shortage.explain` says which of them to relax.
    """
    text = repr((problem.people, problem.quotas, problem.size, problem.households, problem.apart, panels))
    rng = random.Random(hashlib.sha256(text.encode()).digest())  # noqa: S311 - shuffles; the draw has its own seed
    equal = equalise(problem)
    method = "leximin"
    try:
        found = split(problem, equal.targets, panels, rng)
    except StuckError:
        method, found = "columns", by_columns(problem, panels, rng, turns=turns)
    rng.shuffle(found)
    for panel in found:
        if wrong := faults(problem, panel):
            raise AssertionError(f"a panel breaks its quotas: {wrong}")
    counts = chances(found, len(problem.people))
    levels = [0] * len(problem.people)
    for number, level in enumerate(equal.levels):
        for person in level.people:
            levels[person] = number
    table, low, high = problem.matrix()
    proof = []
    for number, level in enumerate(equal.levels if method == "leximin" else equal.levels[:1]):
        kept = [
            Fraction(count, panels) if mine < number else None
            for count, mine in zip(counts, levels, strict=True)
        ]
        rest = [count for count, mine in zip(counts, levels, strict=True) if mine >= number]
        proof.append(
            Proved(min(rest), len(level.people), bound(table, low, high, level.weights, kept), level.weights)
        )
    if method != "leximin":
        levels = [0] * len(levels)
    return Lottery(
        tuple(tuple(sorted(panel)) for panel in found), tuple(counts), tuple(levels), tuple(proof), method
    )
