"""The public figures of a complaint center, counted by the worker and kept: a page reads one row and counts nothing.

Every figure is of cases, not of their parts, of the last year or as they stand now. Small cells are taken out before
anything is kept (`logic.tables`). Each function here counts one sheet; rows and columns are codes and names in both
languages, and words are added where it is shown (`web.figures`).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Avg,
    CharField,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models import Case as When
from django.db.models import When as Is

from madang.commons.matters.enums import OWED, TransferReason
from madang.commons.matters.models import Answer, Assignment, Clock
from madang.kernel import clock, places
from madang.kernel.models import Organisation
from madang.services.casework.enums import CaseType
from madang.services.casework.logic import tables
from madang.services.casework.models import Case, Center, Rating, Sheet

YEAR = timedelta(days=365)
DAY = timedelta(days=1)
BANDS = (("d7", 7), ("d14", 14), ("d30", 30), ("d60", 60), ("more", None))
"""Ages of open cases in days since filing: up to and including."""
PAIRS = 30  # ways between offices that are listed

Body = dict[str, Any]
Name = dict[str, str]


def count_all() -> int:
    """For a job: every figure of every open center."""
    return sum(count(center) for center in Center.objects.filter(is_open=True))


def count(center: Center) -> int:
    """Count every figure of a center anew."""
    now = clock.now()
    for code, sheet in SHEETS.items():
        began = time.perf_counter()
        body = sheet(center, now)
        Sheet.objects.update_or_create(
            center=center,
            code=code,
            defaults={
                "body": body,
                "counted_at": now,
                "seconds": round(time.perf_counter() - began, 3),
            },
        )
    return len(SHEETS)


def _offices(keys: Sequence[int]) -> dict[int, Name]:
    rows = Organisation.objects.filter(pk__in=set(keys))
    return {one.pk: {"code": one.code, "ko": one.name_ko, "en": one.name_en} for one in rows}


def _aged(name: str, now: datetime) -> When:
    """The band of an age as an expression."""
    last = BANDS[-1][0]
    whens = [Is(**{f"{name}__gte": now - days * DAY}, then=Value(code)) for code, days in BANDS if days]
    return When(*whens, default=Value(last), output_field=CharField())


def ageing(center: Center, now: datetime) -> Body:
    """Open cases by responsible office and age, and how many of each office are late."""
    rows = (
        Case.objects.filter(center=center, matter__state__in=OWED)
        .annotate(band=_aged("matter__filed_at", now))
        .order_by()
        .values_list("matter__responsible", "band")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(matter__due_at__lt=now)))
    )
    cells: Counter[tuple[str, str]] = Counter()
    late: Counter[str] = Counter()
    held = list(rows)
    names = _offices([row[0] for row in held])
    for office, band, n, overdue in held:
        code = names[office]["code"]
        cells[code, band] += n
        late[code] += overdue
    by_code = {name["code"]: name for name in names.values()}
    order = sorted(by_code, key=lambda code: (-sum(cells[code, band] for band, _days in BANDS), code))
    found = tables.counted(cells, order, [band for band, _days in BANDS])
    behind = tables.shares(
        [(late[row], sum(cells[row, band] for band, _days in BANDS)) for row in found.rows]
    )
    lines = [
        {"name": by_code[row], "cells": values, "sum": total, "late": told}
        for row, values, total, told in zip(found.rows, found.cells, found.sums, behind, strict=True)
    ]
    everything = sum(cells.values())
    return {
        "columns": found.columns,
        "rows": lines,
        "total": everything if everything == 0 or everything >= tables.LEAST else None,
        "late": tables.share(sum(late.values()), everything),
    }


def _grouped(center: Center, now: datetime, field: str) -> dict[str, dict[str, Any]]:
    """Answered in the last year, by a field of the case or matter: in time, late, and the mean of days."""
    second = ExpressionWrapper(OuterRef("stopped_at") + timedelta(seconds=1), output_field=DateTimeField())
    published = Answer.objects.filter(
        matter=OuterRef("matter"),
        state=Answer.State.PUBLISHED,
        published_at__gte=OuterRef("stopped_at"),
        published_at__lt=second,
    )
    rows = (
        Clock.objects.filter(Exists(published), matter__case__center=center, stopped_at__gt=now - YEAR)
        .order_by()
        .values(group=F(f"matter__{field}"))
        .annotate(
            on_time=Count("pk", filter=Q(stopped_at__lte=F("due_at"))),
            of=Count("pk"),
            took=Avg(F("stopped_at") - F("started_at")),
        )
    )
    found = {str(row["group"]): dict(row) for row in rows}
    owed = (
        Case.objects.filter(center=center, matter__state__in=OWED, matter__due_at__lt=now)
        .order_by()
        .values_list(field.removeprefix("case__") if field.startswith("case__") else f"matter__{field}")
        .annotate(n=Count("pk"))
    )
    for group, overdue in owed:
        known = found.setdefault(str(group), {"on_time": 0, "of": 0, "took": None})
        known["overdue"] = overdue
    return found


def _timed(named: Sequence[tuple[Name, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Answers that are still missing though their date has passed count as late: leaving them out would reward silence."""
    told = tables.shares([(row["on_time"], row["of"] + row.get("overdue", 0)) for _name, row in named])
    return [
        {
            "name": name,
            "share": one,
            "days": round(row["took"] / DAY, 1)
            if row["took"] is not None and one["count"] is not None
            else None,
        }
        for (name, row), one in zip(named, told, strict=True)
    ]


