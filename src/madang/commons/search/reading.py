"""Which rows may answer a question, read as little as it takes.

A question that few rows answer is answered whole. Of one that many answer the newest (or the most supported)
are read: the index stands in the order of days and is read from its end. So the work is the same whether the
index holds two thousand rows or two hundred thousand.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from django.db.models import F, QuerySet, Value

from madang.commons.search.engines import WHOLE as EVER
from madang.commons.search.engines import Counts, Span, engine
from madang.commons.search.logic import ranking
from madang.commons.search.logic import wanted as ask
from madang.commons.search.logic.terms import Clause
from madang.commons.search.logic.wanted import Wanted
from madang.commons.search.models import Document
from madang.kernel import clock

Order = Literal["relevance", "newest", "support"]

WHOLE = 1_000  # up to this many answers all of them are read, and counted exactly
READ = 500  # rows that are read when more answer
FEW = 300  # a token in no more rows than this is asked for alone: what it brings is read anyway
SUPPORTED = 4_000  # rows whose support is looked at for the most supported
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2900, 12, 31)  # beyond them no calendar arithmetic holds


class Row(NamedTuple):
    """What of a document is needed to judge and count it; `office` is the code."""

    pk: int
    kind: str
    state: str
    office: str
    category: str
    value: str
    district: str
    title: str
    body: str


@dataclass(frozen=True)
class Asked:
    """A question's filters (values of properties, of which one must hold), its time and its order."""

    filters: Mapping[str, Collection[str]]
    since: datetime | None
    until: datetime | None
    order: Order

    def parts(self) -> list[Wanted]:
        return [ask.chosen(name, values) for name, values in self.filters.items()]

    def within(self) -> Wanted | None:
        """The filters as the index takes them; None when there are none."""
        parts = self.parts()
        return ask.every(parts) if parts else None

    def span(self) -> Span:
        """The places of the days asked for."""
        first = clock.seoul(self.since).date() if self.since else FIRST_DAY
        last = clock.seoul(self.until - timedelta(microseconds=1)).date() if self.until else LAST_DAY
        return ask.span(first, last) if self.since or self.until else EVER

    def holding(self) -> QuerySet[Document]:
        """Public rows that pass the filters, in the order asked for."""
        rows = Document.objects.filter(is_public=True)
        for name, values in self.filters.items():
            rows = rows.filter(**{f"{'office_code' if name == 'office' else name}__in": list(values)})
        if self.since is not None:
            rows = rows.filter(happened_at__gte=self.since)
        if self.until is not None:
            rows = rows.filter(happened_at__lt=self.until)
        by_support = ["-support"] if self.order == "support" else []
        return rows.order_by(*by_support, "-happened_at", "-pk")


def _as_rows(found: QuerySet[Document], *, bodies: bool) -> list[Row]:
    body = F("body") if bodies else Value("")
    columns = ("pk", "kind", "state", "office_code", "category", "value", "district", "title")
    return [Row(*values) for values in found.values_list(*columns, body)]


def rows(asked: Asked, keys: Sequence[int], *, bodies: bool) -> list[Row]:
    """The rows with these keys that pass the filters, in the order asked for; without their bodies if not needed."""
    return _as_rows(asked.holding().filter(pk__among=keys), bodies=bodies)


def numbered(asked: Asked, number: str) -> list[Row]:
    """The rows with a public number that pass the filters."""
    return _as_rows(asked.holding().filter(number=number).order_by("pk")[:10], bodies=False)


def read(asked: Asked, clauses: Sequence[Clause], counts: Counts) -> tuple[list[Row], bool]:
    """The rows that may answer, in the order asked for, and whether there are more."""
    if not clauses and not asked.filters:
        found = _as_rows(asked.holding()[: WHOLE + 1], bodies=False)
        return found[:WHOLE], len(found) > WHOLE
    wanted, likely = _question(asked, clauses, counts)
    places = engine(counts).newest(wanted, WHOLE + 1, likely=likely, within=asked.span())
    more = len(places) > WHOLE
    if more and asked.order == "support":
        keys = _supported(asked, wanted, likely, counts)
    else:
        keys = [ask.key_of(place) for place in (places[:READ] if more else places)]
    return rows(asked, keys, bodies=bool(clauses)), more


def _question(asked: Asked, clauses: Sequence[Clause], counts: Counts) -> tuple[Wanted, int]:
    """What the index is asked for, and about how many rows have it at most.

    Every row that is read is checked against the words and the filters, so a rare token is enough to ask for.
    """
    parts = [part for clause in clauses for part in ask.conjuncts(ranking.question(clause))] + asked.parts()
    found = counts.of(ask.named(ask.every(parts)))
    documents = counts.documents
    likely = {part: ask.at_most(part, found, documents) for part in parts}
    rarest = min(parts, key=lambda part: likely[part])
    if likely[rarest] <= FEW:
        return rarest, likely[rarest]
    return ask.every(sorted(likely, key=lambda part: likely[part])), likely[rarest]


def _supported(asked: Asked, wanted: Wanted, likely: int, counts: Counts) -> list[int]:
    """Keys of the most supported of many rows: as many powers of two of support, from the top, as hold enough."""
    bands = [ask.band_token(number) for number in range(ask.BANDS + 1)]
    found, documents = counts.of(bands), counts.documents
    lowest, held = ask.BANDS, 0.0
    places: list[int] = []
    while lowest > 0 and len(places) < READ:
        lowest -= 1
        held += found[bands[lowest]] * likely / documents
        if held >= READ or lowest == 0:
            among = ask.every([wanted, ask.one_of(bands[lowest:])])
            places = engine(counts).newest(among, SUPPORTED, likely=math.ceil(held), within=asked.span())
    best = asked.holding().filter(pk__among=[ask.key_of(place) for place in places])
    return list(best.values_list("pk", flat=True)[:READ])
