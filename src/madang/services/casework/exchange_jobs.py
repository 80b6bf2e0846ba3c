"""Periodic work of what other systems send and get."""

from __future__ import annotations

from madang.kernel.jobs import every
from madang.services.casework.domain import forwarding, hearing, old_cases
from madang.services.casework.open311 import filing


@every(10, "casework.outbox")
def outbox() -> int:
    """Cases that other servers are to have."""
    return forwarding.send_due()


@every(60, "casework.hearing")
def ask() -> int:
    """What became of cases that other servers took."""
    return hearing.ask_due()


@every(600, "casework.open311.repeats", by_date=True)
def repeats() -> int:
    """Answers to requests that no longer count as repeated."""
    return filing.sweep()


@every(3, "casework.old")
def old() -> int:
    """Tables of older systems that are being imported."""
    return old_cases.go_on()


@every(3600, "casework.old.sweep", by_date=True)
def old_sweep() -> int:
    """Tables of older systems that nobody imported."""
    return old_cases.sweep()
