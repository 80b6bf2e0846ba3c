"""A made-up year of a city's cases, as they might come in: for trials and measurements, never for a page.

How many come follows hour, weekday, season and holidays; days differ more than chance alone (a gamma factor for each day and
each category, so that counts are wider than Poisson); after days off more come. Nothing of it was measured in a real city:
shares and shapes are guesses that make a hard but ordinary year. The same seed gives the same year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

HOURS = (2, 1, 1, 1, 1, 2, 6, 18, 45, 70, 75, 65, 40, 60, 68, 66, 60, 48, 34, 26, 22, 18, 11, 5)
"""How much comes in each hour of a working day, in parts."""
OFF = 0.35  # of a working day's cases that come on a day off
AFTER = 1.35  # times as many on the working day after
SEASON = (0.86, 0.85, 0.95, 1.02, 1.05, 1.1, 1.25, 1.2, 1.05, 1.0, 0.93, 0.88)
SHAPE_DAY, SHAPE_CATEGORY = 40.0, 12.0  # of the gamma factors: the smaller, the wilder


@dataclass(frozen=True, slots=True)
class Arrival:
    """A case: when, about what, where, and the words of its title."""

    at: datetime
    category: str
    district: str
    words: tuple[str, ...]


def year(
    *,
    count: int,
    start: datetime,
    days: int,
    shares: Mapping[str, float],
    districts: Sequence[str],
    is_off: Callable[[date], bool],
    seed: int,
) -> list[Arrival]:
    """About `count` arrivals from `start` (midnight) over so many days, in order."""
    random = np.random.default_rng(seed)
    categories = sorted(shares)
    weight = np.array([shares[one] for one in categories])
    weight = weight / weight.sum()
    dates = [(start + timedelta(days=at)) for at in range(days)]
    off = [is_off(one.date()) for one in dates]
    level = np.array(
        [
            SEASON[one.month - 1] * (OFF if off[at] else AFTER if at and off[at - 1] else 1.0)
            for at, one in enumerate(dates)
        ]
    )
    level = level * count / level.sum()
    hours = np.array(HOURS, float) / sum(HOURS)
    where = 1.0 / np.arange(1, len(districts) + 1)
    where = where / where.sum()
    found = []
    for at, midnight in enumerate(dates):
        wild = random.gamma(SHAPE_DAY, 1 / SHAPE_DAY)
        rates = level[at] * wild * weight * random.gamma(SHAPE_CATEGORY, 1 / SHAPE_CATEGORY, len(categories))
        for category, some in zip(categories, random.poisson(rates), strict=True):
            when = random.choice(24, some, p=hours)
            seconds = random.integers(0, 3600, some)
            place = random.choice(len(districts), some, p=where)
            first = random.zipf(1.7, (some, 4))
            for one in range(some):
                found.append(
                    Arrival(
                        midnight + timedelta(hours=int(when[one]), seconds=int(seconds[one])),
                        category,
                        districts[int(place[one])],
                        tuple(f"{category}{min(int(rank), 400)}낱말" for rank in first[one]),
                    )
                )
    return sorted(found, key=lambda one: (one.at, one.category, one.words))
