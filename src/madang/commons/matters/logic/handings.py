"""How long each office kept what it then passed on, against the limits for passing on. Plain Python.

The decree gives hours of work for passing a petition on: to the unit that owns it, to another office of the same
agency, to another agency (art. 13, not checked; the numbers are dated data).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from madang.kernel.logic.workdays import WorkCalendar

Within = Literal["to_owner", "within_agency", "to_another_agency"]


@dataclass(frozen=True, slots=True)
class Stay:
    """An office had it from one moment to another (None: it has it still). `is_intake`: it came in there."""

    office: str
    agency: str
    start: datetime
    end: datetime | None
    is_intake: bool = False


@dataclass(frozen=True, slots=True)
class Passing:
    """How a stay compares with the limit. Hours of work; `due` is when it had to be passed on."""

    within: Within
    limit: int
    due: datetime
    spent: timedelta
    is_late: bool


def passings(
    stays: Sequence[Stay],
    limits: dict[str, int],
    days: WorkCalendar,
    *,
    owed_since: datetime | None,
    now: datetime,
    waits: bool,
) -> list[Passing | None]:
    """One for each stay; None where nothing had to be passed on.

    Args:
        owed_since: when the answer became owed; time before it counts for nobody. None: nothing is owed.
        waits: whether the last office still has to give it to the one that answers.
    """
    found: list[Passing | None] = []
    for place, stay in enumerate(stays):
        following = stays[place + 1] if place + 1 < len(stays) else None
        end = stay.end or now
        if owed_since is None or end <= owed_since or (following is None and not waits):
            found.append(None)
            continue
        within: Within = "within_agency"
        if following is not None and following.agency != stay.agency:
            within = "to_another_agency"
        elif stay.is_intake:
            within = "to_owner"
        start, limit = max(stay.start, owed_since), int(limits[within])
        due = days.add_working_time(start, timedelta(hours=limit))
        found.append(Passing(within, limit, due, days.working_time_between(start, end), end > due))
    return found
