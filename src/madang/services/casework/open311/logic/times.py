"""Moments as the standard writes them (W3C date and time with an offset), and the span that a list covers.

Source: https://www.w3.org/TR/NOTE-datetime; GeoReport v2, "GET service requests": at most 90 days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

LONGEST = timedelta(days=90)
DAY = timedelta(days=1)

# A plus sign in an address that was not escaped arrives as a space.
_SHAPE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?"
    r"(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"(?P<zone>Z|[+\- ]\d\d:?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)


def write(moment: datetime, zone: tzinfo) -> str:
    """`2026-11-29T14:12:23+09:00`: to the second, with the offset of the zone at that moment."""
    return moment.astimezone(zone).isoformat(timespec="seconds")


def read(text: str, zone: tzinfo, *, is_end: bool = False) -> datetime | None:
    """The moment that was written; None when it is none.

    A day, a month or a year alone means its first moment, or with `is_end` its last; without an offset the time is that
    of `zone`.
    """
    found = _SHAPE.fullmatch(text.strip())
    if found is None or (found["hour"] and not found["day"]):
        return None
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    try:
        if found["hour"]:
            second = int(found["second"] or 0)
            return datetime(
                year, month, day, int(found["hour"]), int(found["minute"]), second,
                tzinfo=_offset(found["zone"]) or zone,
            )  # fmt: skip
        first = datetime(year, month, day, tzinfo=zone)
        if not is_end:
            return first
        if found["day"]:
            after = first + DAY
        elif found["month"]:
            after = first.replace(year=year + month // 12, month=month % 12 + 1)
        else:
            after = first.replace(year=year + 1)
        return after - timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None


def _offset(written: str | None) -> tzinfo | None:
    if not written:
        return None
    if written in "Zz":
        return UTC
    hours, minutes = int(written[1:3]), int(written[-2:])
    if hours > 14 or minutes > 59:
        raise ValueError(written)
    distance = timedelta(hours=hours, minutes=minutes)
    return timezone(-distance if written[0] == "-" else distance)


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment to another, both included."""

    start: datetime
    end: datetime


def span(start: datetime | None, end: datetime | None, now: datetime) -> Span | str:
    """What a list covers: 90 days up to now where nothing else is said.

    Returns:
        The span, or `order` (it ends before it begins) or `long` (more than 90 days).
    """
    if start is None:
        last = end or now
        return Span(max(last, datetime.min.replace(tzinfo=UTC) + LONGEST) - LONGEST, last)
    last = end or min(max(now, start), _later(start))
    if last < start:
        return "order"
    # A day written alone counts to its last microsecond; ninety whole days are ninety days.
    return "long" if last - start > LONGEST else Span(start, last)


def _later(start: datetime) -> datetime:
    try:
        return start + LONGEST
    except OverflowError:
        return start
