"""Reading the index. Only public rows are found, and only public rows are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, Literal

from django.db import connection
from django.db.models import QuerySet

from madang.commons.search.engines import engine
from madang.commons.search.logic import likeness, terms
from madang.commons.search.models import Document
from madang.commons.search.results import Found, Hit, Similar
from madang.commons.search.snippets import snippet
from madang.commons.search.tokens import tokens
from madang.kernel import clock, ids, text

Order = Literal["relevance", "newest"]

MOST = 200  # candidates of a relaxed search or a comparison
TOKENS = 12  # rarest tokens that candidates are looked up by
ROWS = 6_000  # documents that these tokens may have together, about
ENOUGH = 0.4  # share of the typed words' weight that a relaxed hit must have
ALIKE = 0.3  # likeness from which something is worth offering
COMPARED = 40  # candidates whose bodies are read
BODY_TOKENS = 200  # different tokens of a body whose rarity is looked up; the rest weigh the average
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2900, 12, 31)  # beyond them no calendar arithmetic holds
BODY_COMPARED = 2_000  # characters of a body that are compared

_words = text.words
_parse = partial(terms.parse, words=_words, tokens=tokens)


def _moment(day: date | datetime, *, end: bool = False) -> datetime:
    """A moment as it is; a day as its first moment in Seoul, or the first moment after it."""
    if isinstance(day, datetime):
        return day
    day = min(max(day, FIRST_DAY), LAST_DAY)
    return datetime.combine(day + timedelta(days=end), time.min, clock.SEOUL)


def _rows(
    *,
    kinds: Collection[str] = (),
    states: Collection[str] = (),
    category: str = "",
    office: str = "",
    since: date | datetime | None = None,
    until: date | datetime | None = None,
    language: str = "",
) -> QuerySet[Document]:
    wanted: dict[str, Any] = {"is_public": True}
    if kinds:
        wanted["kind__in"] = [text.clean_line(kind) for kind in kinds]
    if states:
        wanted["state__in"] = [text.clean_line(state) for state in states]
    for name, value in (("category", category), ("office_code", office), ("language", language)):
        if value:
            wanted[name] = text.clean_line(value)
    rows = Document.objects.filter(**wanted)
    if since is not None:
        rows = rows.filter(happened_at__gte=_moment(since))
    if until is not None:
        rows = rows.filter(happened_at__lt=_moment(until, end=True))
    return rows


def find(
    text: str,
    *,
    kinds: Collection[str] = (),
    states: Collection[str] = (),
    category: str = "",
    office: str = "",
    since: date | datetime | None = None,
    until: date | datetime | None = None,
    language: str = "",
    limit: int = 20,
    offset: int = 0,
    order: Order = "relevance",
) -> Found:
    """Public things with all the words of `text`; if there are none, with some of them (`relaxed`).

    Words in "quotes" must follow each other. A particle at the end of a Korean word may be missing in the
    result. A public number, however it was typed, comes first. Without words: everything, newest first.

    Args:
        since, until: days (Seoul, both included) or moments (from, before) of `happened_at`.
        limit, offset: the page; `total` counts all pages.
        order: `relevance` (words in titles count more) or `newest`.
    """
    limit, offset = max(0, min(limit, 200)), max(0, offset)
    rows = _rows(
        kinds=kinds,
        states=states,
        category=category,
        office=office,
        since=since,
        until=until,
        language=language,
    )
    clauses = _parse(text)
    if not clauses:
        newest = rows.order_by("-happened_at", "-pk")
        if text.strip():  # something was typed, but no word: nothing has it
            return Found()
        return Found([_hit(row, []) for row in newest[offset : offset + limit]], rows.count())
    marks = terms.marks(text, words=_words)
    number = ids.read_number(text)
    exact = list(rows.filter(number=number).order_by("pk")[:10]) if number else []
    rest = rows.exclude(pk__in=[row.pk for row in exact]) if exact else rows
    total = engine().match(rest, clauses).count()
    if not total and not exact:
        return _relaxed(text, rows, marks, limit=limit, offset=offset, order=order)
    page = exact[offset : offset + limit]
    start = max(0, offset - len(exact))
    left = limit - len(page)
    if left and start < total:
        if order == "newest":
            found = engine().match(rest, clauses).order_by("-happened_at", "-pk")
        else:
            found = engine().ranked(rest, clauses)
        page += list(found[start : start + left])
    return Found([_hit(row, marks) for row in page], len(exact) + total)


def _relaxed(
    typed: str, rows: QuerySet[Document], marks: list[str], *, limit: int, offset: int, order: Order
) -> Found:
    """The at most 200 things that have most of the words' weight, those with words in the title first."""
    words = [terms.without_particle(word) for word in _words(typed[: terms.MAX_TYPED])]
    typed_tokens = Counter(token for word in words for token in tokens(word))
    counts, weights = _weigh(typed_tokens)
    chosen = likeness.selective(counts, most=TOKENS, rows=ROWS)
    scores = _candidates(chosen, weights, rows, enough=ENOUGH)
    if not scores:
        return Found(relaxed=True)
    found = {row.pk: row for row in rows.filter(pk__in=scores)}
    for key, row in found.items():
        scores[key] += likeness.share(typed_tokens, Counter(tokens(row.title)), weights)
    best = sorted(found, key=lambda key: (-scores[key], -found[key].happened_at.timestamp(), -key))
    if order == "newest":
        best.sort(key=lambda key: (found[key].happened_at, key), reverse=True)
    page = best[offset : offset + limit]
    return Found([_hit(found[key], marks, scores[key]) for key in page], len(best), relaxed=True)


