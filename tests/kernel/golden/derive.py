"""Derives the golden deadlines by another method than the product, and writes `deadlines.csv` beside itself.

    python tests/kernel/golden/derive.py

Nothing of the product is imported here, nor its list of holidays. Holidays are the days below, typed in from calendars
of those years. Hours are counted by walking over every single minute and crossing out those that do not count; days
are counted by crossing out days on a list; months are walked until the same number of a day comes round. Whoever finds
the product and this file disagreeing looks at the law, not at either of them.
"""

from __future__ import annotations

import csv
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

# Days off that fall on Monday to Friday (those on a weekend change nothing). Substitute and temporary ones included.
TYPED = """
2017: 01-27 01-30 03-01 05-03 05-05 05-09 06-06 08-15 10-02 10-03 10-04 10-05 10-06 10-09 12-25
2018: 01-01 02-15 02-16 03-01 05-07 05-22 06-06 06-13 08-15 09-24 09-25 09-26 10-03 10-09 12-25
2019: 01-01 02-04 02-05 02-06 03-01 05-06 06-06 08-15 09-12 09-13 10-03 10-09 12-25
2020: 01-01 01-24 01-27 04-15 04-30 05-05 08-17 09-30 10-01 10-02 10-09 12-25
2021: 01-01 02-11 02-12 03-01 05-05 05-19 08-16 09-20 09-21 09-22 10-04 10-11
2022: 01-31 02-01 02-02 03-01 03-09 05-05 06-01 06-06 08-15 09-09 09-12 10-03 10-10
2023: 01-23 01-24 03-01 05-05 05-29 06-06 08-15 09-28 09-29 10-02 10-03 10-09 12-25
2024: 01-01 02-09 02-12 03-01 04-10 05-06 05-15 06-06 08-15 09-16 09-17 09-18 10-01 10-03 10-09 12-25
2025: 01-01 01-27 01-28 01-29 01-30 03-03 05-05 05-06 06-03 06-06 08-15 10-03 10-06 10-07 10-08 10-09 12-25
2026: 01-01 02-16 02-17 02-18 03-02 05-01 05-05 05-25 06-03 07-17 08-17 09-24 09-25 10-05 10-09 12-25
2027: 01-01 02-08 02-09 03-01
"""
OFF = {
    date.fromisoformat(f"{line[:4]}-{day}") for line in TYPED.strip().splitlines() for day in line[5:].split()
}
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FIELDS = ("id", "received", "amount", "unit", "events", "declared", "due", "office_due", "article", "derived")

# --- the count, by crossing out ---------------------------------------------------------------------------


def at(text: str) -> datetime:
    return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M")


def days_off(declared: str) -> set[date]:
    """The typed holidays, with those declared (+) and those counted as worked (-)."""
    found = set(OFF)
    for word in declared.split():
        day = date.fromisoformat(word[1:])
        found = found | {day} if word[0] == "+" else found - {day}
    return found


def is_worked(day: date, off: set[date]) -> bool:
    return day.isoweekday() < 6 and day not in off


def stops(events: str) -> list[tuple[str, datetime, datetime]]:
    """What is left out: (word, from, to)."""
    found = []
    for event in filter(None, (part.strip() for part in events.split(";"))):
        word, _, rest = event.partition(" ")
        if ">" in rest:
            begin, end = rest.split(">")
            found.append((word, at(begin), at(end)))
    return found


def added(events: str) -> list[tuple[int, str]]:
    found = []
    for event in filter(None, (part.strip() for part in events.split(";"))):
        words = event.split()
        if words[0] in ("extend", "extend+consent"):
            found.append((int(words[3]), words[4]))
    return found


def handed(events: str) -> datetime | None:
    """When the last office received it."""
    found = [event.strip() for event in events.split(";") if event.strip().startswith("transfer ")]
    return at(found[-1].removeprefix("transfer ")) if found else None


def office_minutes(day: date) -> list[datetime]:
    """Each minute of office time of a day, by its beginning: 9 to 12 and 13 to 18."""
    start = datetime(day.year, day.month, day.day)
    return [start + n * MINUTE for n in range(24 * 60) if 9 * 60 <= n < 12 * 60 or 13 * 60 <= n < 18 * 60]


def crossed_out(day: date, events: str) -> bool:
    """Whether a day goes out of a count in days: touched by a stop, or with no office minute outside an outage."""
    found = stops(events)
    for word, begin, end in found:
        if word != "outage" and begin.date() <= day <= end.date():
            return True
    down = [(begin, end) for word, begin, end in found if word == "outage"]
    return bool(down) and all(
        any(begin <= minute < end for begin, end in down) for minute in office_minutes(day)
    )


