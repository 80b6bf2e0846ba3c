"""Reading the index. Only public rows are found, and only public rows are counted.

A question that few rows answer is answered whole. One that many answer reads no more than the newest (or the
most supported) of them: the index is asked for a stretch of time that should hold enough, then for a longer
one. What is found is then read, checked word by word and ranked, so the work is the same whether the index
holds two thousand rows or two hundred thousand.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.db.models import QuerySet

from madang.commons.search import kinship
from madang.commons.search.engines import counts, engine, size
from madang.commons.search.logic import likeness, ranking, terms
from madang.commons.search.logic import wanted as ask
from madang.commons.search.logic.terms import Clause
from madang.commons.search.logic.wanted import Wanted
from madang.commons.search.models import Document
from madang.commons.search.results import Found, Hit
from madang.commons.search.snippets import snippet
from madang.commons.search.tokens import BODY_CHARACTERS, FACETS, facets, tokens
from madang.kernel import clock, ids
from madang.kernel import text as texts

Order = Literal["relevance", "newest", "support"]

READ = 1_000  # rows that are read when more answer
WHOLE = 2 * READ  # up to this many answers all of them are read
MOST = 200  # results of a relaxed search
TOKENS = 12  # rarest tokens that a relaxed search looks up
ROWS = 6_000  # documents that these tokens may have together, about
ENOUGH = 0.4  # share of the typed words' weight that a relaxed hit must have
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2900, 12, 31)  # beyond them no calendar arithmetic holds
FACETED = tuple(name for name in FACETS if name != "language")


@dataclass(frozen=True)
class _Asked:
    """A question as it was put: the filters as tokens, the time, the order."""

    filters: tuple[Wanted, ...]
    since: datetime | None
    until: datetime | None
    order: Order

    def wanted(self, clauses: Sequence[Clause] = ()) -> Wanted | None:
        """What the index is asked for; None for everything."""
        parts = [*map(ranking.question, clauses), *self.filters]
        if self.since is not None or self.until is not None:
            first = clock.seoul(self.since).date() if self.since else FIRST_DAY
            last = clock.seoul(self.until - timedelta(microseconds=1)).date() if self.until else LAST_DAY
            first, last = max(first, _oldest()), min(last, _newest())
            parts.append(ask.stretch(first, last))
        return ask.every(parts) if parts else None

    def sorted(self, rows: QuerySet[Document]) -> QuerySet[Document]:
        if self.order == "support":
            return rows.order_by("-support", "-happened_at", "-pk")
        return rows.order_by("-happened_at", "-pk")

    def holds(self, row: Document) -> bool:
        """What tokens say only to the day is asked of the row itself."""
        return (
            row.is_public
            and (self.since is None or row.happened_at >= self.since)
            and (self.until is None or row.happened_at < self.until)
        )


def _oldest() -> date:
    moment = _public().order_by("happened_at").values_list("happened_at", flat=True).first()
    return clock.seoul(moment).date() if moment else FIRST_DAY


def _newest() -> date:
    moment = _public().order_by("-happened_at").values_list("happened_at", flat=True).first()
    return clock.seoul(moment).date() if moment else FIRST_DAY


def _public() -> QuerySet[Document]:
    return Document.objects.filter(is_public=True)


def _moment(day: date | datetime | None, *, end: bool = False) -> datetime | None:
    """A moment as it is; a day as its first moment in Seoul, or the first moment after it."""
    if day is None or isinstance(day, datetime):
        return day
    day = min(max(day, FIRST_DAY), LAST_DAY)
    return datetime.combine(day + timedelta(days=end), time.min, clock.SEOUL)


def find(
    text: str,
    *,
    kinds: Collection[str] = (),
    states: Collection[str] = (),
    category: str = "",
    office: str = "",
    value: str = "",
    districts: Collection[str] = (),
    since: date | datetime | None = None,
    until: date | datetime | None = None,
    language: str = "",
    limit: int = 20,
    offset: int = 0,
    order: Order = "relevance",
    related: bool = True,
) -> Found:
    """Public things with all the words of `text`; if there are none, with some of them (`relaxed`).

    Words in "quotes" must follow each other. A particle at the end of a Korean word may be missing in the
    result. A public number, however it was typed, comes first. Without words: everything, newest first.

    Args:
        since, until: days (Seoul, both included) or moments (from, before) of `happened_at`.
        districts: administrative district codes; one of them.
        limit, offset: the page; `total` counts all pages.
        order: `relevance` (words in titles count more), `newest` or `support` (the most supported first).
        related: also look for words of similar meaning (see `Found.also`).
    """
    limit, offset = max(0, min(limit, 200)), max(0, offset)
    picked = {
        "kind": tuple(kinds), "state": tuple(states), "category": (category,), "office": (office,),
        "value": (value,), "district": tuple(districts), "language": (language,),
    }  # fmt: skip
    filters = tuple(
        ask.chosen(name, [texts.clean_line(one) for one in values])
        for name, values in picked.items()
        if any(values)
    )
    asked = _Asked(filters, _moment(since), _moment(until, end=True), order)
    clauses = terms.parse(
        text, words=texts.words, tokens=tokens, kin=kinship.kin if related else lambda word: ()
    )
    if not clauses and text.strip():  # something was typed, but no word: nothing has it
        return Found()
    rows, more = _read(asked, clauses)
    scores, also = _scored(rows, clauses)
    number = ids.read_number(text)
    first = list(_public().filter(number=number).order_by("pk")[:10]) if number else []
    exact = _matching(first, asked, picked)
    rows = exact + [row for row in rows if row.pk in scores and row not in exact]
    marks = terms.marks(text, words=texts.words) if clauses else []
    if not rows and clauses:
        return _relaxed(text, asked, marks, limit=limit, offset=offset)
    if order == "relevance" and clauses:
        best = {row.pk: (row not in exact, -scores.get(row.pk, 0.0)) for row in rows}
        rows.sort(key=lambda row: (*best[row.pk], -row.happened_at.timestamp(), -row.pk))
    return Found(
        [_hit(row, [*marks, *also], scores.get(row.pk, 0.0)) for row in rows[offset : offset + limit]],
        len(rows),
        more=more,
        facets=_facets(rows),
        also=tuple(also),
        companions=tuple(kinship.companions(texts.words(text))) if related and clauses else (),
    )


def _matching(rows: list[Document], asked: _Asked, picked: dict[str, tuple[str, ...]]) -> list[Document]:
    """The rows that pass the filters; for the few that were found by their number."""
    return [
        row
        for row in rows
        if asked.holds(row)
        and all(not any(picked[name]) or value in picked[name] for name, value in facets(row).items())
    ]


def _read(asked: _Asked, clauses: Sequence[Clause]) -> tuple[list[Document], bool]:
    """The rows that may answer, in the order asked for, and whether there are more."""
    wanted = asked.wanted(clauses)
    if wanted is None:
        rows = list(asked.sorted(_public())[: READ + 1])
        return rows[:READ], len(rows) > READ
    documents = size()
    likely = ask.at_most(wanted, counts(ask.named(wanted)), documents)
    index = engine()
    if likely <= WHOLE:
        keys = index.keys(wanted, WHOLE + 1)
        if len(keys) <= WHOLE:
            return _rows(asked, keys), False
    for slice_ in _slices(asked.order, max(likely, READ), documents):
        keys = index.keys(ask.every([wanted, slice_]), WHOLE + 1)
        if READ <= len(keys) <= WHOLE:
            return _rows(asked, keys), True
        if len(keys) > WHOLE:  # more than the counts promised: all of this slice, then the first of it
            keys = index.keys(ask.every([wanted, slice_]), documents)
            return _rows(asked, keys, most=READ), True
    keys = index.keys(wanted, documents)
    return _rows(asked, keys, most=WHOLE), len(keys) > WHOLE


def _slices(order: Order, likely: int, documents: int) -> Iterator[Wanted]:
    """Longer and longer stretches from the top of the order; the first should hold enough answers."""
    enough = math.ceil(1.4 * READ * documents / likely)
    while enough < documents:
        if order == "support":
            least = _public().order_by("-support").values_list("support", flat=True)[enough : enough + 1]
            lowest = ask.band(least[0]) if least else 0
            if lowest == 0:
                return
            yield ask.one_of(ask.band_token(number) for number in range(lowest, ask.BANDS + 1))
        else:
            moments = _public().order_by("-happened_at", "-pk").values_list("happened_at", flat=True)
            reached = list(moments[enough : enough + 1])
            if not reached:
                return
            yield ask.stretch(clock.seoul(reached[0]).date(), _newest())
        enough *= 6


def _rows(asked: _Asked, keys: list[int], *, most: int | None = None) -> list[Document]:
    found = asked.sorted(Document.objects.filter(pk__in=keys))
    return [row for row in (found[:most] if most else found) if asked.holds(row)]


def _scored(rows: list[Document], clauses: Sequence[Clause]) -> tuple[dict[int, float], list[str]]:
    """The rows that really have every word, each with its score, and the words of similar meaning that helped."""
    if not clauses:
        return {row.pk: 0.0 for row in rows}, []
    documents = size()
    found = counts(token for clause in clauses for token in ask.named(ranking.question(clause)))
    weights = {
        clause: likeness.weight(ask.at_most(ranking.question(clause), found, documents), documents)
        for clause in clauses
    }
    words = ranking.words(clauses, weights)
    scores: dict[int, float] = {}
    also: dict[str, None] = {}
    for row in rows:
        looked = ranking.Text(row.title, row.body[:BODY_CHARACTERS])
        total = 0.0
        helped = []
        for word in words:
            value, by = word.score(looked)
            if not value:
                break
            total += value
            if by:
                helped.append(by)
        else:
            scores[row.pk] = total
            also.update(dict.fromkeys(helped))
    return scores, list(also)


def _facets(rows: list[Document]) -> dict[str, dict[str, int]]:
    """How many of the rows have each value of each property, the most frequent first."""
    counted: dict[str, Counter[str]] = {name: Counter() for name in FACETED}
    for row in rows:
        for name, value in facets(row).items():
            if value and name in counted:
                counted[name][value] += 1
    return {
        name: dict(sorted(values.items(), key=lambda item: (-item[1], item[0])))
        for name, values in counted.items()
    }


def _relaxed(typed: str, asked: _Asked, marks: list[str], *, limit: int, offset: int) -> Found:
    """The at most 200 things that have most of the words' weight, those with words in the title first."""
    words = [terms.without_particle(word) for word in texts.words(typed[: terms.MAX_TYPED])]
    typed_tokens = Counter(token for word in words for token in tokens(word))
    weights, scores = candidates(typed_tokens, asked.wanted(), most=TOKENS, rows=ROWS)
    scores = {key: share for key, share in scores.items() if share >= ENOUGH}
    best = sorted(scores, key=lambda key: (-scores[key], -key))[:MOST]
    found = {row.pk: row for row in _rows(asked, best)}
    for key, row in found.items():
        scores[key] += likeness.share(typed_tokens, Counter(tokens(row.title)), weights)
    rows = list(found.values())  # newest or most supported first already
    if asked.order == "relevance":
        rows.sort(key=lambda row: (-scores[row.pk], -row.happened_at.timestamp(), -row.pk))
    page = rows[offset : offset + limit]
    return Found(
        [_hit(row, marks, scores[row.pk]) for row in page], len(rows), relaxed=True, facets=_facets(rows)
    )


def candidates(
    here: Counter[str], within: Wanted | None, *, most: int, rows: int
) -> tuple[dict[str, float], dict[int, float]]:
    """The weight of each token, and the keys that have one of the rarest, with their share of those' weight."""
    found = counts(here)
    documents = size()
    weights = {token: likeness.weight(count, documents) for token, count in found.items()}
    chosen = likeness.selective(found, most=most, rows=rows)
    parts = [within] if within is not None else []
    asked = [(token, ask.every([ask.Has(token), *parts])) for token in chosen]
    total = sum(weights[token] for token in chosen)
    shares: dict[int, float] = {}
    for token, keys in engine().postings(asked, rows).items():
        share = weights[token] / total
        for key in keys:
            shares[key] = shares.get(key, 0.0) + share
    return weights, shares


def _hit(row: Document, marks: list[str], score: float) -> Hit:
    return Hit(
        reference=row.reference,
        kind=row.kind,
        title=row.title,
        snippet_html=snippet(row.body, marks),
        happened_at=row.happened_at,
        score=score,
        support=row.support,
        district=row.district,
    )