def _hit(row: Document, marks: list[str], score: float | None = None) -> Hit:
    return Hit(
        reference=row.reference,
        kind=row.kind,
        title=row.title,
        snippet_html=snippet(row.body, marks),
        happened_at=row.happened_at,
        score=float(getattr(row, "rank", 0.0)) if score is None else score,
    )


def _weigh(found: Iterable[str]) -> tuple[dict[str, int], dict[str, float]]:
    """In how many documents each token occurs, and its weight."""
    index = engine()
    counts = index.counts(found)
    size = max(index.size(), 1)
    return counts, {token: likeness.weight(count, size) for token, count in counts.items()}


def _candidates(
    chosen: list[str], weights: Mapping[str, float], rows: QuerySet[Document], *, enough: float = 0.0
) -> dict[int, float]:
    """Keys of the at most 200 rows with most of the chosen tokens' weight, and their share of it."""
    if not chosen:
        return {}
    having, parameters = engine().having({token: weights[token] for token in chosen})
    allowed, allowed_parameters = rows.extra(where=["search_document.id = totals.id"]).query.sql_with_params()
    total = sum(weights[token] for token in chosen)
    with connection.cursor() as cursor:
        # Materialised, because the planner would otherwise start from the two hundred thousand documents.
        cursor.execute(
            f"WITH matched AS MATERIALIZED ({having}),"  # noqa: S608 - constant pieces, values are parameters
            " totals AS MATERIALIZED (SELECT id, SUM(w) AS weight FROM matched GROUP BY id)"
            f" SELECT id, weight FROM totals WHERE weight >= %s AND EXISTS ({allowed})"
            " ORDER BY weight DESC, id DESC LIMIT %s",
            [*parameters, enough * total, *allowed_parameters, MOST],
        )
        return {int(key): float(value) / total for key, value in cursor.fetchall()}


def similar(
    title: str, body: str = "", *, kinds: Collection[str] = ("idea",), limit: int = 5, exclude: str = ""
) -> list[Similar]:
    """Public things that say much the same, best first; empty when nothing is close.

    Candidates share one of the rarest tokens of the title or of the body; they are then compared whole, see
    `logic.likeness` for what the score means. Below 0.3 nothing is offered; the same title and body is 1.

    Args:
        exclude: reference that is left out (the thing itself).
    """
    here, below = Counter(tokens(title)), Counter(tokens(body[:BODY_COMPARED]))
    if not here and not below:
        return []
    rows = _rows(kinds=kinds)
    if exclude:
        rows = rows.exclude(reference=exclude)
    looked_up = list(below)[:BODY_TOKENS]
    counts, weights = _weigh([*here, *looked_up])
    chosen = likeness.selective({token: counts[token] for token in here}, most=TOKENS, rows=ROWS)
    rest = {token: counts[token] for token in looked_up if token not in chosen}
    chosen += likeness.selective(rest, most=TOKENS, rows=ROWS)
    shares = _candidates(chosen, weights, rows)
    if not shares:
        return []
    titles = dict(Document.objects.filter(pk__in=shares).values_list("pk", "title"))
    rough = {
        key: likeness.dice(here, Counter(tokens(other)), weights) + shares[key]
        for key, other in titles.items()
    }
    near = sorted(rough, key=lambda key: (-rough[key], key))[:COMPARED]
    scored = []
    for row in Document.objects.filter(pk__in=near):
        other = Counter(tokens(row.title)), Counter(tokens(row.body[:BODY_COMPARED]))
        value = likeness.score(here, below, *other, weights)
        if value >= ALIKE:
            scored.append(Similar(row.reference, row.title, round(min(value, 1.0), 4)))
    return sorted(scored, key=lambda item: (-item.score, item.reference))[: max(0, limit)]
