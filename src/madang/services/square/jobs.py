"""Periodic work of the square."""

from __future__ import annotations

from datetime import timedelta

from madang.commons.matters.web import uploads
from madang.kernel import clock
from madang.kernel.jobs import every
from madang.services.square import found
from madang.services.square.domain import amendments, ideas, moderation, picking, publishing, stepping


@every(0.5, "square.tally")
def tally() -> int:
    """Totals, and the thresholds they meet."""
    return ideas.tally()


@every(60, "square.thresholds")
def thresholds() -> int:
    """Thresholds that are met without a new supporter; see `ideas.qualify_reached`."""
    return ideas.qualify_reached()


@every(30, "square.tell_support")
def tell_support() -> int:
    """The search sorts by support: it hears of new totals, with an hour's look back for what was missed."""
    return found.tell_support(clock.now() - timedelta(hours=1))


@every(300, "square.close_ended", by_date=True)
def close_ended() -> int:
    return ideas.close_ended()


@every(60, "square.silence", by_date=True)
def silence() -> int:
    """Silence has a limit: amendments that nobody answered, ideas that nobody took over, votes whose time is over."""
    return amendments.lapse() + stepping.lapse() + picking.count_due()


@every(3600, "square.sweep_uploads", by_date=True)
def sweep_uploads() -> int:
    """Delete files that were chosen in a form nobody sent."""
    return uploads.sweep()


@every(60, "square.phases", by_date=True)
def phases() -> int:
    """Followers of a space hear of a phase when it begins."""
    return publishing.announce()


@every(600, "square.lapse", by_date=True)
def lapse() -> int:
    """Reports by few that moderation let wait too long."""
    return moderation.lapse()
