"""Periodic work of conversations."""

from __future__ import annotations

from madang.commons.opinions.domain import conversations, counting
from madang.kernel.jobs import every


@every(0.3, "opinions.count")
def count() -> int:
    """New answers into the tables and the picture."""
    return counting.work()


@every(1, "opinions.test")
def test() -> int:
    """Groups and how far to trust them, in a thread of its own: it may take seconds."""
    return counting.test_due()


@every(20, "opinions.close_ended", by_date=True)
def close_ended() -> int:
    return conversations.close_ended()
