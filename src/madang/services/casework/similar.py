"""Cases like the one that somebody is about to file: near her, in much the same words, or answered already.

Only public cases are ever looked at, so nothing private can come out. The number of queries does not grow with what is found.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from madang.commons.matters import api as matters
from madang.commons.matters.enums import ENDED
from madang.commons.matters.models import Answer
from madang.commons.search import api as search
from madang.services.casework import queries
from madang.services.casework.logic import nearness
from madang.services.casework.models import Case, Category

SHOWN = 4
NEAREST = 60  # public cases around a point that are compared
REACHES = (150.0, nearness.REACH)  # metres: looked at further away only where too few are near
READ = 2_000  # points read of one square
WORDED = 30  # cases in like words that are compared
REFERENCE = "matter:"
KINDS = (matters.Kind.QUESTION.value, matters.Kind.COMPLAINT.value)
GONE = (matters.State.WITHDRAWN, matters.State.MERGED)


@dataclass(frozen=True, slots=True)
class Alike:
    """A public case that seems to be about the same. `metres` is None where one of them has no point; `answer`: what an
    office replied, where it has."""

    case: Case
    score: float
    metres: float | None
    answer: str = ""

    @property
    def is_open(self) -> bool:
        return self.case.matter.state not in ENDED


def _nearest(base: QuerySet[Case], point: tuple[float, float]) -> list[int]:
    """Those of `base` that are nearest to a point.

    By the points alone and in no order: asked for the newest of them, a database walks all public cases by day instead.
    """
    away: list[tuple[float, int]] = []
    for reach in REACHES:
        south, west, north, east = nearness.box(point, reach)
        rows = base.filter(lat__range=(south, north), long__range=(west, east)).order_by()
        points = rows.values_list("pk", "lat", "long")[:READ]
        away = sorted(
            (nearness.metres(point, (lat, long)), pk)
            for pk, lat, long in points
            if lat is not None and long is not None
        )
        if len(away) >= NEAREST:
            break
    return [pk for _metres, pk in away[:NEAREST]]


def similar(
    title: str,
    body: str = "",
    *,
    point: tuple[float, float] | None = None,
    district: str = "",
    category: Category | None = None,
    limit: int = SHOWN,
) -> list[Alike]:
    """Public cases much like this, best first; empty where nothing is close."""
    worded = {
        one.reference.removeprefix(REFERENCE): one.score
        for one in search.similar(title, body, kinds=KINDS, limit=WORDED)
    }
    base = queries.public().exclude(matter__state__in=GONE)
    found = {case.pk: case for case in base.filter(matter__number__in=list(worded))}
    if point is not None:
        found |= {case.pk: case for case in base.filter(pk__in=_nearest(base, point))}
    here = Counter(search.tokens(f"{title}\n{body}"))
    scored = []
    for case in found.values():
        text = worded.get(case.matter.number or "")
        if text is None:
            text = search.dice(here, Counter(search.tokens(f"{case.matter.title}\n{case.matter.body}")), {})
        away = nearness.metres(point, case.point) if point is not None and case.point is not None else None
        value = nearness.score(
            text,
            away,
            same_district=bool(district) and district == case.district,
            same_category=category is not None and category.pk == case.category_id,
        )
        if value >= nearness.LEAST:
            scored.append((round(value, 4), case.pk, away))
    best = sorted(scored, key=lambda one: (-one[0], -one[1]))[: max(0, limit)]
    answers = {
        row.matter_id: row.reason
        for row in Answer.objects.filter(
            matter__in=[pk for _value, pk, _away in best], state=Answer.State.PUBLISHED
        ).order_by("version")
    }
    return [Alike(found[pk], value, away, answers.get(pk, "")) for value, pk, away in best]
