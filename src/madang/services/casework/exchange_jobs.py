"""Periodic work of what other systems send and get."""

from __future__ import annotations

from madang.kernel.jobs import every
from madang.services.casework.domain import forwarding
from madang.services.casework.open311 import filing


@every(10, "casework.outbox")
def outbox() -> int:
    """Cases that other servers are to have."""
    return forwarding.send_due()


@every(600, "casework.open311.repeats", by_date=True)
def repeats() -> int:
    """Answers to requests that no longer count as repeated."""
    return filing.sweep()
