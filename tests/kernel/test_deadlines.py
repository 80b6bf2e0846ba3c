"""Deadlines: cases counted by hand on a wall calendar, an independent counter, and laws that must hold.

The weekday holidays below were typed in by hand and are used by the independent counter alone, so that an
error of the calendar and an error of the count both show.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from madang.kernel.calendar import calendar
from madang.kernel.logic.deadlines import (
    CIVIL_PETITIONS,
    ClockRefusedError,
    ClockState,
    Event,
    Extended,
    Gap,
    Outage,
    Paused,
    Period,
    Resumed,
    Started,
    Stopped,
    Unit,
    due,
    explain,
    replay,
)
from madang.kernel.logic.workdays import SEOUL, WorkCalendar

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LAST_SECOND = time(23, 59, 59)

HOLIDAYS_BY_HAND = """
2017-10-02 2017-10-03 2017-10-04 2017-10-05 2017-10-06 2017-10-09 2017-12-25
2018-01-01 2018-02-15 2018-02-16 2018-03-01 2018-05-07 2018-05-22 2018-06-06 2018-06-13 2018-08-15
2018-09-24 2018-09-25 2018-09-26 2018-10-03 2018-10-09 2018-12-25
2020-01-01 2020-01-24 2020-01-27 2020-04-15 2020-04-30 2020-05-05 2020-08-17 2020-09-30 2020-10-01
2020-10-02 2020-10-09 2020-12-25
2021-01-01 2021-02-11 2021-02-12 2021-03-01 2021-05-05 2021-05-19 2021-08-16 2021-09-20 2021-09-21
2021-09-22 2021-10-04 2021-10-11
2023-01-23 2023-01-24 2023-03-01 2023-05-05 2023-05-29 2023-06-06 2023-08-15 2023-09-28 2023-09-29
2023-10-02 2023-10-03 2023-10-09 2023-12-25
2024-01-01 2024-02-09 2024-02-12 2024-03-01 2024-04-10 2024-05-06 2024-05-15 2024-06-06 2024-08-15
2024-09-16 2024-09-17 2024-09-18 2024-10-01 2024-10-03 2024-10-09 2024-12-25
2025-01-01 2025-01-27 2025-01-28 2025-01-29 2025-01-30 2025-03-03 2025-05-05 2025-05-06 2025-06-03
2025-06-06 2025-08-15 2025-10-03 2025-10-06 2025-10-07 2025-10-08 2025-10-09 2025-12-25
2026-01-01 2026-02-16 2026-02-17 2026-02-18 2026-03-02 2026-05-01 2026-05-05 2026-05-25 2026-06-03
2026-07-17 2026-08-17 2026-09-24 2026-09-25 2026-10-05 2026-10-09 2026-12-25 2027-01-01 2027-03-01
"""
OFF = frozenset(date.fromisoformat(day) for day in HOLIDAYS_BY_HAND.split())

# start (Seoul), amount, unit, last moment: a day alone stands for the end of that day
GOLDEN: list[tuple[str, int, Unit, str]] = [
    # The temporary holiday of 2 Oct 2017: a due date of that day moved to the 10th (14 and 7 days alike).
    ("2017-09-13 10:00", 14, "days", "2017-10-10"),
    ("2017-09-22 10:00", 7, "days", "2017-10-10"),
    ("2017-09-21 10:00", 7, "days", "2017-09-29"),
    ("2017-09-29 10:00", 7, "days", "2017-10-17"),
    ("2017-09-29 16:00", 1, "days", "2017-10-10 16:00"),
    ("2017-09-29 17:59", 3, "working_hours", "2017-10-10 11:59"),
    ("2017-10-02 10:00", 6, "days", "2017-10-17"),
    ("2017-10-02 10:00", 3, "working_hours", "2017-10-10 12:00"),
    # Seollal, Chuseok, substitute and temporary holidays.
    ("2018-02-14 11:00", 7, "days", "2018-02-26"),
    ("2018-09-21 11:00", 6, "days", "2018-10-04"),
    ("2018-05-04 14:00", 2, "days", "2018-05-09 14:00"),
    ("2020-08-14 09:00", 5, "days", "2020-08-21 18:00"),
    ("2020-08-14 09:00", 6, "days", "2020-08-24"),
    ("2020-01-23 17:00", 5, "days", "2020-02-03 17:00"),
    ("2020-09-28 09:30", 7, "days", "2020-10-12"),
    ("2021-08-13 09:30", 6, "days", "2021-08-23"),
    ("2021-10-01 09:30", 14, "days", "2021-10-22"),
    ("2021-10-08 13:30", 1, "days", "2021-10-12 13:30"),
    ("2023-09-26 10:00", 7, "days", "2023-10-11"),
    ("2023-09-27 15:00", 3, "working_hours", "2023-09-27 18:00"),
    ("2023-09-27 15:01", 3, "working_hours", "2023-10-04 09:01"),
    ("2023-05-26 10:00", 6, "days", "2023-06-05"),
    ("2023-01-20 10:00", 6, "days", "2023-01-31"),
    ("2024-09-30 10:00", 7, "days", "2024-10-11"),
    ("2024-02-08 10:00", 2, "days", "2024-02-14 10:00"),
    ("2024-05-03 10:00", 7, "days", "2024-05-14"),
    ("2025-01-24 10:00", 7, "days", "2025-02-07"),
    ("2025-01-24 11:00", 1, "days", "2025-01-31 11:00"),
    ("2025-05-02 11:00", 6, "days", "2025-05-13"),
    ("2025-06-02 11:00", 7, "days", "2025-06-12"),
    ("2025-10-02 14:00", 5, "days", "2025-10-16 14:00"),
    ("2025-10-02 14:00", 6, "days", "2025-10-16"),
    ("2026-02-13 14:00", 7, "days", "2026-02-26"),
    ("2026-02-27 14:00", 6, "days", "2026-03-09"),
    ("2026-04-30 16:00", 1, "days", "2026-05-04 16:00"),
    ("2026-04-30 16:00", 6, "days", "2026-05-11"),
    ("2026-07-16 16:00", 6, "days", "2026-07-24"),
    ("2026-08-14 16:00", 6, "days", "2026-08-24"),
    ("2026-09-23 16:00", 14, "days", "2026-10-16"),
    ("2026-10-02 12:30", 2, "days", "2026-10-07 12:00"),
    # Year end and leap day.
    ("2020-12-23 10:00", 7, "days", "2021-01-04"),
    ("2020-12-31 17:00", 3, "working_hours", "2021-01-04 11:00"),
    ("2026-12-24 17:30", 3, "working_hours", "2026-12-28 11:30"),
    ("2026-12-30 17:30", 6, "days", "2027-01-07"),
    ("2020-02-28 10:00", 6, "days", "2020-03-06"),
    ("2024-02-28 10:00", 6, "days", "2024-03-07"),
    ("2024-02-29 10:00", 1, "years", "2025-02-28"),
    ("2024-02-29 10:00", 1, "months", "2024-03-28"),
    ("2024-01-31 10:00", 1, "months", "2024-02-29"),
    # Five days are hours, six are days; opening, lunch, closing, evening, weekend.
    ("2026-03-03 09:00", 5, "days", "2026-03-09 18:00"),
    ("2026-03-03 09:00", 6, "days", "2026-03-10"),
    ("2026-03-03 08:00", 5, "days", "2026-03-09 18:00"),
    ("2026-03-03 18:00", 1, "days", "2026-03-04 18:00"),
    ("2026-03-03 17:59", 6, "days", "2026-03-10"),
    ("2026-03-03 18:00", 6, "days", "2026-03-11"),
    ("2026-03-03 12:00", 1, "days", "2026-03-04 12:00"),
    ("2026-03-07 10:00", 1, "days", "2026-03-09 18:00"),
    ("2026-03-07 10:00", 6, "days", "2026-03-16"),
    ("2026-03-06 17:59:30", 3, "working_hours", "2026-03-09 11:59:30"),
    ("2026-03-03 09:00", 3, "working_hours", "2026-03-03 12:00"),
    ("2026-03-03 09:00", 4, "working_hours", "2026-03-03 14:00"),
    ("2026-03-03 09:00", 8, "working_hours", "2026-03-03 18:00"),
    # Weeks, months and years by the calendar, the first day counted.
    ("2025-01-15 10:00", 1, "months", "2025-02-14"),
    ("2026-01-15 10:00", 1, "months", "2026-02-19"),
    ("2025-02-03 10:00", 1, "months", "2025-03-04"),
    ("2025-09-09 10:00", 1, "months", "2025-10-10"),
    ("2026-01-31 10:00", 1, "months", "2026-03-03"),
    ("2026-03-31 10:00", 1, "months", "2026-04-30"),
    ("2026-04-30 10:00", 1, "months", "2026-05-29"),
    ("2026-08-31 10:00", 6, "months", "2027-03-02"),
    ("2026-03-01 10:00", 1, "months", "2026-03-31"),
    ("2026-12-01 10:00", 1, "months", "2026-12-31"),
    ("2026-06-04 10:00", 1, "years", "2027-06-03"),
    ("2026-03-05 10:00", 2, "weeks", "2026-03-18"),
    ("2026-09-18 10:00", 1, "weeks", "2026-09-28"),
    ("2025-12-31 09:00", 1, "weeks", "2026-01-06"),
    # The site's own days: the first is not counted.
    ("2026-03-01 10:00", 30, "calendar_days", "2026-03-31"),
    ("2026-03-13 10:00", 1, "calendar_days", "2026-03-16"),
    ("2026-01-16 10:00", 30, "calendar_days", "2026-02-19"),
    ("2024-02-01 10:00", 30, "calendar_days", "2024-03-04"),
    ("2025-12-02 10:00", 30, "calendar_days", "2026-01-02"),
    # Midnight is Seoul's, to the second.
    ("2026-03-03 23:59:59", 1, "months", "2026-04-02"),
    ("2026-03-04 00:00:00", 1, "months", "2026-04-03"),
    ("2026-03-03 00:00:00", 6, "days", "2026-03-10"),
    ("2026-03-02 23:59:59", 6, "days", "2026-03-10"),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def moment(text: str) -> datetime:
    return at(text) if " " in text else datetime.combine(date.fromisoformat(text), LAST_SECOND, SEOUL)


def worked(day: date, off: frozenset[date]) -> bool:
    return day.weekday() < 5 and day not in off


def walk(start: datetime, amount: int, unit: Unit, off: frozenset[date]) -> datetime:
    """The same deadline by walking: seconds of the wall clock, days of the wall calendar."""
    day, clock = start.date(), start.time()
    if unit == "working_hours" or (unit == "days" and amount <= 5):
        left = amount * (1 if unit == "working_hours" else 8) * 3600
        now = start
        while left:
            minute = now.hour * 60 + now.minute
            counts = worked(now.date(), off) and (540 <= minute < 720 or 780 <= minute < 1080)
            jump = min(60 - now.second, left if counts else 60)  # never past a minute, never past the end
            left -= jump if counts else 0
            now += timedelta(seconds=jump)
        return now
    if unit == "days":
        if clock >= time(18):
            day += DAY
        while amount:
            amount -= worked(day, off)
            day += DAY
        return datetime.combine(day - DAY, LAST_SECOND, SEOUL)
    if unit in ("weeks", "calendar_days"):
        day += timedelta(days=amount * 7 - 1 if unit == "weeks" else amount)
    else:
        months = amount * (12 if unit == "years" else 1)
        last, wanted = day, day.day
        while months:  # walk to the day before the same date of the last month, or to the month's end
            months -= 1
            last = (last.replace(day=28) + 4 * DAY).replace(day=1)
        end_of_month = (last.replace(day=28) + 4 * DAY).replace(day=1) - DAY
        day = end_of_month if wanted > end_of_month.day else last.replace(day=wanted) - DAY
    while not worked(day, off):
        day += DAY
    return datetime.combine(day, LAST_SECOND, SEOUL)


@pytest.mark.parametrize(("start", "amount", "unit", "end"), GOLDEN)
def test_golden(start: str, amount: int, unit: Unit, end: str) -> None:
    assert due(at(start), Period(amount, unit), calendar()) == moment(end)


@pytest.mark.parametrize(("start", "amount", "unit", "end"), GOLDEN)
def test_the_hand_count_agrees_with_the_walk(start: str, amount: int, unit: Unit, end: str) -> None:
    assert walk(at(start), amount, unit, OFF) == moment(end)


def test_the_temporary_holiday_is_what_moved_the_due_date_of_october_2017() -> None:
    announced = calendar()
    before = WorkCalendar(announced.holidays - {date(2017, 10, 2)})
    start, period = at("2017-09-13 10:00"), Period(14, "days")
    assert due(start, period, before) == moment("2017-10-02")
    assert due(start, period, announced) == moment("2017-10-10")


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        (datetime(2026, 3, 2, 15, 30, tzinfo=UTC), Period(6, "days"), "2026-03-10"),
        (datetime(2026, 3, 3, 14, 59, tzinfo=UTC), Period(6, "days"), "2026-03-11"),
        (datetime(2025, 12, 31, 15, 0, tzinfo=UTC), Period(1, "years"), "2026-12-31"),
        (datetime(2025, 12, 31, 14, 59, 59, tzinfo=UTC), Period(1, "years"), "2026-12-30"),
        (datetime(2026, 3, 3, 0, 0, tzinfo=UTC), Period(3, "working_hours"), "2026-03-03 12:00"),
    ],
)
def test_moments_of_other_zones_are_read_in_seoul(start: datetime, period: Period, end: str) -> None:
    assert due(start, period, calendar()) == moment(end)


# From Tuesday 3 March 2026 unless said otherwise: 3 4 5 6 · 9 10 11 12 13 · 16 17 18 19 20 · 23 …
@pytest.mark.parametrize(
    ("start", "period", "gaps", "end"),
    [
        ("2026-03-03 10:00", (7, "days"), [], "2026-03-11"),
        ("2026-03-03 10:00", (7, "days"), [("2026-03-05 10:00", "2026-03-09 15:00")], "2026-03-16"),
        ("2026-03-03 10:00", (7, "days"), [("2026-03-05 10:00", "2026-03-05 17:00")], "2026-03-12"),
        ("2026-03-03 10:00", (7, "days"), [("2026-03-07 10:00", "2026-03-08 17:00")], "2026-03-11"),
        ("2026-03-03 10:00", (7, "days"), [("2026-03-11 17:00", "2026-03-12 09:00")], "2026-03-13"),
        ("2026-03-03 10:00", (7, "days"), [("2026-03-12 09:00", "2026-03-20 09:00")], "2026-03-11"),
        # over Chuseok: 21 22 · 29 30 1 2 · 6
        ("2026-09-21 10:00", (7, "days"), [("2026-09-23 10:00", "2026-09-28 10:00")], "2026-10-06"),
        # two pauses that share a day take it out once
        (
            "2026-03-03 10:00",
            (7, "days"),
            [("2026-03-05 10:00", "2026-03-06 10:00"), ("2026-03-06 15:00", "2026-03-09 15:00")],
            "2026-03-16",
        ),
        ("2026-03-03 09:00", (1, "days"), [("2026-03-03 10:00", "2026-03-03 15:00")], "2026-03-04 14:00"),
        ("2026-03-06 16:00", (1, "days"), [("2026-03-06 17:00", "2026-03-09 10:00")], "2026-03-09 18:00"),
        ("2026-04-01 10:00", (1, "months"), [("2026-04-10 10:00", "2026-04-12 10:00")], "2026-05-04"),
        # the last day moved off a Sunday onto a day of the pause, and on
        ("2026-02-04 10:00", (1, "months"), [], "2026-03-03"),
        ("2026-02-09 10:00", (1, "months"), [("2026-03-09 10:00", "2026-03-10 10:00")], "2026-03-11"),
    ],
)
def test_pauses(start: str, period: tuple[int, Unit], gaps: list[tuple[str, str]], end: str) -> None:
    pauses = [Gap(at(a), at(b)) for a, b in gaps]
    assert due(at(start), Period(*period), calendar(), pauses) == moment(end)


def started(when: str = "2026-03-03 10:00", amount: int = 7, unit: Unit = "days") -> Started:
    return Started(at(when), Period(amount, unit), CIVIL_PETITIONS)


def stand(events: Sequence[Event], now: str = "2026-03-03 11:00") -> ClockState:
    return replay(events, calendar(), now=at(now))


def test_an_outage_takes_out_only_days_without_an_hour_left() -> None:
    part = Outage(at("2026-03-04 10:00"), at("2026-03-04 16:00"))
    whole = Outage(at("2026-03-03 20:00"), at("2026-03-05 09:00"))
    in_two = [
        Outage(at("2026-03-04 13:00"), at("2026-03-04 19:00")),
        Outage(at("2026-03-04 08:00"), at("2026-03-04 12:30")),
    ]
    assert stand([started(), part]).due == moment("2026-03-11")
    assert stand([started(), whole]).due == moment("2026-03-12")
    assert stand([started(), *in_two]).due == moment("2026-03-12")
    assert stand([started("2026-03-04 09:00", 3, "working_hours"), part]).due == at("2026-03-04 18:00")


def test_the_fire_of_2025_stops_the_clock_for_a_month() -> None:
    # 24 25 26 September; out until 28 October, 09:00; then 28 29 30 31.
    fire = Outage(at("2025-09-26 20:15"), at("2025-10-28 09:00"))
    assert stand([started("2025-09-24 10:00"), fire], "2025-10-28 10:00").due == moment("2025-10-31")


def test_a_clock_runs_and_becomes_overdue_after_the_last_second() -> None:
    last = moment("2026-03-11")
    on_time, late = (replay([started()], calendar(), now=last + n * SECOND) for n in (0, 1))
    assert (on_time.state, on_time.late, on_time.remaining) == ("running", False, 0)
    assert (late.state, late.late, late.remaining) == ("overdue", True, -1)
    assert stand([started()]).remaining == 6
    assert stand([started()], "2026-03-16 09:00").remaining == -3


def test_remaining_of_hours_and_of_calendar_days() -> None:
    hours = [started("2026-03-03 10:00", 1)]
    assert stand(hours, "2026-03-03 12:30").remaining == 6 * 3600
    assert stand(hours, "2026-03-04 10:00").remaining == 0
    assert stand(hours, "2026-03-04 10:00:01").state == "overdue"
    assert stand(hours, "2026-03-04 13:30").remaining == -int(2.5 * 3600)
    month = [started("2026-01-15 10:00", 1, "months")]
    assert stand(month, "2026-02-14 10:00").remaining == 5
    assert stand(month, "2026-02-20 10:00").remaining == -1


def test_a_pause_runs_on_until_it_is_ended() -> None:
    events: list[Event] = [started(), Paused(at("2026-03-05 10:00"), "supplement")]
    assert stand(events, "2026-03-05 11:00").state == "paused"
    assert stand(events, "2026-03-05 11:00").due == moment("2026-03-12")
    assert stand(events, "2026-03-09 11:00").due == moment("2026-03-16")
    assert stand(events, "2026-06-01 11:00").state == "paused"
    events.append(Resumed(at("2026-03-09 15:00")))
    assert stand(events, "2026-03-09 16:00").state == "running"
    assert stand(events, "2026-03-09 16:00").due == moment("2026-03-16")
    assert stand(events, "2026-03-09 16:00").remaining == 5


def test_a_pause_cannot_save_a_clock_that_has_run_out() -> None:
    events: list[Event] = [started(), Paused(at("2026-03-12 09:00"), "supplement")]
    assert stand(events, "2026-03-12 10:00").state == "overdue"


def test_a_stopped_clock_tells_whether_it_was_in_time() -> None:
    for when, late in (("2026-03-11 23:59:59", False), ("2026-03-12 00:00", True)):
        state = stand([started(), Stopped(at(when))], "2027-01-01 00:00")
        assert (state.state, state.late) == ("stopped", late)
    paused: list[Event] = [
        started(),
        Paused(at("2026-03-05 10:00"), "hearing"),
        Stopped(at("2026-03-20 10:00")),
    ]
    assert stand(paused, "2027-01-01 00:00").late is False
    # An outage that is recorded afterwards still counts.
    outage = Outage(at("2026-03-04 00:00"), at("2026-03-05 00:00"))
    assert stand([started(), Stopped(at("2026-03-12 10:00")), outage], "2027-01-01 00:00").late is False


@pytest.mark.parametrize(
    ("start", "extension", "end", "days"),
    [
        (("2026-03-03 10:00", 7, "days"), (7, "days"), "2026-03-20", 7),
        (("2026-03-03 10:00", 7, "days"), (3, "days"), "2026-03-16", 3),
        (("2026-03-03 10:00", 7, "days"), (4, "working_hours"), "2026-03-12", 1),
        (("2026-03-03 10:00", 3, "days"), (3, "days"), "2026-03-11 10:00", 4),
        (("2026-03-03 10:00", 3, "days"), (4, "working_hours"), "2026-03-06 15:00", 1),
        (("2026-03-03 09:00", 1, "days"), (1, "days"), "2026-03-04 18:00", 1),
        (("2026-01-31 10:00", 1, "months"), (1, "months"), "2026-03-30", 30),
        (("2026-02-02 10:00", 1, "years"), (1, "months"), "2027-03-02", 28),
        (("2026-03-05 10:00", 2, "weeks"), (1, "weeks"), "2026-03-25", 7),
        (("2026-03-05 10:00", 10, "calendar_days"), (10, "calendar_days"), "2026-03-25", 10),
    ],
)
def test_an_extension_lengthens_the_period(
    start: tuple[str, int, Unit], extension: tuple[int, Unit], end: str, days: int
) -> None:
    events: list[Event] = [
        started(*start),
        Extended(at(start[0]) + DAY / 24, Period(*extension), "cooperation"),
    ]
    state = replay(events, calendar(), now=at(start[0]) + DAY / 12)
    assert (state.due, state.extensions) == (moment(end), 1)
    assert sum(step.extended for step in state.steps if step.counted) == days


def test_an_extension_must_come_within_the_period() -> None:
    on_time = Extended(at("2026-03-11 23:59:59"), Period(7, "days"), "fact_check")
    assert stand([started(), on_time], "2026-03-12 09:00").due == moment("2026-03-20")
    assert stand([started(), on_time], "2026-03-12 09:00").state == "running"
    late = Extended(at("2026-03-12 00:00"), Period(7, "days"), "fact_check")
    assert refusal([started(), late]) == "clock.extension_too_late"
    # What a pause moved is still within.
    pause: list[Event] = [Paused(at("2026-03-05 10:00"), "supplement"), Resumed(at("2026-03-05 17:00"))]
    assert stand([started(), *pause, late], "2026-03-12 09:00").due == moment("2026-03-23")


def test_a_second_extension_needs_consent_and_there_is_no_third() -> None:
    first = Extended(at("2026-03-04 10:00"), Period(7, "days"), "cooperation")
    second = Extended(at("2026-03-05 10:00"), Period(7, "days"), "force_majeure")
    agreed = Extended(at("2026-03-05 10:00"), Period(7, "days"), "force_majeure", consent=True)
    assert refusal([started(), first, second]) == "clock.extension_needs_consent"
    assert stand([started(), first, agreed], "2026-03-05 11:00").due == moment("2026-03-31")
    assert refusal([started(), first, agreed, agreed]) == "clock.no_extension_left"


def refusal(events: Sequence[Event]) -> str:
    with pytest.raises(ClockRefusedError) as caught:
        stand(events)
    return caught.value.code


def extended(amount: int = 7, unit: Unit = "days", reason: str = "cooperation") -> Extended:
    return Extended(at("2026-03-04 10:00"), Period(amount, unit), reason)


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([started(), extended(reason="overwork")], "clock.extension_reason_barred"),
        ([started(), extended(reason="absent_officer")], "clock.extension_reason_barred"),
        ([started(), extended(reason="late_assignment")], "clock.extension_reason_barred"),
        ([started(), extended(reason="holiday_trip")], "clock.extension_reason_not_permitted"),
        ([started(), extended(8)], "clock.extension_too_long"),
        ([started(), extended(57, "working_hours")], "clock.extension_too_long"),
        ([started(), extended(1, "weeks")], "clock.extension_unit_differs"),
        ([started(unit="weeks"), extended(1, "months")], "clock.extension_unit_differs"),
        ([started(), Paused(at("2026-03-04 10:00"), "lunch")], "clock.pause_reason_not_permitted"),
        (
            [started(), Paused(at("2026-03-04 10:00"), "hearing"), Paused(at("2026-03-05 10:00"), "hearing")],
            "clock.already_paused",
        ),
        ([started(), Resumed(at("2026-03-04 10:00"))], "clock.not_paused"),
        ([started(), started()], "clock.already_started"),
        ([Resumed(at("2026-03-04 10:00"))], "clock.not_started"),
        ([], "clock.not_started"),
        ([started(), Stopped(at("2026-03-02 10:00"))], "clock.out_of_order"),
        ([started(), Stopped(at("2026-03-04 10:00")), extended()], "clock.already_stopped"),
        ([started(), Outage(at("2026-03-05 10:00"), at("2026-03-04 10:00"))], "clock.ends_before_it_starts"),
    ],
)
def test_refusals(events: list[Event], code: str) -> None:
    assert refusal(events) == code


@pytest.mark.parametrize(
    ("amount", "unit"), [(0, "days"), (-1, "days"), (True, "days"), (1.5, "days"), (1, "moons")]
)
def test_periods_that_are_none(amount: int, unit: Unit) -> None:
    with pytest.raises(ValueError, match=r"period|unit"):
        Period(amount, unit)


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due(datetime(2026, 3, 3, 10), Period(7, "days"), calendar())


def test_the_steps_tell_each_day_and_why() -> None:
    gap = Gap(at("2026-10-07 10:00"), at("2026-10-08 10:00"), "supplement")
    _, steps = explain(at("2026-10-02 18:30"), Period(6, "days"), calendar(), [gap])
    assert [(step.day.day, step.reason, step.running) for step in steps] == [
        (2, "after_hours", 0),
        (3, "holiday", 0),
        (4, "sunday", 0),
        (5, "holiday", 0),
        (6, "counted", 1),
        (7, "supplement", 1),
        (8, "supplement", 1),
        (9, "holiday", 1),
        (10, "saturday", 1),
        (11, "sunday", 1),
        (12, "counted", 2),
        (13, "counted", 3),
        (14, "counted", 4),
        (15, "counted", 5),
        (16, "counted", 6),
    ]
    _, steps = explain(at("2026-03-06 16:30"), Period(3, "working_hours"), calendar())
    assert [(step.reason, step.amount, step.spans) for step in steps] == [
        ("counted", 5400, ((at("2026-03-06 16:30"), at("2026-03-06 18:00")),)),
        ("saturday", 0, ()),
        ("sunday", 0, ()),
        ("counted", 5400, ((at("2026-03-09 09:00"), at("2026-03-09 10:30")),)),
    ]
    _, steps = explain(at("2026-02-13 10:00"), Period(1, "calendar_days"), calendar())
    assert [step.reason for step in steps] == [
        "first_day", "counted", "sunday", "holiday", "holiday", "holiday", "moved_to"
    ]  # fmt: skip


UNITS: list[Unit] = ["working_hours", "days", "weeks", "months", "years", "calendar_days"]
FIRST = datetime(2026, 1, 1)
starts = st.datetimes(FIRST, datetime(2026, 12, 31)).map(lambda it: it.replace(microsecond=0, tzinfo=SEOUL))
off_days = st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=40)
amounts = st.integers(1, 14)
units = st.sampled_from(UNITS)
periods = st.builds(Period, amounts, units)


@st.composite
def pauses_from(draw: st.DrawFn, start: datetime) -> list[Gap]:
    edges = draw(st.lists(st.integers(0, 40 * 24 * 60), max_size=3))
    lengths = draw(st.lists(st.integers(0, 10 * 24 * 60), min_size=3, max_size=3))
    gaps = []
    for edge, length in zip(edges, lengths, strict=False):
        begin = start + timedelta(minutes=edge)
        gaps.append(Gap(begin, begin + timedelta(minutes=length)))
    return gaps


@given(starts, amounts, units, off_days)
def test_the_count_agrees_with_the_walk(
    start: datetime, amount: int, unit: Unit, off: frozenset[date]
) -> None:
    assert due(start, Period(amount, unit), WorkCalendar(off)) == walk(start, amount, unit, off)


@given(starts, amounts, units, off_days, st.data())
def test_more_is_never_due_earlier(
    start: datetime, amount: int, unit: Unit, off: frozenset[date], data: st.DataObject
) -> None:
    gaps = data.draw(pauses_from(start))
    shorter, longer = (due(start, Period(n, unit), WorkCalendar(off), gaps) for n in (amount, amount + 1))
    assert shorter <= longer


@given(starts, periods, off_days, st.dates(date(2026, 1, 1), date(2028, 1, 31)), st.data())
def test_one_more_holiday_never_makes_it_earlier(
    start: datetime, period: Period, off: frozenset[date], more: date, data: st.DataObject
) -> None:
    gaps = data.draw(pauses_from(start))
    before, after = (due(start, period, WorkCalendar(days), gaps) for days in (off, off | {more}))
    assert before <= after


@given(starts, periods, off_days, st.data())
def test_it_is_due_on_a_working_day_within_hours_or_at_its_end(
    start: datetime, period: Period, off: frozenset[date], data: st.DataObject
) -> None:
    end = due(start, period, WorkCalendar(off), data.draw(pauses_from(start)))
    assert worked(end.date(), off)
    if period.counting == "working_seconds":
        assert time(9) < end.time() <= time(12) or time(13) < end.time() <= time(18)
    else:
        assert end.time() == LAST_SECOND


@given(starts, periods, off_days, st.data())
def test_the_steps_recompute_the_due_moment(
    start: datetime, period: Period, off: frozenset[date], data: st.DataObject
) -> None:
    end, steps = explain(start, period, WorkCalendar(off), data.draw(pauses_from(start)))
    assert [step.day for step in steps] == [start.date() + n * DAY for n in range(len(steps))]
    running = 0
    for step in steps:
        running += step.amount
        assert step.running == running
        assert step.counted == (step.reason == "counted")
        assert step.amount == (
            sum((b - a).total_seconds() for a, b in step.spans)
            if period.counting == "working_seconds"
            else step.counted
        )
    if period.counting == "working_seconds":
        assert steps[-1].spans[-1][1] == end
        assert running == period.amount * 3600 * (8 if period.unit == "days" else 1)
    else:
        assert steps[-1].day == end.date()
        assert steps[-1].reason in ("counted", "moved_to")


@given(starts, periods, off_days, st.lists(st.integers(0, 20 * 24 * 60), min_size=3, max_size=3))
def test_it_does_not_matter_how_a_pause_is_split(
    start: datetime, period: Period, off: frozenset[date], minutes: list[int]
) -> None:
    a, middle, b = (start + timedelta(minutes=n) for n in sorted(minutes))
    begin = Started(start, period, CIVIL_PETITIONS)
    whole: list[Event] = [begin, Paused(a, "supplement"), Resumed(b)]
    split: list[Event] = [
        begin,
        Paused(a, "supplement"),
        Resumed(middle),
        Paused(middle, "supplement"),
        Resumed(b),
    ]
    results = [replay(events, WorkCalendar(off), now=b) for events in (whole, split)]
    assert results[0] == results[1]


@given(starts, st.integers(6, 20), off_days, st.integers(0, 19), st.integers(1, 15))
def test_a_pause_of_n_working_days_shifts_by_n(
    start: datetime, amount: int, off: frozenset[date], nth: int, days: int
) -> None:
    assume(nth < amount)
    plain = WorkCalendar(off)
    counted = [step.day for step in explain(start, Period(amount, "days"), plain)[1] if step.counted]
    first = counted[nth]
    last = plain.add_working_days(first, days)
    gap = Gap(datetime.combine(first, time(11), SEOUL), datetime.combine(last, time(16), SEOUL))
    before, after = (due(start, Period(amount, "days"), plain, gaps).date() for gaps in ((), (gap,)))
    assert plain.working_days_between(before, after) == days + 1


@given(starts, st.integers(1, 5), off_days, st.integers(0, 40 * 60), st.integers(1, 15))
def test_a_pause_of_n_days_of_hours_shifts_by_n_days_of_hours(
    start: datetime, amount: int, off: frozenset[date], minute: int, days: int
) -> None:
    plain, period = WorkCalendar(off), Period(amount, "days")
    pause = plain.add_working_time(start, timedelta(minutes=minute + 1))
    before = due(start, period, plain)
    assume(pause < before)
    gap = Gap(pause, plain.add_working_time(pause, timedelta(hours=8 * days)))
    assert due(start, period, plain, [gap]) == plain.add_working_time(before, timedelta(hours=8 * days))
