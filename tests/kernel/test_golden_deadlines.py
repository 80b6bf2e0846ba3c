"""Deadlines that were derived without the product (`golden/derive.py`), each with its article."""

from __future__ import annotations

import ast
import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from madang.kernel.calendar import SpecialDay, calendar
from madang.kernel.logic.deadlines import (
    CIVIL_PETITIONS,
    Event,
    Extended,
    Outage,
    Paused,
    Period,
    Received,
    Resumed,
    Started,
    replay,
)
from madang.kernel.logic.workdays import SEOUL
from tests.kernel.golden import derive

FOLDER = Path(derive.__file__).parent
ROWS = list(csv.DictReader((FOLDER / "deadlines.csv").read_text(encoding="utf-8").splitlines()))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def events_of(row: dict[str, str]) -> list[Event]:
    """The events of a row in the order in which they happened."""
    found: list[tuple[datetime, Event]] = []
    for words in (part.split() for part in row["events"].split(";") if part.strip()):
        kind, rest = words[0], " ".join(words[1:])
        if ">" in rest:
            begin, end = (moment(part) for part in rest.split(">"))
            if kind == "outage":
                found.append((end, Outage(begin, end)))
            else:
                found += [(begin, Paused(begin, kind)), (end, Resumed(end))]
        elif kind == "transfer":
            found.append((moment(rest), Received(moment(rest))))
        else:
            when, more = moment(" ".join(words[1:3])), Period(int(words[3]), words[4])  # type: ignore[arg-type]
            found.append((when, Extended(when, more, words[5], consent=kind == "extend+consent")))
    period = Period(int(row["amount"]), row["unit"])  # type: ignore[arg-type]
    return [
        Started(moment(row["received"]), period, CIVIL_PETITIONS),
        *(event for _, event in sorted(found, key=lambda pair: pair[0])),
    ]


def declared(row: dict[str, str]) -> list[SpecialDay]:
    return [
        SpecialDay(
            date.fromisoformat(word[1:]),
            "temporary" if word[0] == "+" else "workday",
            "임시",
            "temporary",
            "golden",
        )
        for word in row["declared"].split()
    ]


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_golden(row: dict[str, str]) -> None:
    events = events_of(row)
    last = max(event.end if isinstance(event, Outage) else event.at for event in events)
    stands = replay(events, calendar(declared(row)), now=last)
    office = stands.office_due.strftime("%Y-%m-%d %H:%M:%S")
    assert stands.due.strftime("%Y-%m-%d %H:%M:%S") == row["due"], row["article"]
    assert office == (row["office_due"] or row["due"]), row["article"]


def test_there_are_three_hundred_of_every_sort_each_with_its_article() -> None:
    assert len(ROWS) >= 300
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len(
        {(row["received"], row["amount"], row["unit"], row["events"], row["declared"]) for row in ROWS}
    ) == len(ROWS)
    assert all(row["article"] and row["derived"] for row in ROWS)
    assert {row["unit"] for row in ROWS} == {
        "working_hours",
        "days",
        "weeks",
        "months",
        "years",
        "calendar_days",
    }
    kinds = {part.split()[0] for row in ROWS for part in row["events"].split(";") if part.strip()}
    assert kinds >= {"supplement", "extend", "extend+consent", "outage", "transfer", "hearing", "delivery"}
    years = {row["received"][:4] for row in ROWS}
    assert years >= {str(year) for year in range(2017, 2027)}


def test_the_file_is_what_its_derivation_gives_and_that_knows_nothing_of_the_product() -> None:
    assert derive.rows() == ROWS
    tree = ast.parse((FOLDER / "derive.py").read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        )
    }
    assert imported <= {"__future__", "csv", "sys", "datetime", "pathlib"}


def test_the_typed_holidays_are_those_of_the_calendar() -> None:
    """Two lists made apart: a day that only one of them has is looked up, not copied."""
    days = calendar()
    first, end = date(2017, 1, 1), date(2026, 12, 31)
    for n in range((end - first).days + 1):
        day = first + n * derive.DAY
        if day.isoweekday() < 6:
            assert (day in derive.OFF) == (not days.is_working_day(day)), day
