"""Bursts: how many false alarms a week on an ordinary made-up year, and how soon a planted rise is found.

`python tools/bench bursts`. Every hour of the trial the last day and the last week are looked at, as the worker does; a
key that was told is quiet for a week. A planted rise adds a topic of its own words in one category and district, spread
over eight hours of a random working day.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

SEEDS = (1, 2, 3, 4)
DAYS = 150
CASES = 140_000 * DAYS // 365
CATEGORIES = {
    "road": 3.0, "lamp": 2.0, "parking": 4.0, "trash": 2.5, "noise": 1.5, "tree": 1.2,
    "water": 1.0, "bus": 1.0, "animal": 0.6, "welfare": 1.2, "permit": 1.4, "rule": 0.8,
}  # fmt: skip
DISTRICTS = tuple(f"380{at:02d}" for at in range(10, 22))
PLANTED = (6, 8, 12, 20, 40)  # cases of a planted rise
TRIES = 12  # rises of each size and seed


def run(root: Path) -> None:
    sys.path.insert(0, str(root / "src"))
    from madang.services.casework.logic import arrivals, bursts

    start = datetime(2025, 1, 6, tzinfo=UTC)  # hours below are meant as Seoul's
    false, weeks = 0, 0.0
    found: dict[int, list[float | None]] = {size: [] for size in PLANTED}
    for seed in SEEDS:
        year = arrivals.year(
            count=CASES, start=start, days=DAYS, shares=CATEGORIES, districts=DISTRICTS,
            is_off=lambda day: day.weekday() > 4 or (day.month, day.day) in {(1, 28), (1, 29), (1, 30), (3, 3), (5, 5)},
            seed=seed,
        )  # fmt: skip
        past = Past(year, start, bursts)
        told: dict[tuple[str, str, str], int] = {}
        for now in range(168 * 9, DAYS * 24):
            for one in past.look(now, (24, 168)):
                if one.key != bursts.ALL and now - told.get(one.key, -999) > 168:
                    told[one.key] = now
                    false += 1
        weeks += DAYS / 7 - 9
        random = np.random.default_rng(seed)
        for size in PLANTED:
            found[size] += [past.planted(random, size) for _ in range(TRIES)]
        print(f"seed {seed}: {len(year)} cases, {false} false so far in {weeks:.0f} weeks", flush=True)
    print(f"\nFalse alarms a week: {false / weeks:.2f} ({false} in {weeks:.0f} weeks; goal at most 1)\n")
    print(
        "| planted cases in 8 hours | found within 24 h | median hours from the first of them |\n|---|---|---|"
    )
    for size, hours in found.items():
        hit = sorted(one for one in hours if one is not None)
        middle = f"{hit[len(hit) // 2]:.0f}" if hit else "–"
        print(f"| {size} | {len(hit)} of {len(hours)} | {middle} |")


class Past:
    """Counts of a made-up year by key and hour, added up, so that any window is one subtraction."""

    def __init__(self, year: list[Any], start: datetime, bursts: Any) -> None:
        self.bursts = bursts
        number: dict[Any, int] = {}
        rows, columns = [], []
        for one in year:
            hour = int((one.at - start) / timedelta(hours=1))
            for key in bursts.keys_of(one.category, one.district, bursts.stems(one.words)):
                rows.append(hour)
                columns.append(number.setdefault(key, len(number)))
        self.keys = list(number)
        self.plain = np.array([not key[2] for key in self.keys])
        table = np.zeros((DAYS * 24 + 1, len(number)), np.int32)
        np.add.at(table, (np.array(rows) + 1, columns), 1)
        self.sums = table.cumsum(axis=0, dtype=np.int32)

    def look(self, now: int, spans: tuple[int, ...], more: dict[Any, int] | None = None) -> Iterator[Any]:
        """What is told at an hour; `more` are planted cases of the last day by key."""
        for hours in spans:
            ends = [now - 168 * week for week in range(self.bursts.WEEKS + 1)]
            counts = [self.sums[end] - self.sums[end - hours] for end in ends]
            chosen = np.flatnonzero(self.plain | (counts[0] >= self.bursts.LEAST))
            windows = [Counter({self.keys[at]: int(one[at]) for at in chosen}) for one in counts]
            for key, count in (more or {}).items():
                windows[0][key] += count
            looked = int((np.maximum.reduce(counts) > 0).sum()) + len(more or ())
            yield from self.bursts.detect(windows[0], windows[1:], looked_at=looked)

    def planted(self, random: Any, size: int) -> float | None:
        """Hours from the first planted case until it is told, None where it is not within 24."""
        begin = int(random.integers(9 * 7 + 1, DAYS - 2)) * 24 + 9
        category, district = str(random.choice(sorted(CATEGORIES))), str(random.choice(DISTRICTS))
        hours = sorted(int(one) for one in random.integers(0, 8, size))
        for now in range(begin + 1, begin + hours[0] + 25):
            more: Counter[Any] = Counter()
            for hour in hours:
                if begin + hour < now:
                    more.update(
                        self.bursts.keys_of(category, district, self.bursts.stems(("흙탕물이", "갑자기")))
                    )
            for one in self.look(now, (24,), more):
                if one.key[2][:2] in ("흙탕", "갑자") or one.key[:2] == (category, district):
                    return now - begin - hours[0]
        return None
