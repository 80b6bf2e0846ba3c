"""Periodic work of the desk of cases."""

from __future__ import annotations

from madang.kernel.jobs import every
from madang.services.casework.domain import clusters, handover


@every(5, "casework.clusters")
def settle_clusters() -> int:
    """Cases that say the same get the office and the answer of their lead, each by itself."""
    return clusters.settle()


@every(60, "casework.handover", by_date=True)
def hand_over() -> int:
    """Cases of officials whose mandate has ended fall back to their office; what was taken again is told."""
    return handover.release() + handover.settle()
