"""Periodic work of the square."""

from __future__ import annotations

from datetime import datetime, timedelta

from madang.kernel import clock
from madang.kernel.jobs import every
from madang.services.square import found
from madang.services.square.domain import ideas
from madang.services.square.web import uploads

_last: datetime | None = None


@every(1, "square.tally")
def tally() -> int:
    """Totals and thresholds. Looks back a minute further than its last run, for rows committed late."""
    global _last  # noqa: PLW0603 - one worker; losing it only means one full recount
    began = clock.now()
    changed = ideas.tally(since=_last - timedelta(minutes=1) if _last else None)
    _last = began
    return changed


@every(30, "square.tell_support")
def tell_support() -> int:
    """The search sorts by support: it hears of new totals, with an hour's look back for what was missed."""
    return found.tell_support(clock.now() - timedelta(hours=1))


@every(300, "square.close_ended")
def close_ended() -> int:
    return ideas.close_ended()


@every(3600, "square.sweep_uploads")
def sweep_uploads() -> int:
    """Delete files that were chosen in a form nobody sent."""
    return uploads.sweep()