def by_minutes(start: datetime, minutes: int, events: str, off: set[date]) -> datetime:
    day, left = start.date(), minutes
    while True:
        for minute in office_minutes(day) if is_worked(day, off) else []:
            if minute < start or any(begin <= minute < end for _, begin, end in stops(events)):
                continue
            left -= 1
            if left == 0:
                return minute + MINUTE
        day += DAY


def by_days(start: datetime, days: int, events: str, off: set[date]) -> date:
    day = start.date()
    if start.hour >= 18:
        day += DAY  # it came after hours
    while True:
        if is_worked(day, off) and not crossed_out(day, events):
            days -= 1
            if days == 0:
                return day
        day += DAY


def month_walk(first: date, months: int) -> date:
    """The day before the same number comes round; without such a day the last of that month (Civil Code art. 160)."""
    day, crossed = first, 0
    while True:
        before, day = day, day + DAY
        crossed += day.month != before.month
        if crossed == months and day.day == first.day:
            return before
        if crossed == months + 1:
            return before


def by_calendar(
    start: datetime, amount: int, unit: str, more: list[int], events: str, off: set[date]
) -> date:
    first = start.date()
    whole = amount + sum(more)
    if unit == "calendar_days":
        first, length = first + DAY, whole
    elif unit == "weeks":
        length = 7 * whole
    else:
        last = month_walk(first, whole * (12 if unit == "years" else 1))
        length = (last - first).days + 1
    day = first
    while True:
        if not crossed_out(day, events):
            length -= 1
            if length == 0:
                break
        day += DAY
    while not is_worked(day, off) or crossed_out(day, events):
        day += DAY
    return day


def derive(start: datetime, amount: int, unit: str, events: str, declared: str) -> str:
    off, more = days_off(declared), added(events)
    if unit == "working_hours" or (unit == "days" and amount <= 5):
        minutes = amount * 60 * (1 if unit == "working_hours" else 8)
        minutes += sum(n * 60 * (1 if word.startswith("working_hour") else 8) for n, word in more)
        return by_minutes(start, minutes, events, off).strftime("%Y-%m-%d %H:%M:%S")
    if unit == "days":
        return f"{by_days(start, amount + sum(n for n, _ in more), events, off)} 23:59:59"
    return f"{by_calendar(start, amount, unit, [n for n, _ in more], events, off)} 23:59:59"


# --- the cases --------------------------------------------------------------------------------------------

HOURS = "Act 19 (1): up to five days in hours of work from receipt, eight to a day, Saturdays and holidays left out"
DAYS = "Act 19 (2): six days and more in days, the first counted, Saturdays and holidays left out"
AT_ONCE = "Decree 19: at once is within three hours of work"
CALENDAR = "Act 19 (3), Civil Code 159-161: by the calendar, the first day counted, a last day off moves on"
OWN = "This site, Civil Code 157 and 161: the first day not counted, a last day off moves on"
SUPPLEMENT = "Act 22, Decree 20: a supplement is left out from dispatch to arrival, both days included"
EXCLUDED = "Decree 20, Administrative Procedure Act Decree 11: time left out"
OUTAGE = (
    "Decree 20, Administrative Procedure Act Decree 11: a time when the system was out of order is left out"
)
EXTENSION = "Decree 21: extended once, within the first period"
CONSENT = "Decree 21: a second time with the consent of the resident"
TRANSFER = "Decree 13 (not checked); e-People: counted from receipt by the office that handles it in the end"
TEMPORARY = "Public Holidays Regulation 2: a day declared off is a holiday"

Row = tuple[str, int, str, str, str, str]  # received, amount, unit, events, declared, article
ROWS: list[Row] = []


def case(received: str, amount: int, unit: str, article: str, events: str = "", declared: str = "") -> None:
    ROWS.append((received, amount, unit, events, declared, article))


def public_cases() -> None:
    """The temporary holiday of 2 October 2017, as reported: what was due on the 2nd was due on the 10th."""
    for received, amount in (("2017-09-13 10:00", 14), ("2017-09-22 10:00", 7)):
        case(received, amount, "days", TEMPORARY)
        case(received, amount, "days", DAYS, declared="-2017-10-02")
    case("2017-09-29 16:00", 1, "days", TEMPORARY)
    case("2017-09-29 16:00", 1, "days", HOURS, declared="-2017-10-02")
    case("2017-09-29 17:30", 3, "working_hours", AT_ONCE)
    case("2017-10-02 10:00", 7, "days", TEMPORARY)


