"""Clock rows as events of `kernel.logic.deadlines`, and what their replay says. Nothing here writes but `keep`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from madang.commons.matters.enums import ExtensionReason, PauseReason
from madang.commons.matters.models import Clock, ClockEvent, Matter, Outage
from madang.kernel import clock
from madang.kernel.calendar import SpecialDay, calendar
from madang.kernel.logic import deadlines
from madang.kernel.models import CalendarDay, Rule

WHOLE_DAYS = "whole_days"


def work_calendar() -> Any:
    """The calendar with the days that were declared since its data file."""
    return calendar(declared_days())


def declared_days() -> list[SpecialDay]:
    """Days that were declared since the calendar's data file, in order."""
    return [
        SpecialDay(row.date, row.kind, row.name_ko, row.name_en, row.source, True)  # type: ignore[arg-type]
        for row in CalendarDay.objects.order_by("date")
    ]


def clock_rule(rule: Rule) -> deadlines.Rule:
    """The part of a frozen rule that concerns clocks."""
    terms = rule.body.get("clock", {})
    return deadlines.Rule(
        code=rule.code,
        version=str(rule.version),
        pause_reasons=frozenset(terms.get("pause_reasons", PauseReason.values)),
        extension_reasons=frozenset(
            terms.get("extension_reasons", ["cooperation", "fact_check", "force_majeure"])
        ),
        barred_reasons=frozenset(
            terms.get("barred_reasons", [ExtensionReason.OVERWORK.value, ExtensionReason.ABSENT.value])
        ),
        extensions=terms.get("extensions", 1),
        extensions_with_consent=terms.get("extensions_with_consent", 1),
    )


def answer_period(rule: Rule) -> deadlines.Period:
    """How long the institution has, e.g. `{"amount": 30, "unit": "calendar_days"}`."""
    terms = rule.body["answer"]
    return deadlines.Period(terms["amount"], terms["unit"])


def as_event(row: ClockEvent, rule: deadlines.Rule) -> deadlines.Event:
    """A row as the event that the counting knows."""
    kinds = ClockEvent.Kind
    if row.kind == kinds.STARTED:
        return deadlines.Started(row.at, deadlines.Period(row.amount or 1, row.unit), rule)  # type: ignore[arg-type]
    if row.kind == kinds.PAUSED:
        return deadlines.Paused(row.at, row.reason_code)
    if row.kind == kinds.RESUMED:
        return deadlines.Resumed(row.at)
    if row.kind == kinds.RECEIVED:
        return deadlines.Received(row.at, row.restarts)
    if row.kind == kinds.EXTENDED:
        period = deadlines.Period(row.amount or 1, row.unit)  # type: ignore[arg-type]
        return deadlines.Extended(row.at, period, row.reason_code, row.with_consent)
    if row.kind == kinds.OUTAGE:
        return deadlines.Outage(row.at, row.until or row.at, row.unit == WHOLE_DAYS)
    return deadlines.Stopped(row.at)


def standing_events(row: Clock) -> list[ClockEvent]:
    """The events that count: all but outages that were taken back, and their taking back."""
    kinds, rows = ClockEvent.Kind, list(row.events.all())
    undone = {event.outage_id for event in rows if event.kind == kinds.UNDONE}
    return [
        event
        for event in rows
        if event.kind != kinds.UNDONE and not (event.kind == kinds.OUTAGE and event.outage_id in undone)
    ]


def replay(
    row: Clock,
    *,
    now: datetime | None = None,
    days: Any = None,
    lasting: deadlines.Outage | None = None,
    also: Iterable[deadlines.Event] = (),
) -> deadlines.ClockState:
    """Recompute a clock from its events: where it stands, and day by day why.

    Args:
        days: the work calendar, for who replays many clocks.
        lasting: an outage that has not ended, as if it ended now.
        also: events that would be added, to learn what the rules say of them.
    """
    rule = clock_rule(row.rule)
    events = [as_event(event, rule) for event in standing_events(row)]
    if lasting:
        events.append(lasting)
    events += also
    return deadlines.replay(events, days or work_calendar(), now=now or clock.now())


def office_due(stands: deadlines.ClockState) -> datetime | None:
    """When the office's own count ends; None where it is the resident's."""
    return None if stands.office_due == stands.due else stands.office_due


def put(row: Clock, stands: deadlines.ClockState) -> bool:
    """Set what a replay gave on the row, unsaved; returns whether a date moved."""
    before = (row.due_at, row.office_due_at)
    row.due_at, row.office_due_at = stands.due, office_due(stands)
    row.extensions = stands.extensions
    return before != (row.due_at, row.office_due_at)


KEPT = ["state", "due_at", "office_due_at", "extensions", "stopped_at"]


def keep(row: Clock) -> None:
    """Save what the clock shows now, and its copy at the matter."""
    row.save(update_fields=KEPT)
    show(row)


def show(row: Clock) -> None:
    """Copy what a saved clock shows to its matter. A clock that stands still has no due date."""
    shown = row.state == Clock.State.RUNNING
    Matter.objects.filter(pk=row.matter_id).update(
        due_at=row.due_at if shown else None, office_due_at=row.office_due_at if shown else None
    )


def outage_event(row: Clock, outage: Outage) -> ClockEvent:
    """The unsaved event by which a clock leaves out an outage that has ended."""
    whole = outage.rule.body.get("whole_days", False)
    return ClockEvent(
        clock=row,
        kind=ClockEvent.Kind.OUTAGE,
        at=outage.starts_at,
        until=outage.ends_at,
        outage=outage,
        unit=WHOLE_DAYS if whole else "",
    )
