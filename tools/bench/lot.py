"""Lots: how long a lottery of 1,000 panels takes, and how its smallest chance stands to the proven bound."""

from __future__ import annotations

import random
import time

from report import table

CASES = (
    # people, seats, values of each feature, people who share a household with one other
    (200, 30, (2, 5, 4, 3), 0),
    (500, 50, (2, 6, 5, 4), 0),
    (1000, 100, (2, 6, 8, 4, 3, 2), 0),
    (1000, 100, (2, 6, 8, 4, 3, 2), 332),
)
SEEDS = (1, 2, 3)


def made_up(people: int, seats: int, cards: tuple[int, ...], homes: int, seed: int):
    """A register in which some values signed up more eagerly than others, with exact quotas from the population."""
    from madang.commons.panels.logic.model import Problem, Quota, apportion

    chance = random.Random(seed)  # noqa: S311 - made-up people
    shares = [[chance.randint(100, 400) for _ in range(card)] for card in cards]
    keen = [[share * (1 + 1.5 * at / len(one)) for at, share in enumerate(one)] for one in shares]
    pool = tuple(tuple(chance.choices(range(len(one)), one)[0] for one in keen) for _ in range(people))
    quotas = tuple(
        Quota(feature, value, many, many)
        for feature, one in enumerate(shares)
        for value, many in enumerate(apportion(one, seats))
    )
    return Problem(
        pool, quotas, seats, tuple(str(at // 2) if at < homes else "" for at in range(people)), homes > 0
    )


def run() -> None:
    """Prints the table."""
    from madang.commons.panels.logic.lottery import build
    from madang.commons.panels.logic.model import faults

    rows = []
    for people, seats, cards, homes in CASES:
        for seed in SEEDS[:1] if homes else SEEDS:
            problem = made_up(people, seats, cards, homes, seed)
            began = time.perf_counter()
            made = build(problem)
            seconds = time.perf_counter() - began
            wrong = sum(bool(faults(problem, panel)) for panel in made.panels)
            gap = max(int(level.bound * 1000) - level.count for level in made.proof)
            again = build(problem) == made if seed == 1 else "–"
            rows.append(
                (
                    f"{people} → {seats}, {len(cards)} features{', one of a household' if homes else ''}",
                    f"{seconds:.1f}",
                    f"{min(made.counts)} of 1,000",
                    f"{float(made.proof[0].bound) * 1000:.1f}",
                    f"{len(made.proof)} / {gap}",
                    wrong,
                    made.method,
                    again,
                )
            )
    table(
        "Lots",
        ("pool", "seconds", "smallest chance", "proven bound", "levels / largest gap", "panels that break a quota",
         "method", "same again"),
        rows,
    )  # fmt: skip
