"""When to try a mail again. Plain Python."""

from __future__ import annotations

from datetime import timedelta

# Minutes after each failed attempt; 31 hours 21 minutes in all, so that a mail server may be down for a day.
MINUTES = (1, 5, 15, 60, 120, 240, 480, 960)


def wait(attempts: int) -> timedelta | None:
    """How long to wait after this many failed attempts (1 or more); None when it is time to give up."""
    return timedelta(minutes=MINUTES[attempts - 1]) if attempts <= len(MINUTES) else None


# Seconds after each failed attempt to deliver a web hook; 26 hours and 35 minutes in all.
HOOK_SECONDS = (5, 60, 300, 1_800, 7_200, 14_400, 28_800, 43_200)


def hook_wait(attempts: int) -> timedelta | None:
    """The same for a web hook."""
    return timedelta(seconds=HOOK_SECONDS[attempts - 1]) if attempts <= len(HOOK_SECONDS) else None
