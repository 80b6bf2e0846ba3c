"""Periodic work of the square."""

from __future__ import annotations

from madang.kernel.jobs import every
from madang.services.square.domain import ideas
from madang.services.square.web import uploads


@every(0.5, "square.tally")
def tally() -> int:
    """Totals, and the thresholds they meet."""
    return ideas.tally()


@every(60, "square.thresholds")
def thresholds() -> int:
    """Thresholds that are met without a new supporter; see `ideas.qualify_reached`."""
    return ideas.qualify_reached()


@every(300, "square.close_ended")
def close_ended() -> int:
    return ideas.close_ended()


@every(3600, "square.sweep_uploads")
def sweep_uploads() -> int:
    """Delete files that were chosen in a form nobody sent."""
    return uploads.sweep()
