"""Periodic work on matters."""

from __future__ import annotations

from madang.commons.matters import queries
from madang.commons.matters.domain import lateness
from madang.kernel.actors import system
from madang.kernel.jobs import every


@every(60, "matters.lateness")
def announce_late() -> int:
    """Tell followers once when an answer has become late."""
    return sum(lateness.announce(actor=system("clock"), matter=matter) for matter in queries.overdue()[:500])
