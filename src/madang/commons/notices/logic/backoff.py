"""When to try a mail again. Plain Python."""

from __future__ import annotations

from datetime import timedelta

# Minutes after each failed attempt; 31 hours 21 minutes in all, so that a mail server may be down for a day.
MINUTES = (1, 5, 15, 60, 120, 240, 480, 960)


def wait(attempts: int) -> timedelta | None:
    """How long to wait after this many failed attempts (1 or more); None when it is time to give up."""
    return timedelta(minutes=MINUTES[attempts - 1]) if attempts <= len(MINUTES) else None
