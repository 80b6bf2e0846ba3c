"""Statutory deadlines that a citizen can recompute, as plain Python.

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
State = Literal["running", "paused", "overdue", "stopped"]


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
class Rule:
    """What may stop or lengthen a clock: effective-dated data, frozen on each matter.

    `barred_reasons` are those the law names as no reason for an extension; the refusal then says so.
    `extensions` may be made without consent, `extensions_with_consent` more with it.
    """

    code: str
    version: str
    pause_reasons: frozenset[str]
    extension_reasons: frozenset[str]
    barred_reasons: frozenset[str] = frozenset()
    extensions: int = 1
    extensions_with_consent: int = 1


CIVIL_PETITIONS = Rule(
    # Act art. 19 and decree arts. 20 (pauses, ◇ new wording of 2026-05-06 not re-read) and 21 (extensions).
    code="civil-petitions-act",
    version="2022-07-12",
    pause_reasons=frozenset(
        {"supplement", "delivery", "representative", "hearing", "expert_review", "precondition"}
    ),
    extension_reasons=frozenset({"cooperation", "fact_check", "force_majeure"}),
    barred_reasons=frozenset({"overwork", "absent_officer", "late_assignment"}),
)


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


@dataclass(frozen=True, slots=True)
class Started:
    """The matter was received and owed an answer within the period."""

    at: datetime
    period: Period
    rule: Rule


@dataclass(frozen=True, slots=True)
class Paused:
    """The clock stopped for a reason the rule permits (for a supplement: the request was dispatched)."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """The reason for the pause ended (for a supplement: it arrived)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Extended:
    """The period was lengthened by `period`; `consent` tells that the citizen agreed."""

    at: datetime
    period: Period
    reason: str
    consent: bool = False


@dataclass(frozen=True, slots=True)
class Outage:
    """The system was down from `start` to `end`. May be recorded late, even after the clock stopped.

    `whole_days`: the rule takes out every day the outage touched, not only those it left no office hour of.
    """

    start: datetime
    end: datetime
    whole_days: bool = False


@dataclass(frozen=True, slots=True)
class Stopped:
    """The answer was given, or the matter ended in another way."""

    at: datetime


Event = Started | Paused | Resumed | Extended | Outage | Stopped


@dataclass(frozen=True, slots=True)
class ClockState:
    """Where a clock stands at a moment.

    `due` of a paused clock is the earliest one: as if the pause ended at that moment. `remaining` is in
    `counting` units: days after today up to the last day (0 on it), or seconds of office time; below zero
    it tells how late the matter is. A stopped clock is described as of the moment it stopped, and `late`
    says whether that was after `due`. `steps` recompute `due`.
    """

    state: State
    due: datetime
    remaining: int
    counting: Counting
    late: bool
    extensions: int
    steps: tuple[Step, ...]


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


def replay(events: Iterable[Event], calendar: WorkCalendar, *, now: datetime) -> ClockState:
    """Where a clock stands at `now` after its events, given in the order in which they were recorded.

    Raises ClockRefusedError if an event is out of order or against the rule frozen in Started.
    """
    run = _Run(calendar)
    for event in events:
        run.take(event)
    return run.state(in_seoul(now))


