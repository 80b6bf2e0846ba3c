"""Finding: words and filters in, one page of ranked results out. Only public rows are found and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from operator import attrgetter

from madang.commons.search import kinship, reading
from madang.commons.search.engines import Counts, engine
from madang.commons.search.logic import likeness, ranking, terms
from madang.commons.search.logic import wanted as ask
from madang.commons.search.logic.terms import Clause
from madang.commons.search.logic.wanted import Wanted
from madang.commons.search.models import Document
from madang.commons.search.reading import FIRST_DAY, LAST_DAY, Order
from madang.commons.search.results import Entry, Found, Hit
from madang.commons.search.snippets import snippet
from madang.commons.search.tokens import BODY_CHARACTERS, FACETS, tokens
from madang.kernel import clock, ids
from madang.kernel import text as texts

FACETED = tuple(name for name in FACETS if name != "language")
MOST = 200  # results of a relaxed search
TOKENS = 12  # rarest tokens that a relaxed search looks up
ROWS = 3_000  # documents that these tokens may have together, about
ENOUGH = 0.4  # share of the typed words' weight that a relaxed hit must have


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
    filters = {
        name: tuple(texts.clean_line(one) for one in values) for name, values in picked.items() if any(values)
    }
    asked = reading.Asked(filters, _moment(since), _moment(until, end=True), order)
    clauses = terms.parse(
        text, words=texts.words, tokens=tokens, kin=kinship.kin if related else lambda word: ()
    )
    if not clauses and text.strip():  # something was typed, but no word: nothing has it
        return Found()
    counts = Counts()
    rows, more = reading.read(asked, clauses, counts)
    scores, also = _scored(rows, clauses, counts)
    number = ids.read_number(text)
    exact = reading.numbered(asked, number) if number else []
    known = {row.pk for row in exact}
    rows = [row for row in rows if row.pk in scores and row.pk not in known]
    marks = terms.marks(text, words=texts.words) if clauses else []
    if not rows and not exact and clauses:
        return _relaxed(text, asked, marks, limit=limit, offset=offset)
    if order == "relevance" and clauses:
        rows.sort(key=lambda row: -scores[row.pk])  # of two that are as good the newer stays first
    rows = exact + rows
    page = [row.pk for row in rows[offset : offset + limit]]
    return Found(
        _hits(page, [*marks, *also], scores),
        len(rows),
        more=more,
        facets=_facets(rows),
        also=tuple(also),
        companions=tuple(kinship.companions(texts.words(text))) if related and clauses else (),
    )


def entry_of(reference: str) -> Entry | None:
    """What the index holds of a thing, public or not; None when it holds nothing."""
    row = Document.objects.filter(reference=reference).first()
    if row is None:
        return None
    return Entry(
        reference=row.reference,
        kind=row.kind,
        title=row.title,
        body=row.body,
        language=row.language,
        state=row.state,
        office=row.office_code,
        category=row.category,
        value=row.value,
        district=row.district,
        support=row.support,
        happened_at=row.happened_at,
        is_public=row.is_public,
    )


def _scored(
    rows: list[reading.Row], clauses: Sequence[Clause], counts: Counts
) -> tuple[dict[int, float], list[str]]:
    """The rows that really have every word, each with its score, and the words of similar meaning that helped."""
    if not clauses:
        return {row.pk: 0.0 for row in rows}, []
    questions = {clause: ranking.question(clause) for clause in clauses}
    found = counts.of(token for question in questions.values() for token in ask.named(question))
    documents = counts.documents
    weights = {
        clause: likeness.weight(ask.at_most(question, found, documents), documents)
        for clause, question in questions.items()
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


def _facets(rows: list[reading.Row]) -> dict[str, dict[str, int]]:
    """How many of the rows have each value of each property, the most frequent first."""
    counted = {name: Counter(map(attrgetter(name), rows)) for name in FACETED}
    return {
        name: dict(
            sorted(
                ((value, count) for value, count in values.items() if value),
                key=lambda item: (-item[1], item[0]),
            )
        )
        for name, values in counted.items()
    }


def _relaxed(typed: str, asked: reading.Asked, marks: list[str], *, limit: int, offset: int) -> Found:
    """The at most 200 things that have most of the words' weight, those with words in the title first."""
    words = [terms.without_particle(word) for word in texts.words(typed[: terms.MAX_TYPED])]
    typed_tokens = Counter(token for word in words for token in tokens(word))
    weights, shares = candidates(typed_tokens, asked.within(), most=TOKENS, rows=ROWS)
    scores = {ask.key_of(place): share for place, share in shares.items() if share >= ENOUGH}
    best = sorted(scores, key=lambda key: (-scores[key], -key))[:MOST]
    rows = reading.rows(asked, best, bodies=False)  # newest or most supported first already
    for row in rows:
        scores[row.pk] += likeness.share(typed_tokens, Counter(tokens(row.title)), weights)
    if asked.order == "relevance":
        rows.sort(key=lambda row: -scores[row.pk])
    page = [row.pk for row in rows[offset : offset + limit]]
    return Found(_hits(page, marks, scores), len(rows), relaxed=True, facets=_facets(rows))


def candidates(
    here: Counter[str], within: Wanted | None, *, most: int, rows: int
) -> tuple[dict[str, float], dict[int, float]]:
    """The weight of each token, and the places that have one of the rarest, with their share of those' weight."""
    counts = Counts()
    found, documents = counts.of(here), counts.documents
    weights = {token: likeness.weight(count, documents) for token, count in found.items()}
    chosen = likeness.selective(found, most=most, rows=rows)
    total = sum(weights[token] for token in chosen)
    shares: dict[int, float] = {}
    for token, places in engine(counts).postings(chosen, rows, within=within).items():
        share = weights[token] / total
        for place in places:
            shares[place] = shares.get(place, 0.0) + share
    return weights, shares


def _hits(page: list[int], marks: list[str], scores: dict[int, float]) -> list[Hit]:
    """The rows of one page, read whole, in the order of their keys."""
    found = Document.objects.in_bulk(page)
    return [_hit(found[key], marks, scores.get(key, 0.0)) for key in page if key in found]


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