def _whole(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    of = sum(row["of"] for row in rows)
    took = sum((row["took"] / DAY * row["of"] for row in rows if row["took"] is not None), 0.0)
    return {
        "on_time": sum(row["on_time"] for row in rows),
        "of": of,
        "overdue": sum(row.get("overdue", 0) for row in rows),
        "took": took / of * DAY if of else None,
    }


def on_time(center: Center, now: datetime) -> Body:
    """Answers in time, of those given or due in the last year, by type."""
    found = _grouped(center, now, "case__type")
    rows = [({"code": code}, found[code]) for code in CaseType.values if code in found]
    return {"rows": _timed(rows), "whole": _timed([({"code": ""}, _whole(list(found.values())))])[0]}


def on_time_offices(center: Center, now: datetime) -> Body:
    """The same by the office that is responsible."""
    found = _grouped(center, now, "responsible_id")
    names = _offices([int(key) for key in found])
    order = sorted(found, key=lambda key: (-found[key]["of"], names[int(key)]["code"]))
    return {
        "rows": _timed([(names[int(key)], found[key]) for key in order]),
        "whole": _timed([({"code": ""}, _whole(list(found.values())))])[0],
    }


def transfers(center: Center, now: datetime) -> Body:
    """Cases passed from office to office in the last year: how often, how long the first had them, and how often and after
    how long they came back to it."""
    rows = (
        Assignment.objects.filter(
            matter__case__center=center, matter__transfers__gte=1, matter__filed_at__gt=now - YEAR
        )
        # Where an office ended nobody passed anything on.
        .exclude(reason_code=TransferReason.REORGANISED, by__isnull=True)
        .order_by("matter_id", "started_at", "pk")
        .values_list("matter_id", "organisation_id", "started_at")
    )
    times: dict[tuple[int, int], list[float]] = {}
    back: dict[tuple[int, int], list[float]] = {}
    passed: set[int] = set()
    matter: int | None = None
    before: list[tuple[int, datetime]] = []
    left: dict[int, tuple[datetime, int]] = {}
    for pk, office, at in rows.iterator(chunk_size=10_000):
        if pk != matter:
            matter, before, left = pk, [], {}
        if before and before[-1][0] != office:
            giver, since = before[-1]
            times.setdefault((giver, office), []).append((at - since) / DAY)
            passed.add(pk)
            left[giver] = (at, office)
            if office in left:  # it was here before: from when it left to now, by the office it went to
                when, via = left.pop(office)
                back.setdefault((office, via), []).append((at - when) / DAY)
        before.append((office, at))
    names = _offices([key for pair in times for key in pair])
    filed = Case.objects.filter(center=center, matter__filed_at__gt=now - YEAR).count()
    lines: list[dict[str, Any]] = []
    rest = [0, 0]
    for pair in sorted(
        times, key=lambda pair: (-len(times[pair]), names[pair[0]]["code"], names[pair[1]]["code"])
    ):
        if len(times[pair]) < tables.LEAST or len(lines) == PAIRS:
            rest[0] += len(times[pair])
            rest[1] += 1
            continue
        returned = back.get(pair, [])
        shown = len(returned) == 0 or len(returned) >= tables.LEAST
        lines.append(
            {
                "from": names[pair[0]],
                "to": names[pair[1]],
                "times": len(times[pair]),
                "days": _median(times[pair]),
                "back": len(returned) if shown else None,
                "away": _median(returned) if returned and shown else None,
            }
        )
    every = [days for some in back.values() for days in some]
    return {
        "rows": lines,
        "rest": rest[0] if rest[0] == 0 or rest[0] >= tables.LEAST else None,
        "rest_pairs": rest[1],
        "passed": tables.share(len(passed), filed),
        "back": len(every) if not every or len(every) >= tables.LEAST else None,
        "away": _median(every) if len(every) >= tables.LEAST else None,
    }


def _median(values: Sequence[float]) -> float:
    order = sorted(values)
    middle = len(order) // 2
    return round((order[middle] + order[~middle]) / 2, 1)


def _by_type(rows: Iterable[tuple[str, int, int]]) -> Body:
    """Shares by type and of all, from rows of type, of how many, and how many."""
    found = {code: (n, of) for code, of, n in rows}
    order = [code for code in CaseType.values if code in found]
    told = tables.shares([found[code] for code in order])
    lines = [{"name": {"code": code}, "share": one} for code, one in zip(order, told, strict=True)]
    whole = tables.share(sum(n for n, _of in found.values()), sum(of for _n, of in found.values()))
    return {"rows": lines, "whole": {"name": {"code": ""}, "share": whole}}


def reopened(center: Center, now: datetime) -> Body:
    """Of the cases that were answered in the last year, those whose author said that it is not settled."""
    answers = Answer.objects.filter(matter=OuterRef("pk"), state=Answer.State.PUBLISHED)
    first = answers.order_by().values("matter").annotate(first=Min("published_at")).values("first")
    rows = (
        Case.objects.filter(center=center)
        .annotate(first=Subquery(first))
        .filter(first__gt=now - YEAR)
        .annotate(again=Exists(answers.filter(version__gt=1)))
        .order_by()
        .values_list("type")
        .annotate(of=Count("pk"), n=Count("pk", filter=Q(again=True) | Q(matter__state__in=OWED)))
    )
    return _by_type(rows)


def satisfaction(center: Center, now: datetime) -> Body:
    """What authors said of answers in the last year: good (4) or very good (5), of those who said anything."""
    rows = (
        Rating.objects.filter(case__center=center, at__gt=now - YEAR)
        .order_by()
        .values_list("case__type")
        .annotate(of=Count("pk"), n=Count("pk", filter=Q(score__gte=4)))
    )
    return _by_type(rows)


def topics(center: Center, now: datetime) -> Body:
    """Cases of the last seven days by category, beside the mean week of the eight before."""
    week = timedelta(days=7)
    rows = (
        Case.objects.filter(center=center, matter__filed_at__gt=now - 9 * week)
        .order_by()
        .values_list("category__code", "category__name_ko", "category__name_en")
        .annotate(
            now=Count("pk", filter=Q(matter__filed_at__gt=now - week)),
            before=Count("pk", filter=Q(matter__filed_at__lte=now - week)),
        )
    )
    lines = [
        {
            "name": {"code": code or "", "ko": ko or "", "en": en or ""},
            "now": new if new == 0 or new >= tables.LEAST else None,
            "before": round(before / 8, 1) if before == 0 or before >= tables.LEAST else None,
        }
        for code, ko, en, new, before in rows
    ]
    return {"rows": sorted(lines, key=lambda row: (-(row["now"] or 0), row["name"]["code"]))}


def hazards(center: Center, now: datetime) -> Body:
    """Open public hazards by district and age: what everyone can read case by case is counted whole."""
    rows = (
        Case.objects.filter(
            center=center, type=CaseType.HAZARD, matter__state__in=OWED, matter__disclosure="public"
        )
        .annotate(band=_aged("matter__filed_at", now))
        .order_by()
        .values_list("district", "band")
        .annotate(n=Count("pk"))
    )
    cells: dict[str, Counter[str]] = {}
    for district, band, n in rows:
        cells.setdefault(district, Counter())[band] += n
    lines = []
    for district, bands in sorted(cells.items(), key=lambda one: (-sum(one[1].values()), one[0])):
        place = places.district(district)
        lines.append(
            {
                "name": {
                    "code": district,
                    "ko": place.name_ko if place else "",
                    "en": place.name_en if place else "",
                },
                "at": [place.latitude, place.longitude] if place else None,
                "cells": [bands[band] for band, _days in BANDS],
                "sum": sum(bands.values()),
            }
        )
    return {"columns": [band for band, _days in BANDS], "rows": lines}


SHEETS: dict[str, Callable[[Center, datetime], Body]] = {
    "ageing": ageing,
    "ontime": on_time,
    "offices": on_time_offices,
    "transfers": transfers,
    "reopened": reopened,
    "satisfaction": satisfaction,
    "topics": topics,
    "hazards": hazards,
}
