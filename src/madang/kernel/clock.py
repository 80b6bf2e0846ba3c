"""The only place that knows the time.

Moments are stored in UTC and shown in Asia/Seoul. Tests (and the demo loader, which tells a story that
happened over several weeks) set the clock with `at()`; nothing else may.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
UTC = ZoneInfo("UTC")

_frozen: ContextVar[datetime | None] = ContextVar("madang_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """The calendar day in Seoul, where the legal day begins and ends."""
    return now().astimezone(SEOUL).date()


def seoul(moment: datetime) -> datetime:
    """The same moment on a Seoul clock."""
    return moment.astimezone(SEOUL)


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Hold the clock at `moment` (aware) inside the block.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("the clock needs an aware datetime")
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield moment
    finally:
        _frozen.reset(token)