class _Run:
    """The events taken so far; checks each against the rule before it counts."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        self.started: Started | None = None
        self.paused: Paused | None = None
        self.stopped: Stopped | None = None
        self.last: datetime | None = None
        self.gaps: list[Gap] = []
        self.extensions: list[Period] = []

    def take(self, event: Event) -> None:
        if isinstance(event, Outage):
            self.gaps.append(Gap(event.start, event.end, "outage", whole_days=event.whole_days))
            return
        at = in_seoul(event.at)
        if self.last and at < self.last:
            raise ClockRefusedError("clock.out_of_order", at=at, last=self.last)
        if isinstance(event, Started):
            if self.started:
                raise ClockRefusedError("clock.already_started", at=at)
            self.started = event
        elif not self.started:
            raise ClockRefusedError("clock.not_started", at=at)
        elif self.stopped:
            raise ClockRefusedError("clock.already_stopped", at=at)
        elif isinstance(event, Paused):
            self._pause(event, self.started.rule)
        elif isinstance(event, Resumed):
            if not self.paused:
                raise ClockRefusedError("clock.not_paused", at=at)
            self.gaps = self._gaps_at(at)
            self.paused = None
        elif isinstance(event, Extended):
            self._extend(event, self.started, at)
        else:
            self.stopped = event
        self.last = at

    def _pause(self, event: Paused, rule: Rule) -> None:
        if self.paused:
            raise ClockRefusedError("clock.already_paused", at=event.at)
        if event.reason not in rule.pause_reasons:
            raise ClockRefusedError("clock.pause_reason_not_permitted", reason=event.reason)
        self.paused = event

    def _extend(self, event: Extended, started: Started, at: datetime) -> None:
        rule, made = started.rule, len(self.extensions)
        if event.reason in rule.barred_reasons:
            raise ClockRefusedError("clock.extension_reason_barred", reason=event.reason)
        if event.reason not in rule.extension_reasons:
            raise ClockRefusedError("clock.extension_reason_not_permitted", reason=event.reason)
        if made >= rule.extensions + rule.extensions_with_consent:
            raise ClockRefusedError("clock.no_extension_left", made=made)
        if made >= rule.extensions and not event.consent:
            raise ClockRefusedError("clock.extension_needs_consent", made=made)
        if _size(event.period)[0] != _size(started.period)[0]:
            raise ClockRefusedError(
                "clock.extension_unit_differs", unit=event.period.unit, of=started.period.unit
            )
        if _size(event.period)[1] > _size(started.period)[1]:
            raise ClockRefusedError(
                "clock.extension_too_long", amount=event.period.amount, unit=event.period.unit
            )
        until = self._count(started, at)[0]
        if at > until:
            raise ClockRefusedError("clock.extension_too_late", at=at, due=until)
        self.extensions.append(event.period)

    def _gaps_at(self, moment: datetime) -> list[Gap]:
        if not self.paused:
            return self.gaps
        since = in_seoul(self.paused.at)
        return [*self.gaps, Gap(since, max(since, moment), self.paused.reason)]

    def _count(self, started: Started, at: datetime) -> tuple[datetime, tuple[Step, ...]]:
        return explain(started.at, started.period, self.calendar, self._gaps_at(at), self.extensions)

    def state(self, now: datetime) -> ClockState:
        if not self.started:
            raise ClockRefusedError("clock.not_started")
        at = in_seoul(self.stopped.at) if self.stopped else now
        until, steps = self._count(self.started, at)
        late = at > until
        state: State = "paused" if self.paused else "running"
        if self.stopped or late:
            state = "stopped" if self.stopped else "overdue"
        counting = self.started.period.counting
        return ClockState(
            state=state,
            due=until,
            remaining=self._remaining(counting, at, until, steps),
            counting=counting,
            late=late,
            extensions=len(self.extensions),
            steps=steps,
        )

    def _remaining(self, counting: Counting, at: datetime, until: datetime, steps: tuple[Step, ...]) -> int:
        if counting == "calendar_days":
            return (until.date() - at.date()).days
        if counting == "working_days":
            if at > until:
                return -self.calendar.working_days_between(until.date() + ONE_DAY, at.date())
            return sum(step.amount for step in steps if step.day > at.date())
        if at > until:
            return -int(self.calendar.working_time_between(until, at).total_seconds())
        spans = ((max(a, at), b) for step in steps for a, b in step.spans if b > at)
        return sum(int((b - a).total_seconds()) for a, b in spans)


def _size(period: Period) -> tuple[str, int]:
    """The period's kind and length, so that two of one kind compare."""
    if period.unit in ("working_hours", "days"):
        return "working", period.amount * (HOURS_A_DAY if period.unit == "days" else 1)
    if period.unit in ("weeks", "calendar_days"):
        return period.unit, period.amount
    return "months", period.amount * (12 if period.unit == "years" else 1)


def _total(first: date, period: Period, more: Sequence[Period]) -> int:
    """How many seconds or days the period and its extensions hold, when counted from the day `first`."""
    size = _size(period)[1] + sum(_size(extension)[1] for extension in more)
    if period.counting == "working_seconds":
        return size * 3600
    if period.counting == "working_days":
        return -(-size // HOURS_A_DAY)
    if period.unit in ("weeks", "calendar_days"):
        return size * (7 if period.unit == "weeks" else 1)
    return (_end_of_months(first, size) - first).days + 1


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
