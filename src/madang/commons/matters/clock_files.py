"""The clock of a matter as a file from which anyone recomputes it (`kernel.logic.clock_file`).

It holds no word that anybody wrote and no name: moments, reasons by their codes, offices by their codes.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from madang.commons.matters.domain import counting
from madang.commons.matters.models import Clock, ClockEvent, Matter
from madang.kernel import calendar as days
from madang.kernel import clock
from madang.kernel.calendar import SpecialDay
from madang.kernel.logic import clock_file
from madang.kernel.logic.workdays import OfficeHours

AFTER = timedelta(days=30)


def file_of(matter: Matter, row: Clock) -> dict[str, Any]:
    """The file of one clock as it stands now."""
    now = (row.stopped_at or clock.now()).replace(microsecond=0)
    stands = counting.replay(row, now=now)
    # What a clock that stands still shows moves with the moment, so it is counted and not read from the row.
    due, office_due = row.due_at, row.office_due_at
    if row.state == Clock.State.PAUSED:
        due, office_due = stands.due, counting.office_due(stands)
    rule = counting.clock_rule(row.rule)
    extra = counting.declared_days()
    first = clock.seoul(row.started_at).date()
    last = max(stands.due, stands.office_due, clock.seoul(now)).date() + AFTER
    return {
        "schema": clock_file.SCHEMA,
        "matter": matter.number or "",
        "as_of": clock.seoul(now).isoformat(),
        "rule": clock_file.rule_row(
            rule,
            source=row.rule.source,
            checked=row.rule.checked,
            valid_from=row.rule.valid_from.isoformat(),
        ),
        "events": [_event(event, row) for event in counting.standing_events(row)],
        "calendar": _calendar(first, last, extra),
        "stated": {
            "state": row.state,
            "due": clock.seoul(due).isoformat(),
            "office_due": None if office_due is None else clock.seoul(office_due).isoformat(),
        },
    }


def _event(event: ClockEvent, row: Clock) -> dict[str, Any]:
    also: dict[str, Any] = {}
    if event.kind == ClockEvent.Kind.RECEIVED:
        also = {
            "office": event.office.code if event.office else "",
            "rule": str(event.rule) if event.rule else "",
            "rule_source": event.rule.source if event.rule else "",
            "rule_checked": bool(event.rule and event.rule.checked),
        }
    if event.kind == ClockEvent.Kind.OUTAGE:
        also = {"outage": event.outage_id}
    return clock_file.event_row(counting.as_event(event, counting.clock_rule(row.rule)), **also)


def _calendar(first: date, last: date, extra: list[SpecialDay]) -> dict[str, Any]:
    known = {day.date: day for day in days.special_days(extra) if first <= day.date <= last}
    holidays = [
        {"date": at.isoformat(), "name_ko": day.name_ko, "name_en": day.name_en, "source": day.source}
        for at, day in sorted(known.items())
        if day.kind != "workday"
    ]
    worked = [at for at, day in sorted(known.items()) if day.kind == "workday"]
    return clock_file.calendar_row(OfficeHours(), first, last, holidays, worked)
