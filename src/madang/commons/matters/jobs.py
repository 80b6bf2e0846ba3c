"""Periodic work on matters."""

from __future__ import annotations

from madang.commons.matters import queries
from madang.commons.matters.domain import attachments, lateness
from madang.kernel.actors import system
from madang.kernel.jobs import every


@every(60, "matters.lateness")
def announce_late() -> int:
    """Tell followers once when an answer has become late."""
    return sum(lateness.announce(actor=system("clock"), matter=matter) for matter in queries.overdue()[:500])


@every(86_400, "matters.sweep_files")
def sweep_files() -> int:
    """Delete files that no row names."""
    return attachments.sweep()
