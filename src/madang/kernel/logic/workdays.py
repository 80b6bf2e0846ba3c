"""Working days and office hours, as plain Python over a set of holidays.

All moments are aware datetimes and are read in Asia/Seoul; all days are Seoul days.
Saturdays, Sundays and public holidays are no working days (Civil Petitions Treatment Act art. 19;
a Sunday is itself a public holiday under the Public Holidays Act).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
ONE_DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6

OffReason = Literal["saturday", "sunday", "holiday"]
Span = tuple[datetime, datetime]


class OutsideCalendarError(ValueError):
    """The day lies outside the years for which holidays are known, so no answer would be true."""


def in_seoul(moment: datetime) -> datetime:
    """The moment on Seoul's clock, in whole seconds. Raises ValueError for a naive datetime."""
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(SEOUL).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The stretches of a working day that count, in order, without overlap (default 9–12 and 13–18).

    Nine to six with an hour's lunch follows the usual duty hours of officials (National Public Officials
    Service Regulations art. 9 ◇ not re-checked here).
    """

    spans: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(13), time(18)))

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if not edges or any(a >= b for a, b in pairwise(edges)):
            raise ValueError("office hours must be ordered and must not overlap")

    def on(self, day: date) -> tuple[Span, ...]:
        """The office hours of one Seoul day, whether or not the day is worked."""
        return tuple(
            (datetime.combine(day, a, SEOUL), datetime.combine(day, b, SEOUL)) for a, b in self.spans
        )


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked, and which hours of them.

    `holidays` are public holidays of every kind, including substitute and temporary ones. `workdays` are
    days that are worked although they are a weekend day or a holiday. `first` and `last`, where given, bound
    the days for which the calendar may answer; others raise OutsideCalendarError.
    """

    holidays: frozenset[date]
    workdays: frozenset[date] = frozenset()
    hours: OfficeHours = field(default_factory=OfficeHours)
    first: date | None = None
    last: date | None = None

    def why_off(self, day: date) -> OffReason | None:
        """Why the day is not worked, or None when it is."""
        if (self.first and day < self.first) or (self.last and day > self.last):
            raise OutsideCalendarError(f"holidays of {day.year} are not known")
        if day in self.workdays:
            return None
        if day in self.holidays:
            return "holiday"
        if day.weekday() == SATURDAY:
            return "saturday"
        return "sunday" if day.weekday() == SUNDAY else None

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on the day."""
        return self.why_off(day) is None

    def on_or_after(self, day: date) -> date:
        """The day itself if it is worked, else the next working day."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def next_working_day(self, day: date) -> date:
        """The first working day after the day."""
        return self.on_or_after(day + ONE_DAY)

    def add_working_days(self, start: date, count: int, *, count_first: bool = True) -> date:
        """The day on which `count` working days are full.

        With `count_first` the start itself is the first of them if it is worked (the Act's way); without it
        counting begins on the next day. Raises ValueError if `count` is below one.
        """
        if count < 1:
            raise ValueError("count at least one day")
        day = self.on_or_after(start if count_first else start + ONE_DAY)
        for _ in range(count - 1):
            day = self.next_working_day(day)
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days lie from `first` to `last`, both included (0 if `last` is earlier)."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def spans(self, day: date) -> tuple[Span, ...]:
        """The office hours of the day; empty when the day is not worked."""
        return self.hours.on(day) if self.is_working_day(day) else ()

    def spans_from(self, moment: datetime) -> Iterator[Span]:
        """All stretches of office time from the moment on, without end."""
        moment = in_seoul(moment)
        day = moment.date()
        while True:
            yield from ((max(a, moment), b) for a, b in self.spans(day) if b > moment)
            day += ONE_DAY

    def next_working_moment(self, moment: datetime) -> datetime:
        """The moment itself inside office hours, else the next opening. Closing time is outside."""
        return next(self.spans_from(moment))[0]

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Office time from `start` to `end`; zero if `end` is not later."""
        end, total = in_seoul(end), timedelta()
        if end <= in_seoul(start):
            return total
        for a, b in self.spans_from(start):
            if a >= end:
                break
            total += min(b, end) - a
        return total

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest moment by which `amount` of office time has passed since `start`.

        A full day therefore ends at closing time, not at the next opening. Raises ValueError unless the
        amount is positive.
        """
        if amount <= timedelta():
            raise ValueError("add a positive amount of time")
        for a, b in self.spans_from(start):
            if b - a >= amount:
                return a + amount
            amount -= b - a
        raise AssertionError("unreachable: office time has no end")