def clock_times() -> None:
    """Receipt at every kind of moment of a day, for each kind of period."""
    moments = (
        "00:00",
        "08:59",
        "09:00",
        "11:59",
        "12:00",
        "12:30",
        "13:00",
        "17:59",
        "18:00",
        "18:30",
        "23:59",
    )
    for time in moments:
        case(f"2026-03-11 {time}", 3, "working_hours", AT_ONCE)
        case(f"2026-03-12 {time}", 7, "days", DAYS)
        case(f"2025-09-03 {time}", 5, "days", HOURS)
        case(f"2026-04-08 {time}", 14, "days", DAYS)


def days_of_the_week() -> None:
    """A week without a holiday in it, each day of it, at ten; then a Saturday and Sunday after hours."""
    for n in range(7):
        day = date(2026, 11, 2) + n * DAY
        case(f"{day} 10:00", 7, "days", DAYS)
        case(f"{day} 15:30", 2, "days", HOURS)
    for day in ("2026-11-07 19:00", "2026-11-08 00:00", "2026-11-08 23:59"):
        case(day, 6, "days", DAYS)


def around_holidays() -> None:
    """The working days before the great holidays of every year from 2017 to 2026."""
    seollal = "2017-01-26 2018-02-14 2019-02-01 2020-01-23 2021-02-10 2022-01-28 2023-01-20 2024-02-08 2025-01-24 2026-02-13"
    chuseok = "2017-09-29 2018-09-21 2019-09-11 2020-09-29 2021-09-17 2022-09-08 2023-09-27 2024-09-13 2025-10-02 2026-09-23"
    for day in seollal.split():
        case(f"{day} 17:00", 3, "working_hours", AT_ONCE)
        case(f"{day} 11:20", 7, "days", DAYS)
        case(f"{day} 14:45", 4, "days", HOURS)
    for day in chuseok.split():
        case(f"{day} 16:10", 3, "working_hours", AT_ONCE)
        case(f"{day} 09:30", 14, "days", DAYS)
        case(f"{day} 13:05", 5, "days", HOURS)
    substitutes = (
        "2018-05-04 2019-05-03 2020-08-14 2021-08-13 2021-10-01 2021-10-08 2022-10-07 2023-05-26 "
        "2024-05-03 2025-02-28 2025-05-02 2026-02-27 2026-05-22 2026-08-14 2026-10-02"
    )
    for day in substitutes.split():
        case(f"{day} 10:40", 6, "days", DAYS)
        case(f"{day} 16:40", 1, "days", HOURS)
    for day in (
        "2017-05-08",
        "2018-06-12",
        "2020-04-14",
        "2022-03-08",
        "2022-05-31",
        "2024-04-09",
        "2025-06-02",
        "2026-06-02",
    ):
        case(f"{day} 17:10", 2, "days", HOURS)  # elections
    for day in ("2024-09-30", "2026-04-30", "2026-07-16", "2019-12-24", "2023-12-29", "2025-12-31"):
        case(f"{day} 10:00", 7, "days", DAYS)


def calendar_periods() -> None:
    """Weeks, months, years: ends of months, leap days, last days that move."""
    for day in (
        "2024-01-31",
        "2023-01-31",
        "2024-02-29",
        "2026-08-31",
        "2026-11-30",
        "2024-12-31",
        "2025-01-29",
        "2026-01-30",
    ):
        case(f"{day} 10:00", 1, "months", CALENDAR)
        case(f"{day} 10:00", 3, "months", CALENDAR)
    for day in ("2024-02-29", "2019-03-01", "2023-02-28", "2020-02-29", "2025-08-16"):
        case(f"{day} 10:00", 1, "years", CALENDAR)
    case("2022-03-01 10:00", 4, "years", CALENDAR)
    for day in ("2025-09-25", "2026-09-14", "2026-01-27", "2024-02-05", "2023-09-18"):
        case(f"{day} 19:30", 2, "weeks", CALENDAR)
        case(f"{day} 09:00", 1, "weeks", CALENDAR)
    for day in ("2026-01-15", "2025-09-05", "2024-02-10", "2026-09-04"):
        case(f"{day} 10:00", 1, "months", CALENDAR)
        case(f"{day} 10:00", 30, "calendar_days", OWN)
    case("2024-02-28 23:59", 1, "calendar_days", OWN)
    case("2024-02-28 00:00", 2, "calendar_days", OWN)
    case("2025-02-28 10:00", 1, "calendar_days", OWN)


