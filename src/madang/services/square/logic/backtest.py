"""What a threshold would have meant for what was really said. Plain Python that a citizen could rerun.

Two sorts of history. An imported file holds a total for each item and no dates of the single likes, so all that can be
said is how many ever came that far: an upper bound of what would have qualified in time. What was filed here has dated
supports, so it is replayed: an item qualifies when its supporter number `threshold` came within the days of discussion.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

ORIGINS = ("individual", "organised", "agency")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was said. `supports` tells when its supporter number n came, where that is known."""

    origin: str
    category: str
    filed_on: date
    total: int
    supports: Mapping[int, datetime] = field(default_factory=dict)
    filed_at: datetime | None = None
    went_on: bool = False
    """Whether the institution took it up ("task under way" in the imported file)."""

    def qualified_on(self, threshold: int, days: int | None) -> date | None:
        """The day on which it would have qualified; the day of filing stands for it where no dates are known."""
        if self.filed_at is None:
            return self.filed_on if self.total >= threshold else None
        moment = self.supports.get(threshold)
        if moment is None:
            return None
        if days is not None and moment > self.filed_at + timedelta(days=days):
            return None
        return moment.astimezone(self.filed_at.tzinfo).date()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one threshold would have meant."""

    threshold: int
    items: int
    qualified: int
    by_origin: dict[str, int]
    by_category: dict[str, int]
    months: int
    """How many calendar months the history spans."""
    busiest: int
    """Answers owed in the month with the most of them."""
    went_on: int = 0
    """How many of those that the institution really took up would have qualified."""

    @property
    def share(self) -> float:
        """Percent of all items."""
        return 100 * self.qualified / self.items if self.items else 0.0

    @property
    def per_month(self) -> float:
        """Answers owed in an average month."""
        return self.qualified / self.months if self.months else 0.0


@dataclass(frozen=True, slots=True)
class Spread:
    """How support is spread over the items, before any threshold."""

    items: int
    median: float
    none: int
    most: int
    by_origin: dict[str, int] = field(default_factory=dict)
    went_on: dict[str, int] = field(default_factory=dict)
    """What the institution took up, by origin."""

    @property
    def none_share(self) -> float:
        """Percent of items without any support."""
        return 100 * self.none / self.items if self.items else 0.0


def spread(items: Sequence[Item]) -> Spread:
    """Median, most and none of the totals."""
    totals = sorted(item.total for item in items)
    middle = len(totals) // 2
    if not totals:
        return Spread(0, 0.0, 0, 0)
    median = float(totals[middle]) if len(totals) % 2 else (totals[middle - 1] + totals[middle]) / 2
    return Spread(
        items=len(totals),
        median=median,
        none=sum(1 for total in totals if total == 0),
        most=totals[-1],
        by_origin=dict(Counter(item.origin for item in items)),
        went_on=dict(Counter(item.origin for item in items if item.went_on)),
    )


def months(items: Iterable[Item]) -> int:
    """Calendar months from the first to the last filing, both counted."""
    days = [item.filed_on for item in items]
    if not days:
        return 0
    first, last = min(days), max(days)
    return (last.year - first.year) * 12 + last.month - first.month + 1


def outcome(items: Sequence[Item], threshold: int, days: int | None = None) -> Outcome:
    """Replay one threshold.

    Raises:
        ValueError: a threshold below one asks for nothing.
    """
    if threshold < 1:
        raise ValueError("a threshold is at least one")
    hits = [(item, day) for item in items if (day := item.qualified_on(threshold, days)) is not None]
    owed = Counter((day.year, day.month) for _item, day in hits)
    return Outcome(
        threshold=threshold,
        items=len(items),
        qualified=len(hits),
        by_origin={
            origin: sum(1 for item, _day in hits if item.origin == origin)
            for origin in dict.fromkeys((*ORIGINS, *(item.origin for item in items)))
        },
        by_category=dict(Counter(item.category for item, _day in hits).most_common()),
        months=months(items),
        busiest=max(owed.values(), default=0),
        went_on=sum(1 for item, _day in hits if item.went_on),
    )
