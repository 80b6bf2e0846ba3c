"""The file from which anyone recomputes a deadline: events, rule, holidays. Reading it needs this package alone.

    python -m madang.kernel.logic deadline.json

The file is JSON in UTF-8 (`schema` "madang-clock/1"):

- `events`: what happened, in order; moments with their offset. `started` has `amount` and `unit`, `paused` a `reason`,
  `extended` an `amount`, `unit`, `reason` and `consent`, `outage` an `until` and `whole_days`, `received` (by another
  office) `restarts`.
- `rule`: code, version, source, whether the source was checked, and which reasons it knows.
- `calendar`: office hours, and every holiday and every weekend day that was worked, from `from` to `to`.
- `stated`: what the site says; the computing does not read it, it is compared at the end.
- `as_of`: the moment at which the file was made; a clock that stands still is described as if it ran on then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from madang.kernel.logic.deadlines import (
    ClockRefusedError,
    ClockState,
    Event,
    Extended,
    Outage,
    Paused,
    Period,
    Received,
    Resumed,
    Rule,
    Started,
    Stopped,
    replay,
)
from madang.kernel.logic.workdays import OfficeHours, OutsideCalendarError, WorkCalendar, in_seoul

SCHEMA = "madang-clock/1"
MOST_BYTES, MOST_EVENTS = 2_000_000, 5_000


class ClockFileError(ValueError):
    """The file cannot be computed: `place` says where in it, `why` what is wrong there (a code, see `clock_words`)."""

    def __init__(self, place: str, why: str) -> None:
        self.place, self.why = place, why
        super().__init__(f"{place}: {why}")


@dataclass(frozen=True, slots=True)
class ClockFile:
    """A file as read: everything that the computing needs, and what was stated."""

    number: str
    rule: Rule
    events: tuple[Event, ...]
    calendar: WorkCalendar
    names: Mapping[date, str]
    as_of: datetime
    due: datetime | None
    office_due: datetime | None

    def count(self) -> ClockState:
        """Recompute. Raises ClockFileError where the events contradict the rule or the holidays do not reach."""
        try:
            return replay(self.events, self.calendar, now=self.as_of)
        except ClockRefusedError as error:
            raise ClockFileError("events", error.code) from error
        except OutsideCalendarError as error:
            raise ClockFileError("calendar", "too_short") from error

    def agrees(self, stands: ClockState) -> bool:
        """Whether the dates that were stated are those that were computed."""
        office = self.office_due or self.due
        return self.due == stands.due and office == stands.office_due


def read(text: str | bytes) -> ClockFile:
    """Read the JSON of one clock. Raises ClockFileError with the place of what is wrong."""
    if len(text) > MOST_BYTES:
        raise ClockFileError("file", "too_large")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ClockFileError("file", "no_json") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ClockFileError("schema", "unknown")
    rule = _rule(_part(data, "rule", dict))
    rows = _part(data, "events", list)
    if not rows or len(rows) > MOST_EVENTS:
        raise ClockFileError("events", "number")
    events = tuple(_event(row, f"events[{n}]", rule) for n, row in enumerate(rows))
    days, names = _calendar(_part(data, "calendar", dict))
    stated = data.get("stated")
    stated = stated if isinstance(stated, dict) else {}
    return ClockFile(
        number=str(data.get("matter") or ""),
        rule=rule,
        events=events,
        calendar=days,
        names=names,
        as_of=_moment(data.get("as_of"), "as_of"),
        due=_moment(stated["due"], "stated.due") if stated.get("due") else None,
        office_due=_moment(stated["office_due"], "stated.office_due") if stated.get("office_due") else None,
    )


def _part(data: Mapping[str, Any], name: str, kind: type) -> Any:
    value = data.get(name)
    if not isinstance(value, kind):
        raise ClockFileError(name, "missing")
    return value


def _moment(value: Any, place: str) -> datetime:
    try:
        return in_seoul(datetime.fromisoformat(value))
    except (TypeError, ValueError, OverflowError) as error:
        raise ClockFileError(place, "no_moment") from error


def _words(data: Mapping[str, Any], name: str) -> frozenset[str]:
    value = data.get(name, [])
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ClockFileError(f"rule.{name}", "no_list")
    return frozenset(value)


def _number(data: Mapping[str, Any], name: str, usual: int) -> int:
    value = data.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ClockFileError(f"rule.{name}", "no_number")
    return value


def _rule(data: Mapping[str, Any]) -> Rule:
    return Rule(
        code=str(data.get("code", "")),
        version=str(data.get("version", "")),
        pause_reasons=_words(data, "pause_reasons"),
        extension_reasons=_words(data, "extension_reasons"),
        barred_reasons=_words(data, "barred_reasons"),
        extensions=_number(data, "extensions", 1),
        extensions_with_consent=_number(data, "extensions_with_consent", 1),
    )


def _event(row: Any, place: str, rule: Rule) -> Event:
    if not isinstance(row, dict):
        raise ClockFileError(place, "missing")
    at, kind = _moment(row.get("at"), f"{place}.at"), row.get("kind")
    if kind == "started":
        return Started(at, _period(row, place), rule)
    if kind == "paused":
        return Paused(at, str(row.get("reason", "")))
    if kind == "resumed":
        return Resumed(at)
    if kind == "extended":
        return Extended(at, _period(row, place), str(row.get("reason", "")), row.get("consent") is True)
    if kind == "received":
        return Received(at, row.get("restarts") is True)
    if kind == "outage":
        until = _moment(row.get("until"), f"{place}.until")
        if until < at:
            raise ClockFileError(place, "clock.ends_before_it_starts")
        return Outage(at, until, row.get("whole_days") is True)
    if kind == "stopped":
        return Stopped(at)
    raise ClockFileError(f"{place}.kind", "unknown")


def _period(row: Mapping[str, Any], place: str) -> Period:
    try:
        return Period(row.get("amount"), row.get("unit"))  # type: ignore[arg-type]
    except ValueError as error:
        raise ClockFileError(place, "no_period") from error


def _calendar(data: Mapping[str, Any]) -> tuple[WorkCalendar, Mapping[date, str]]:
    names: dict[date, str] = {}
    holidays = _days(data.get("holidays", []), "calendar.holidays", names)
    workdays = _days(data.get("workdays", []), "calendar.workdays", {})
    try:
        spans = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in data["hours"])
        hours = OfficeHours(spans)
    except (KeyError, TypeError, ValueError) as error:
        raise ClockFileError("calendar.hours", "no_hours") from error
    first, last = (_day(data.get(name), f"calendar.{name}") for name in ("from", "to"))
    return WorkCalendar(holidays - workdays, workdays, hours, first, last), names


def _day(value: Any, place: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ClockFileError(place, "no_day") from error


def _days(rows: Any, place: str, names: dict[date, str]) -> frozenset[date]:
    if not isinstance(rows, list):
        raise ClockFileError(place, "no_list")
    found = set()
    for n, row in enumerate(rows):
        day = _day(row.get("date") if isinstance(row, dict) else row, f"{place}[{n}]")
        found.add(day)
        if isinstance(row, dict):
            names[day] = str(row.get("name_en") or row.get("name_ko") or "")
    return frozenset(found)


# --- the other way: from a clock to its file --------------------------------------------------------------


def event_row(event: Event, **also: Any) -> dict[str, Any]:
    """One event as it stands in the file. `also` are further facts, which the computing does not need."""
    if isinstance(event, Outage):
        row: dict[str, Any] = {"kind": "outage", "at": _iso(event.start), "until": _iso(event.end)}
        return row | {"whole_days": event.whole_days} | also
    row = {"kind": type(event).__name__.lower(), "at": _iso(event.at)}
    if isinstance(event, Started | Extended):
        row |= {"amount": event.period.amount, "unit": event.period.unit}
    if isinstance(event, Paused | Extended):
        row["reason"] = event.reason
    if isinstance(event, Extended):
        row["consent"] = event.consent
    if isinstance(event, Received):
        row["restarts"] = event.restarts
    return row | also


def rule_row(rule: Rule, **also: Any) -> dict[str, Any]:
    """A rule as it stands in the file."""
    return {
        "code": rule.code,
        "version": rule.version,
        "pause_reasons": sorted(rule.pause_reasons),
        "extension_reasons": sorted(rule.extension_reasons),
        "barred_reasons": sorted(rule.barred_reasons),
        "extensions": rule.extensions,
        "extensions_with_consent": rule.extensions_with_consent,
        **also,
    }


def calendar_row(
    hours: OfficeHours,
    first: date,
    last: date,
    holidays: Iterable[Mapping[str, str]],
    workdays: Iterable[date],
) -> dict[str, Any]:
    """Office hours and days off as they stand in the file."""
    return {
        "time_zone": "Asia/Seoul",
        "hours": [[a.isoformat("minutes"), b.isoformat("minutes")] for a, b in hours.spans],
        "from": first.isoformat(),
        "to": last.isoformat(),
        "holidays": list(holidays),
        "workdays": [day.isoformat() for day in workdays],
    }


def _iso(moment: datetime) -> str:
    return in_seoul(moment).isoformat()
