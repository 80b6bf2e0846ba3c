"""The one place that knows Korea's working days, by date.

Public holidays come from the `holidays` package (South Korea, substitute holidays included) for FIRST_YEAR to
LAST_YEAR. `data/holidays_kr.csv` overrules it: days that must be certain, with their source, and `checked`
saying whether the source was read. Days given at run time overrule both. Holidays of years to come follow
the law as it stands; temporary ones are added when the government announces them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Literal, cast, get_args

from madang.kernel.logic.workdays import WorkCalendar

FIRST_YEAR, LAST_YEAR = 2010, 2035
_OVERRIDES = Path(__file__).parent / "data" / "holidays_kr.csv"

Kind = Literal["holiday", "temporary", "substitute", "workday"]


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A dated day off, or with kind `workday` a day worked although it would be off."""

    date: date
    kind: Kind
    name_ko: str
    name_en: str
    source: str
    checked: bool = False


def calendar(extra: Iterable[SpecialDay] = ()) -> WorkCalendar:
    """Korea's working days from FIRST_YEAR to LAST_YEAR, `extra` days overruling what is known.

    The calendar raises OutsideCalendarError for days beyond these years.
    """
    return _calendar(tuple(extra))


def holiday_name(day: date, lang: str = "ko", extra: Iterable[SpecialDay] = ()) -> str | None:
    """The name of the day's public holiday in Korean or (any other language) English; None if it is none.

    Weekend days as such have no name.
    """
    special = _special(tuple(extra)).get(day)
    if special is None or special.kind == "workday":
        return None
    return special.name_ko if lang.split("-")[0] == "ko" else special.name_en


def special_days(extra: Iterable[SpecialDay] = ()) -> tuple[SpecialDay, ...]:
    """Every holiday that is known, and every day worked although it would be off, `extra` overruling the rest."""
    return tuple(_special(tuple(extra)).values())


def overrides() -> tuple[SpecialDay, ...]:
    """The rows of `holidays_kr.csv`, each with its source."""
    return _read(_OVERRIDES)


@lru_cache(maxsize=8)
def _calendar(extra: tuple[SpecialDay, ...]) -> WorkCalendar:
    special = _special(extra)
    return WorkCalendar(
        holidays=frozenset(day for day, it in special.items() if it.kind != "workday"),
        workdays=frozenset(day for day, it in special.items() if it.kind == "workday"),
        first=date(FIRST_YEAR, 1, 1),
        last=date(LAST_YEAR, 12, 31),
    )


@lru_cache(maxsize=8)
def _special(extra: tuple[SpecialDay, ...]) -> Mapping[date, SpecialDay]:
    return {it.date: it for it in (*_published(), *overrides(), *extra)}


@cache
def _published() -> tuple[SpecialDay, ...]:
    import holidays  # slow to import, and only needed once a date is asked for

    years = range(FIRST_YEAR, LAST_YEAR + 1)
    korean = holidays.country_holidays("KR", years=years, language="ko")
    english = holidays.country_holidays("KR", years=years, language="en_US")
    source = f"holidays {version('holidays')}"
    return tuple(
        SpecialDay(
            date=day,
            kind="substitute" if all("Alternative" in name for name in english.get_list(day)) else "holiday",
            name_ko=" · ".join(korean.get_list(day)),
            name_en=" · ".join(english.get_list(day)),
            source=source,
        )
        for day in sorted(korean)
    )


@cache
def _read(path: Path) -> tuple[SpecialDay, ...]:
    """The special days of a file. Raises ValueError naming the line that cannot be read."""
    days: dict[date, SpecialDay] = {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        for row in rows:
            try:
                if row["kind"] not in get_args(Kind) or row["checked"] not in ("yes", "no"):
                    raise ValueError("kind or checked is not one of the words allowed")
                day = SpecialDay(
                    date=date.fromisoformat(row["date"]),
                    kind=cast(Kind, row["kind"]),
                    name_ko=row["name_ko"],
                    name_en=row["name_en"],
                    source=row["source"],
                    checked=row["checked"] == "yes",
                )
                if not (day.name_ko and day.name_en and day.source) or day.date in days:
                    raise ValueError("a name or the source is missing, or the date is there twice")
            except (KeyError, ValueError) as error:
                raise ValueError(f"{path.name}, line {rows.line_num}: {error}") from error
            days[day.date] = day
    return tuple(days.values())
