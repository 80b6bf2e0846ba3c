"""How statutory periods are counted, day by day, as plain Python.

How periods are counted (Civil Petitions Treatment Act art. 19, in force 2022-07-12):

- `days` up to five are counted in office hours from receipt, eight hours to a day; six or more in days,
  the first day counted. Saturdays and public holidays are left out of both. `working_hours` count like the
  first ("at once" is three of them, decree art. 19).
- `weeks`, `months`, `years` run by the calendar (Civil Code arts. 159–161), the first day counted: one month
  from 15 January ends on 14 February; where the last month lacks the day, on its last day. A last day on
  a Saturday or holiday moves to the next working day.
- `calendar_days` are this site's own: the first day is not counted (Civil Code art. 157) and the last day
  moves like that of a month.

A due moment of a period counted in days is 23:59:59 in Seoul on the last day; a matter is late from the next
second on. Moments are whole seconds.

Read into the law, not found in it; check before relying on it (◇):
- Receipt outside office hours or on a day off: hours and days begin at the next working moment. Calendar
  periods begin on the day of receipt itself, whatever day that is.
- Excluded time (decree art. 20, rewritten 2026-05-06; Administrative Procedure Act decree art. 11): a pause
  takes out its first and last day, as the decree says of a supplement request. Where hours are counted it
  stops the clock to the second instead. An outage takes out a day only if it left no office hour of it.
- An extension lengthens the period itself and keeps its way of counting; an end that had moved off
  a holiday does not lengthen it further.
"""

from __future__ import annotations

import calendar as months_of
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from madang.kernel.logic.workdays import ONE_DAY, SEOUL, Span, WorkCalendar, in_seoul

HOURS_A_DAY = 8
DAYS_COUNTED_IN_HOURS = 5

Unit = Literal["working_hours", "days", "weeks", "months", "years", "calendar_days"]
Counting = Literal["working_seconds", "working_days", "calendar_days"]


class ClockRefusedError(ValueError):
    """An event the rule does not allow: `code` names why, `facts` the particulars, to be put in words."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.code, self.facts = code, facts
        super().__init__(" ".join([code, *(f"{key}={value}" for key, value in facts.items())]))


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as the law writes it. Raises ValueError unless `amount` is a whole number above 0."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if isinstance(self.amount, bool) or not isinstance(self.amount, int) or self.amount < 1:
            raise ValueError("a period is a whole number above zero")
        if self.unit not in ("working_hours", "days", "weeks", "months", "years", "calendar_days"):
            raise ValueError(f"unknown unit {self.unit!r}")

    @property
    def counting(self) -> Counting:
        """What is counted: office time, working days or calendar days."""
        if self.unit == "working_hours" or (self.unit == "days" and self.amount <= DAYS_COUNTED_IN_HOURS):
            return "working_seconds"
        return "working_days" if self.unit == "days" else "calendar_days"


@dataclass(frozen=True, slots=True)
class Gap:
    """Time left out of the count, from `start` to `end`. `whole_days`: its first and last day go out too."""

    start: datetime
    end: datetime
    reason: str = "paused"
    whole_days: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", in_seoul(self.start))
        object.__setattr__(self, "end", in_seoul(self.end))
        if self.end < self.start:
            raise ClockRefusedError("clock.ends_before_it_starts", start=self.start, end=self.end)


@dataclass(frozen=True, slots=True)
class Step:
    """One Seoul day of the count, so that anyone can check it.

    `reason` is "counted" or why not: saturday, sunday, holiday, after_hours, first_day, a gap's reason, or
    "moved_to" for the working day to which a last day moved. `amount` and `running` are in the unit of the
    count (days or seconds); `spans` are the office hours counted; `extended`: this day needed the extension.
    """

    day: date
    reason: str
    amount: int
    running: int
    spans: tuple[Span, ...] = ()
    extended: bool = False

    @property
    def counted(self) -> bool:
        """Whether the day, or part of it, was counted."""
        return self.amount > 0


def due(start: datetime, period: Period, calendar: WorkCalendar, pauses: Iterable[Gap] = ()) -> datetime:
    """The last moment of a period that began with `start`, in Seoul time.

    Raises ValueError for a naive start, OutsideCalendarError if the count leaves the known years.
    """
    return explain(start, period, calendar, pauses)[0]


def explain(
    start: datetime,
    period: Period,
    calendar: WorkCalendar,
    pauses: Iterable[Gap] = (),
    extensions: Sequence[Period] = (),
) -> tuple[datetime, tuple[Step, ...]]:
    """The last moment of a period and, day by day, how it was counted. Raises as `due` does."""
    start, gaps = in_seoul(start), sorted(pauses, key=lambda gap: (gap.start, gap.end))
    base, total = (_total(start.date(), period, more) for more in ((), extensions))
    if period.counting == "working_seconds":
        return _count_hours(start, base, total, calendar, gaps)
    return _count_days(start, period, base, total, calendar, gaps)


def size(period: Period) -> tuple[str, int]:
    """A period's kind and length, so that two of one kind compare."""
    if period.unit in ("working_hours", "days"):
        return "working", period.amount * (HOURS_A_DAY if period.unit == "days" else 1)
    if period.unit in ("weeks", "calendar_days"):
        return period.unit, period.amount
    return "months", period.amount * (12 if period.unit == "years" else 1)