def supplements() -> None:
    """Asked and arrived within a day, over days, over holidays, before the first hour, twice; other reasons alike."""
    week = "2026-03-03 10:00"
    for pair in (
        "2026-03-04 10:00>2026-03-04 16:00", "2026-03-04 10:00>2026-03-06 11:00", "2026-03-05 17:59>2026-03-09 09:00",
        "2026-03-06 10:00>2026-03-07 15:00", "2026-03-07 10:00>2026-03-08 15:00", "2026-03-03 10:00>2026-03-03 10:30",
        "2026-03-11 23:00>2026-03-13 00:00", "2026-03-09 08:00>2026-03-20 20:00",
    ):  # fmt: skip
        case(week, 7, "days", SUPPLEMENT, f"supplement {pair}")
        case(week, 14, "days", SUPPLEMENT, f"supplement {pair}")
    for pair in ("2026-03-04 10:00>2026-03-04 16:00", "2026-03-04 11:30>2026-03-05 13:30", "2026-03-05 08:00>2026-03-05 20:00",
                 "2026-03-06 17:00>2026-03-09 10:00"):  # fmt: skip
        case(week, 5, "days", SUPPLEMENT, f"supplement {pair}")
        case(week, 3, "days", EXCLUDED, f"delivery {pair}")
    two = (
        "2026-09-15 10:00>2026-09-16 15:00; supplement 2026-09-21 09:30>2026-09-28 17:00",
        "2026-09-15 10:00>2026-09-15 11:00; supplement 2026-09-15 14:00>2026-09-17 09:00",
        "2026-09-18 13:00>2026-09-23 13:00; hearing 2026-10-06 10:00>2026-10-08 12:00",
    )
    for pair in two:
        case("2026-09-14 10:00", 14, "days", SUPPLEMENT, f"supplement {pair}")
        case("2026-09-14 10:00", 4, "days", SUPPLEMENT, f"supplement {pair}")
    for word in ("expert_review", "hearing", "representative", "precondition", "delivery"):
        case("2025-09-22 10:00", 10, "days", EXCLUDED, f"{word} 2025-09-24 10:00>2025-10-13 10:00")
    case("2026-01-15 10:00", 1, "months", SUPPLEMENT, "supplement 2026-01-20 10:00>2026-01-26 10:00")
    case("2026-05-04 10:00", 30, "calendar_days", SUPPLEMENT, "supplement 2026-05-06 10:00>2026-05-08 10:00")


def outages() -> None:
    """Part of a day, all of it, all its office hours, several days, two that make up a day; the month of 2025."""
    for pair in (
        "2026-06-10 09:00>2026-06-10 18:00", "2026-06-10 09:01>2026-06-10 18:00", "2026-06-10 08:00>2026-06-10 17:59",
        "2026-06-10 00:00>2026-06-12 00:00", "2026-06-13 00:00>2026-06-15 09:00", "2026-06-10 12:00>2026-06-10 13:00",
        "2026-06-10 17:00>2026-06-12 10:00", "2026-06-10 09:00>2026-06-10 12:00; outage 2026-06-10 13:00>2026-06-10 18:00",
    ):  # fmt: skip
        case("2026-06-08 10:00", 7, "days", OUTAGE, f"outage {pair}")
        case("2026-06-09 14:00", 2, "days", OUTAGE, f"outage {pair}")
    down = "outage 2025-09-26 20:15>2025-10-27 09:00"
    for received, amount, unit in (
        ("2025-09-22 10:00", 7, "days"), ("2025-09-22 10:00", 14, "days"), ("2025-09-26 16:00", 3, "working_hours"),
        ("2025-09-26 10:00", 3, "days"), ("2025-09-15 10:00", 1, "months"),
    ):  # fmt: skip
        case(received, amount, unit, OUTAGE, down)


