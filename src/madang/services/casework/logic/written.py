"""When something was written, by the clock of a device that may be wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

OLDEST = timedelta(days=90)
"""Older than this a device's word is not taken: no outage lasts so long, and a battery that ran out forgets the year."""


def moment(*, written: datetime, sent: datetime, received: datetime) -> tuple[datetime, timedelta]:
    """When it was written, and by how much the device's clock was ahead.

    `written` and `sent` are read from the device's clock, `received` from ours; sending takes no time. What would lie in
    the future or too far back is the moment of receipt.
    """
    ahead = sent - received
    when = written - ahead
    if when > received or received - when > OLDEST:
        return received, ahead
    return when, ahead


def during(
    when: datetime, stretches: Iterable[tuple[datetime, datetime | None]]
) -> tuple[datetime, datetime | None] | None:
    """The time without service in which a moment lies; the end is None while it lasts."""
    for start, end in stretches:
        if start <= when and (end is None or when < end):
            return start, end
    return None
