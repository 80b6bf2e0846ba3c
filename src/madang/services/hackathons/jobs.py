"""Periodic work of hackathons."""

from __future__ import annotations

from madang.kernel.jobs import every
from madang.services.hackathons.domain import deciding, hosting


@every(10, "hackathons.advance", by_date=True)
def advance() -> int:
    """States follow the clock."""
    return hosting.advance()


@every(600, "hackathons.followups", by_date=True)
def followups() -> int:
    """Follow-ups open on their day."""
    return deciding.open_due()