def extensions() -> None:
    for amount, more in ((7, 7), (7, 3), (14, 14), (14, 1), (6, 6), (10, 5)):
        for received in ("2026-09-15 10:00", "2024-02-01 17:59"):
            case(received, amount, "days", EXTENSION, f"extend {received[:10]} 18:30 {more} days fact_check")
    case("2025-04-28 11:00", 3, "days", EXTENSION, "extend 2025-04-28 12:00 2 days cooperation")
    case("2025-04-28 11:00", 5, "days", EXTENSION, "extend 2025-04-28 12:00 5 days force_majeure")
    case("2025-04-28 11:00", 5, "days", EXTENSION, "extend 2025-04-28 12:00 8 working_hours force_majeure")
    case("2026-01-31 11:00", 1, "months", EXTENSION, "extend 2026-02-10 12:00 1 months cooperation")
    twice = "extend 2026-03-04 10:00 7 days cooperation; extend+consent 2026-03-10 10:00 {} days fact_check"
    for more in (7, 4, 1):
        case("2026-03-03 10:00", 7, "days", CONSENT, twice.format(more))
    case("2026-03-03 10:00", 14, "days", CONSENT, twice.format(14))
    both = "extend 2026-09-16 10:00 7 days cooperation; supplement 2026-09-17 10:00>2026-09-29 10:00"
    case("2026-09-15 10:00", 7, "days", f"{EXTENSION}; {SUPPLEMENT}", both)
    case("2026-09-15 10:00", 14, "days", f"{EXTENSION}; {SUPPLEMENT}", both)


def transfers() -> None:
    """The resident's count goes on from the first receipt; that of the last office begins with its receipt."""
    for moment in (
        "2026-03-04 09:30",
        "2026-03-06 17:00",
        "2026-03-06 18:00",
        "2026-03-07 10:00",
        "2026-03-12 11:00",
    ):
        case("2026-03-03 10:00", 7, "days", TRANSFER, f"transfer {moment}")
        case("2026-03-03 10:00", 14, "days", TRANSFER, f"transfer {moment}")
    case("2025-09-30 10:00", 7, "days", TRANSFER, "transfer 2025-10-01 10:00; transfer 2025-10-10 10:00")
    case("2025-09-30 10:00", 5, "days", TRANSFER, "transfer 2025-10-02 16:20")
    case("2025-09-30 10:00", 3, "working_hours", TRANSFER, "transfer 2025-09-30 12:30")
    case("2026-01-15 10:00", 1, "months", TRANSFER, "transfer 2026-01-30 12:30")
    mixed = "supplement 2026-03-05 10:00>2026-03-09 10:00; transfer 2026-03-10 10:00"
    case("2026-03-03 10:00", 7, "days", f"{TRANSFER}; {SUPPLEMENT}", mixed)
    mixed = "transfer 2026-03-05 10:00; supplement 2026-03-06 10:00>2026-03-09 10:00"
    case("2026-03-03 10:00", 7, "days", f"{TRANSFER}; {SUPPLEMENT}", mixed)
    mixed = "extend 2026-03-04 10:00 7 days cooperation; transfer 2026-03-05 10:00"
    case("2026-03-03 10:00", 7, "days", f"{TRANSFER}; {EXTENSION}", mixed)


def declared_late() -> None:
    """A day is declared off, or worked after all, while the period runs."""
    for received, amount, unit in (
        ("2026-12-21 10:00", 7, "days"), ("2026-12-21 10:00", 14, "days"), ("2026-12-23 15:00", 2, "days"),
        ("2026-12-23 17:00", 3, "working_hours"), ("2026-12-17 10:00", 1, "weeks"),
    ):  # fmt: skip
        case(received, amount, unit, TEMPORARY, declared="+2026-12-24")
    case("2026-12-21 10:00", 7, "days", TEMPORARY, declared="-2026-12-25 +2026-12-28")


def rows() -> list[dict[str, str]]:
    ROWS.clear()
    for part in (
        public_cases, clock_times, days_of_the_week, around_holidays, calendar_periods, supplements, outages,
        extensions, transfers, declared_late,
    ):  # fmt: skip
        part()
    found = []
    for number, (received, amount, unit, events, declared, article) in enumerate(ROWS, start=1):
        office = handed(events)
        in_minutes = unit == "working_hours" or (unit == "days" and amount <= 5)
        how = "minutes walked one by one" if in_minutes else "days crossed out on a list"
        if unit in ("months", "years"):
            how = "months walked day by day, then days crossed out"
        found.append(
            {
                "id": f"G{number:03}",
                "received": received,
                "amount": str(amount),
                "unit": unit,
                "events": events,
                "declared": declared,
                "due": derive(at(received), amount, unit, events, declared),
                "office_due": derive(office, amount, unit, events, declared) if office else "",
                "article": article,
                "derived": how,
            }
        )
    return found


def main() -> None:
    path = Path(__file__).with_name("deadlines.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows())
    sys.stdout.write(f"{len(ROWS)} deadlines in {path.name}\n")


if __name__ == "__main__":
    main()
