"""Working days and office hours, checked against hand-made facts and a counter that walks every minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.kernel import calendar as korea
from madang.kernel.logic.workdays import (
    SEOUL,
    OfficeHours,
    OutsideCalendarError,
    WorkCalendar,
    in_seoul,
)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("day", "name_en"),
    [
        # Temporary holidays, each declared by the Cabinet for that one day.
        ("2015-08-14", "Temporary holiday (70th Liberation Day)"),
        ("2016-05-06", "Temporary holiday (day after Children's Day)"),
        ("2017-10-02", "Temporary holiday (day before Chuseok holiday)"),
        ("2020-08-17", "Temporary holiday (Liberation Day weekend)"),
        ("2023-10-02", "Temporary holiday (Chuseok holiday)"),
        ("2024-10-01", "Temporary holiday (Armed Forces Day)"),
        ("2025-01-27", "Temporary holiday (day before Seollal holiday)"),
        # Elections, of fixed term and of a vacancy.
        ("2017-05-09", "19th presidential election"),
        ("2022-03-09", None),
        ("2024-04-10", None),
        ("2025-06-03", "21st presidential election"),
        ("2026-06-03", "Local elections"),
        # Substitutes, one of them for two holidays on one day and one pushed on by its neighbours.
        ("2014-09-10", None),
        ("2018-05-07", None),
        ("2021-10-11", "Substitute holiday for Hangul Day"),
        ("2023-05-29", None),
        ("2025-05-06", None),
        ("2025-10-08", None),
        ("2026-03-02", None),
        ("2026-08-17", None),
        # The two that came with 2026.
        ("2026-05-01", "Labour Day"),
        ("2026-07-17", "Constitution Day"),
        ("2026-05-05", None),
        ("2027-05-03", None),
        ("2027-07-19", None),
    ],
)
def test_weekdays_that_are_off(day: str, name_en: str | None) -> None:
    off = date.fromisoformat(day)
    assert off.weekday() < 5
    assert korea.calendar().why_off(off) == "holiday"
    assert korea.holiday_name(off, "ko")
    if name_en:
        assert korea.holiday_name(off, "en") == name_en


@pytest.mark.parametrize(
    "day",
    [
        "2013-05-06",  # Children's Day on a Sunday, before there were substitutes
        "2020-03-02",  # 1 March on a Sunday, before national days had substitutes
        "2021-12-27",  # Christmas on a Saturday, before it had one
        "2022-12-26",
        "2024-06-07",
        "2025-05-01",  # a workers' day on which offices were open
        "2025-07-17",  # Constitution Day while it was no holiday
        "2026-06-08",  # Memorial Day on a Saturday has no substitute
        "2026-09-28",  # Chuseok's last day on a Saturday has none either
        "2025-10-10",  # the bridge day that was asked for and not given
    ],
)
def test_weekdays_that_are_worked(day: str) -> None:
    assert korea.calendar().is_working_day(date.fromisoformat(day))
    assert korea.holiday_name(date.fromisoformat(day)) is None


def test_every_row_of_the_overrides_holds_and_names_its_source() -> None:
    rows = korea.overrides()
    assert len(rows) >= 16
    for row in rows:
        assert korea.calendar().is_working_day(row.date) is (row.kind == "workday")
        assert row.source
        assert korea.holiday_name(row.date, "ko-kr") == row.name_ko
    assert [row.date for row in rows if not row.checked] == [date(2026, 5, 1)]


def test_days_given_at_run_time_overrule_both_sources() -> None:
    off = korea.SpecialDay(date(2026, 11, 23), "temporary", "임시공휴일", "Temporary holiday", "test")
    worked = korea.SpecialDay(date(2026, 7, 17), "workday", "근무일", "Worked", "test")
    calendar = korea.calendar([off, worked])
    assert calendar.why_off(off.date) == "holiday"
    assert calendar.is_working_day(worked.date)
    assert korea.holiday_name(off.date, "en", [off]) == "Temporary holiday"
    assert korea.holiday_name(worked.date, "ko", [worked]) is None
    saturday = korea.SpecialDay(date(2026, 11, 21), "workday", "근무일", "Worked", "test")
    assert korea.calendar().why_off(saturday.date) == "saturday"
    assert korea.calendar([saturday]).is_working_day(saturday.date)
    both = WorkCalendar(frozenset({off.date}), workdays=frozenset({off.date}))
    assert both.is_working_day(off.date)
    assert korea.calendar().is_working_day(off.date), "a run-time day must not leak into the shared calendar"


@pytest.mark.parametrize(
    "row",
    [
        "2026-13-01,holiday,가,a,s,yes",
        "2026-01-02,feast,가,a,s,yes",
        "2026-01-02,holiday,가,a,s,maybe",
        "2026-01-02,holiday,가,a,,yes",
        "2026-01-02,holiday,,a,s,yes",
        "2026-01-02,holiday,가,a,s,yes\n2026-01-02,workday,가,a,s,yes",
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, row: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(f"date,kind,name_ko,name_en,source,checked\n{row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"bad\.csv, line {len(row.splitlines()) + 1}: "):
        korea._read(file)


def test_unknown_years_get_no_answer() -> None:
    calendar = korea.calendar()
    assert calendar.is_working_day(date(2010, 1, 4))
    assert calendar.is_working_day(date(2035, 12, 31))
    for day in (date(2009, 12, 31), date(2036, 1, 1)):
        with pytest.raises(OutsideCalendarError):
            calendar.is_working_day(day)
    with pytest.raises(OutsideCalendarError):
        calendar.next_working_day(date(2035, 12, 31))


def test_moving_along_working_days() -> None:
    calendar = korea.calendar()
    friday, tuesday = date(2026, 2, 27), date(2026, 3, 3)  # 1 March on Sunday, its substitute on Monday
    assert calendar.why_off(date(2026, 2, 28)) == "saturday"
    assert calendar.why_off(date(2026, 3, 8)) == "sunday"
    assert calendar.next_working_day(friday) == tuesday
    assert calendar.on_or_after(friday) == friday
    assert calendar.on_or_after(date(2026, 2, 28)) == tuesday
    assert calendar.add_working_days(friday, 2) == tuesday
    assert calendar.add_working_days(friday, 2, count_first=False) == date(2026, 3, 4)
    assert calendar.add_working_days(date(2026, 3, 1), 1) == tuesday
    assert calendar.working_days_between(friday, tuesday) == 2
    assert calendar.working_days_between(tuesday, friday) == 0
    with pytest.raises(ValueError, match="at least one"):
        calendar.add_working_days(friday, 0)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-03 09:00", 3, "2026-03-03 12:00"),
        ("2026-03-03 09:00", 4, "2026-03-03 14:00"),
        ("2026-03-03 12:30", 1, "2026-03-03 14:00"),
        ("2026-03-03 07:00", 8, "2026-03-03 18:00"),
        ("2026-03-03 18:00", 1, "2026-03-04 10:00"),
        ("2026-03-06 17:00", 2, "2026-03-09 10:00"),
        ("2026-02-27 17:00", 2, "2026-03-03 10:00"),
    ],
)
def test_adding_office_hours(start: str, hours: int, end: str) -> None:
    calendar = korea.calendar()
    assert calendar.add_working_time(at(start), timedelta(hours=hours)) == at(end)
    assert calendar.working_time_between(at(start), at(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("moment", "next_one"),
    [
        ("2026-03-03 08:59", "2026-03-03 09:00"),
        ("2026-03-03 09:00", "2026-03-03 09:00"),
        ("2026-03-03 12:00", "2026-03-03 13:00"),
        ("2026-03-03 17:59", "2026-03-03 17:59"),
        ("2026-03-03 18:00", "2026-03-04 09:00"),
        ("2026-02-27 18:00", "2026-03-03 09:00"),
    ],
)
def test_the_next_working_moment(moment: str, next_one: str) -> None:
    assert korea.calendar().next_working_moment(at(moment)) == at(next_one)


def test_office_hours_are_a_parameter() -> None:
    short = OfficeHours(((time(10), time(14)),))
    calendar = WorkCalendar(frozenset(), hours=short)
    assert calendar.add_working_time(at("2026-03-03 13:00"), timedelta(hours=2)) == at("2026-03-04 11:00")
    for spans in ((), ((time(12), time(9)),), ((time(9), time(13)), (time(12), time(18)))):
        with pytest.raises(ValueError, match="office hours"):
            OfficeHours(spans)


def test_moments_need_a_zone_and_a_positive_amount() -> None:
    calendar = WorkCalendar(frozenset())
    with pytest.raises(ValueError, match="time zone"):
        in_seoul(datetime(2026, 3, 3))
    with pytest.raises(ValueError, match="positive"):
        calendar.add_working_time(at("2026-03-03 09:00"), timedelta())
    assert in_seoul(datetime(2026, 3, 2, 15, 0, 0, 999, tzinfo=UTC)) == at("2026-03-03 00:00")
    assert calendar.working_time_between(at("2026-03-04 09:00"), at("2026-03-03 09:00")) == timedelta()


moments = st.datetimes(datetime(2026, 2, 1), datetime(2026, 3, 15)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=SEOUL)
)
holidays = st.frozensets(st.dates(date(2026, 2, 1), date(2026, 3, 25)), max_size=12)


def open_minute(minute: datetime, off: frozenset[date]) -> bool:
    clock = minute.time()
    worked = minute.weekday() < 5 and minute.date() not in off
    return worked and (time(9) <= clock < time(12) or time(13) <= clock < time(18))


@given(moments, st.integers(1, 2000), holidays)
def test_office_time_agrees_with_walking_every_minute(
    start: datetime, minutes: int, off: frozenset[date]
) -> None:
    calendar = WorkCalendar(off)
    left, now = minutes, start
    while left:
        left -= open_minute(now, off)
        now += MINUTE
    assert calendar.add_working_time(start, minutes * MINUTE) == now
    assert calendar.working_time_between(start, now) == minutes * MINUTE


@given(st.dates(date(2026, 1, 1), date(2026, 3, 1)), st.integers(1, 30), holidays, st.booleans())
def test_working_days_agree_with_walking_every_day(
    start: date, count: int, off: frozenset[date], first: bool
) -> None:
    left, day = count, start if first else start + DAY
    while True:
        left -= day.weekday() < 5 and day not in off
        if not left:
            break
        day += DAY
    assert WorkCalendar(off).add_working_days(start, count, count_first=first) == day
