"""From what was claimed to what was verified, as plain Python. Amounts are won; every step adds up to the next total."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ENDED = frozenset({"out_of_scope", "not_valid", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Told:
    """One report: what was claimed, estimated and verified of it, and the month it came in (`2026-11`)."""

    month: str
    state: str
    claimed: int = 0
    estimated: int | None = None
    verified: int | None = None
    rewarded: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """A step of the picture: `start` to `end` on the scale of won. A total starts at 0."""

    key: str
    amount: int
    start: int
    end: int
    is_total: bool


def waterfall(rows: Iterable[Told]) -> tuple[Bar, ...]:
    """Claimed, less what was not upheld and what is still looked at, to estimated; then to verified."""
    told = list(rows)
    estimated = [row for row in told if row.estimated is not None]
    verified = [row for row in estimated if row.verified is not None]
    rest = [row for row in told if row.estimated is None]
    ended = sum(row.claimed for row in rest if row.state in ENDED)
    claimed, of_estimated = sum(row.claimed for row in told), sum(row.claimed for row in estimated)
    sum_estimated = sum(row.estimated or 0 for row in estimated)
    waiting = sum(row.estimated or 0 for row in estimated if row.verified is None)
    sum_verified = sum(row.verified or 0 for row in verified)
    steps = (
        ("not_upheld", -ended),
        ("looked_at", -(claimed - of_estimated - ended)),
        ("counted", sum_estimated - of_estimated),
    )
    bars = [Bar("claimed", claimed, 0, claimed, True), *_steps(claimed, steps)]
    bars.append(Bar("estimated", sum_estimated, 0, sum_estimated, True))
    verifying = (("waiting", -waiting), ("found", sum_verified - (sum_estimated - waiting)))
    bars += _steps(sum_estimated, verifying)
    bars.append(Bar("verified", sum_verified, 0, sum_verified, True))
    return tuple(bars)


def _steps(at: int, steps: Iterable[tuple[str, int]]) -> list[Bar]:
    bars = []
    for key, amount in steps:
        bars.append(Bar(key, amount, at, at + amount, False))
        at += amount
    return bars


@dataclass(frozen=True, slots=True)
class Month:
    """What came in during a month, and what has become of it until now."""

    month: str
    reports: int
    claimed: int
    estimated: int
    verified: int
    rewarded: int


def months(rows: Iterable[Told]) -> tuple[Month, ...]:
    """By the month of filing, the latest first."""
    by: dict[str, list[Told]] = {}
    for row in rows:
        by.setdefault(row.month, []).append(row)
    return tuple(
        Month(
            month,
            len(told),
            sum(row.claimed for row in told),
            sum(row.estimated or 0 for row in told),
            sum(row.verified or 0 for row in told),
            sum(row.rewarded for row in told),
        )
        for month, told in sorted(by.items(), reverse=True)
    )
