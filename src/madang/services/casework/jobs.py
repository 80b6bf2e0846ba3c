"""Periodic work of the complaint center."""

from __future__ import annotations

from madang.kernel.jobs import every
from madang.services.casework.domain import bursts, sheets, suggesting


@every(5, "casework.suggest")
def suggest() -> int:
    """Which category new cases seem to be, noted in their history."""
    return suggesting.read_waiting()


@every(3600, "casework.learn")
def learn() -> int:
    """The next version of what is learned, where enough cases were confirmed since the last."""
    return suggesting.learn_all()


@every(3600, "casework.bursts", by_date=True)
def find_bursts() -> int:
    """Topics that came up suddenly within the last day or week."""
    return bursts.find_all()


@every(1800, "casework.sheets")
def count_sheets() -> int:
    """The public figures."""
    return sheets.count_all()
