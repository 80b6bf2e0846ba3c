"""Clocks that a citizen can recompute: events in, due moment out, as plain Python.

How a period is counted is said in `periods`; here is what may start, stop, lengthen and end it, and in what order.

One list of events gives two counts. The resident's begins with the first receipt and never again. The office's begins
with the last receipt by an office for which the rule restarts it (e-People counts from receipt by the office that
handles it in the end); it leaves out the same stops and is lengthened by the same extensions, so it never ends before
the resident's. What is late, and what may still be extended, is decided by the resident's count alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from madang.kernel.logic.periods import (
    ClockRefusedError,
    Counting,
    Gap,
    Period,
    Step,
    Unit,
    due,
    explain,
    size,
)
from madang.kernel.logic.workdays import ONE_DAY, WorkCalendar, in_seoul

__all__ = [
    "CIVIL_PETITIONS",
    "ClockRefusedError",
    "ClockState",
    "Counting",
    "Event",
    "Extended",
    "Gap",
    "Outage",
    "Paused",
    "Period",
    "Received",
    "Resumed",
    "Rule",
    "Started",
    "Step",
    "Stopped",
    "Unit",
    "due",
    "explain",
    "replay",
]

State = Literal["running", "paused", "overdue", "stopped"]


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
class Received:
    """Another office received the matter. `restarts`: by the rule of that day its own count begins anew."""

    at: datetime
    restarts: bool = True


@dataclass(frozen=True, slots=True)
class Stopped:
    """The answer was given, or the matter ended in another way."""

    at: datetime


Event = Started | Paused | Resumed | Extended | Outage | Received | Stopped


@dataclass(frozen=True, slots=True)
class ClockState:
    """Where a clock stands at a moment.

    `due` of a paused clock is the earliest one: as if the pause ended at that moment. `remaining` is in
    `counting` units: days after today up to the last day (0 on it), or seconds of office time; below zero
    it tells how late the matter is. A stopped clock is described as of the moment it stopped, and `late`
    says whether that was after `due`. `steps` recompute `due`. `excluded` are the times left out of it.

    `office_since`, `office_due` and `office_steps` are the count of the office that has it now, from when it
    received it; the same as the resident's where no transfer restarted it.
    """

    state: State
    due: datetime
    remaining: int
    counting: Counting
    late: bool
    extensions: int
    steps: tuple[Step, ...]
    office_since: datetime
    office_due: datetime
    office_steps: tuple[Step, ...]
    excluded: tuple[Gap, ...] = field(default=(), compare=False)


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
        self.received: datetime | None = None

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
        elif isinstance(event, Received):
            self.received = at if event.restarts else self.received
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
        if size(event.period)[0] != size(started.period)[0]:
            raise ClockRefusedError(
                "clock.extension_unit_differs", unit=event.period.unit, of=started.period.unit
            )
        if size(event.period)[1] > size(started.period)[1]:
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

    def _count(
        self, started: Started, at: datetime, since: datetime | None = None
    ) -> tuple[datetime, tuple[Step, ...]]:
        begin = since or started.at
        return explain(begin, started.period, self.calendar, self._gaps_at(at), self.extensions)

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
        since, office_until, office_steps = in_seoul(self.started.at), until, steps
        if self.received:
            since = self.received
            office_until, office_steps = self._count(self.started, at, since)
        return ClockState(
            state=state,
            due=until,
            remaining=self._remaining(counting, at, until, steps),
            counting=counting,
            late=late,
            extensions=len(self.extensions),
            steps=steps,
            excluded=tuple(sorted(self._gaps_at(at), key=lambda gap: (gap.start, gap.end))),
            office_since=since,
            office_due=office_until,
            office_steps=office_steps,
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
