"""Periodic work of budgeting."""

from __future__ import annotations

from madang.kernel.jobs import every
from madang.services.budgeting.domain import counting, rounds


@every(3, "budgeting.count")
def count() -> int:
    """Elections that wait to be counted by some rule."""
    return counting.count_waiting()


@every(5, "budgeting.advance", by_date=True)
def advance() -> int:
    """Rounds follow the clock."""
    return rounds.advance()