def _total(first: date, period: Period, more: Sequence[Period]) -> int:
    """How many seconds or days the period and its extensions hold, when counted from the day `first`."""
    whole = size(period)[1] + sum(size(extension)[1] for extension in more)
    if period.counting == "working_seconds":
        return whole * 3600
    if period.counting == "working_days":
        return -(-whole // HOURS_A_DAY)
    if period.unit in ("weeks", "calendar_days"):
        return whole * (7 if period.unit == "weeks" else 1)
    return (_end_of_months(first, whole) - first).days + 1


def _end_of_months(first: date, months: int) -> date:
    """The last day of a number of months whose first day is counted (Civil Code art. 160)."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    last = months_of.monthrange(year, month + 1)[1]
    if first.day > last:
        return date(year, month + 1, last)
    return date(year, month + 1, first.day) - ONE_DAY


def _count_hours(
    start: datetime, base: int, total: int, calendar: WorkCalendar, gaps: Sequence[Gap]
) -> tuple[datetime, tuple[Step, ...]]:
    steps: list[Step] = []
    running, day = 0, start.date()
    while True:
        spans: list[Span] = []
        seconds = 0
        office = [(max(a, start), b) for a, b in calendar.spans(day) if b > start]
        for a, b in (piece for span in office for piece in _without(span, gaps)):
            b = min(b, a + timedelta(seconds=total - running - seconds))
            if b > a:
                spans.append((a, b))
                seconds += int((b - a).total_seconds())
        running += seconds
        reason: str = "counted" if seconds else calendar.why_off(day) or "after_hours"
        if not seconds and office:
            reason = next(gap.reason for gap in gaps if gap.start < office[-1][1] and gap.end > office[0][0])
        steps.append(Step(day, reason, seconds, running, tuple(spans), running > base))
        if running == total:
            return spans[-1][1], tuple(steps)
        day += ONE_DAY


def _count_days(
    start: datetime, period: Period, base: int, total: int, calendar: WorkCalendar, gaps: Sequence[Gap]
) -> tuple[datetime, tuple[Step, ...]]:
    out = _days_out(gaps, calendar)
    working = period.counting == "working_days"
    steps: list[Step] = []
    running, day = 0, start.date()
    while True:
        off: str | None = calendar.why_off(day)
        reason = (off if working else None) or out.get(day) or "counted"
        if day == start.date() and reason == "counted":
            if working and start >= calendar.hours.on(day)[-1][1]:
                reason = "after_hours"
            elif period.unit == "calendar_days":
                reason = "first_day"
        running += reason == "counted"
        steps.append(Step(day, reason, int(reason == "counted"), running, extended=running > base))
        if running == total:
            break
        day += ONE_DAY
    while off or day in out:
        day += ONE_DAY
        off = calendar.why_off(day)
        steps.append(Step(day, off or out.get(day) or "moved_to", 0, running, extended=running > base))
    return datetime.combine(day, time(23, 59, 59), SEOUL), tuple(steps)


def _days_out(gaps: Sequence[Gap], calendar: WorkCalendar) -> dict[date, str]:
    """The days that gaps take out of a count in days, with the reason."""
    partial = [gap for gap in gaps if not gap.whole_days]
    out: dict[date, str] = {}
    for gap in gaps:
        for n in range((gap.end.date() - gap.start.date()).days + 1):
            day = gap.start.date() + timedelta(days=n)
            if gap.whole_days or not any(
                True for span in calendar.hours.on(day) for _ in _without(span, partial)
            ):
                out.setdefault(day, gap.reason)
    return out


def _without(span: Span, gaps: Sequence[Gap]) -> Iterator[Span]:
    """The pieces of a span that no gap covers; gaps are ordered by their start."""
    a, b = span
    for gap in gaps:
        if gap.end <= a or gap.start >= b:
            continue
        if gap.start > a:
            yield a, gap.start
        a = gap.end
        if a >= b:
            return
    yield a, b
