"""Periodic work of the complaint center."""

from __future__ import annotations

from madang.kernel.jobs import every
from madang.services.casework.domain import keeping


@every(3600, "casework.kept")
def sweep_kept() -> int:
    """What devices were told is emptied when they had time enough to fetch it."""
    return keeping.sweep()
