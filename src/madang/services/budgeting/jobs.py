"""Periodic work of budgeting."""

from __future__ import annotations

from madang.kernel.jobs import every
from madang.services.budgeting.domain import casting, closing, counting, deciding, rounds


@every(3, "budgeting.count")
def count() -> int:
    """Elections that wait to be counted by some rule."""
    return counting.count_waiting()


@every(5, "budgeting.advance", by_date=True)
def advance() -> int:
    """Rounds follow the clock."""
    return rounds.advance()


@every(60, "budgeting.reminders", by_date=True)
def reminders() -> int:
    """Votes that end within a day."""
    return rounds.remind()


@every(5, "budgeting.closes", by_date=True)
def closes() -> int:
    """Votes whose end has come."""
    return closing.close_due()


@every(3, "budgeting.recount")
def recount() -> int:
    """The second count of what was counted once."""
    return deciding.recount_waiting()


@every(3, "budgeting.turnout")
def turnout() -> int:
    """How many have voted, for those who watch."""
    return casting.count_turnout()
