"""The table of a report: how often each group and each keyword was given, of how many, and how sure that is.

Unit and denominator stand in every table. "Other" and "not codable" are always there, even when they are 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from madang.commons.opinions.logic.persons import TIMES, bootstrap
from madang.kernel.logic.intervals import LEVEL, goodman, order_test, rank_intervals, wilson
from madang.services.polls.logic import rounding
from madang.services.polls.logic.codebook import KEYWORD, SINGLE, Code, Codebook, Coded
from madang.services.polls.logic.rounding import six

SEED = 1


def build(
    book: Codebook,
    rows: Iterable[Coded],
    *,
    label: str | None = None,
    method: str = rounding.PLAIN,
    decimals: int = 1,
    level: float = LEVEL,
    seed: int = SEED,
    times: int = TIMES,
) -> dict[str, Any]:
    """The table of `rows` under `book`; NUMBERS.md shows what it holds.

    `label`: count the main code only (`single`) or every code (`multi`); unless told, as the book says. Answers
    without a code are counted as `uncoded` and are not in the denominator. `times` 0 leaves the bootstrap out.
    Raises ValueError for a code that the book does not have, for an answer that comes twice, and when parts that
    overlap (`multi`) are to sum to 100."""
    label = label or book.label
    if label != SINGLE and method != rounding.PLAIN:
        raise ValueError("shares of answers with several codes do not sum to 100")
    counted = _Counted(book, rows, single=label == SINGLE)
    of = counted.denominator
    percents = _percents(book, counted, of, method, decimals)
    keywords = [code for code in book.codes if code.kind == KEYWORD]
    items = [group.key for group in book.groups] + [code.key for code in book.codes]
    drawn = counted.resampled(items, seed, times, level) if times else [None] * len(items)
    lines = {
        key: _line(key, counted.counts[key], of, rounding.text(percents[key], decimals), level, drawn[at])
        for at, key in enumerate(items)
    }
    if label == SINGLE:
        _together(lines, [group.key for group in book.groups] + [c.key for c in book.groupless()], level)
    for keys in ([group.key for group in book.groups], [code.key for code in keywords]):
        for key, span in zip(keys, rank_intervals(counted.ahead(keys), level), strict=True):
            lines[key]["rank"] = list(span)
    return {
        "codebook": {"key": book.key, "version": book.version},
        "unit": "answer",
        "label": label,
        "denominator": of,
        "people": len(counted.people),
        "uncoded": counted.uncoded,
        "with_keyword": counted.with_keyword,
        "rounding": {"method": method, "decimals": decimals},
        "interval": {"method": "wilson", "level": level, "about": "who came and how it was coded"},
        "ranks": {"test": "mcnemar", "together": "holm", "level": level},
        "bootstrap": {"unit": "person", "seed": seed, "times": times} if times else None,
        "groups": [
            {
                **_named("group", group.name, lines[group.key]),
                "codes": [_code(code, lines) for code in book.codes_of(group.key)],
                "unlisted": _unlisted(book.codes_of(group.key), counted, percents, method, decimals),
            }
            for group in book.groups
        ],
        "apart": [_code(code, lines) for code in book.groupless()],
        "order": _order(counted, [code.key for code in keywords]),
    }


class _Counted:
    """What is counted once and needed everywhere. A group counts an answer once, whatever it has of its codes."""

    def __init__(self, book: Codebook, rows: Iterable[Coded], *, single: bool) -> None:
        group_of = {code.key: code.group for code in book.codes}
        keywords = {code.key for code in book.codes if code.kind == KEYWORD}
        self.counts = dict.fromkeys([group.key for group in book.groups] + list(group_of), 0)
        self.single, self.uncoded, self.denominator, self.with_keyword = single, 0, 0, 0
        self.both: dict[tuple[str, str], int] = {}
        self.people: dict[str, tuple[int, dict[str, int]]] = {}
        seen: set[str] = set()
        for row in rows:
            if row.answer in seen:
                raise ValueError(f"answer {row.answer!r} comes twice")
            seen.add(row.answer)
            if not row.codes:
                self.uncoded += 1
                continue
            codes = row.codes[:1] if single else tuple(dict.fromkeys(row.codes))
            for code in codes:
                if code not in group_of:
                    raise ValueError(
                        f"answer {row.answer!r} has the code {code!r}, which the codebook has not"
                    )
            groups = dict.fromkeys(group for code in codes if (group := group_of[code]))
            self.denominator += 1
            self.with_keyword += any(code in keywords for code in codes)
            answers, own = self.people.get(row.person, (0, {}))
            self.people[row.person] = (answers + 1, own)
            for key in (*groups, *codes):
                self.counts[key] += 1
                own[key] = own.get(key, 0) + 1
            if not single:
                self._pairs(tuple(groups))
                self._pairs(codes)

    def _pairs(self, keys: Sequence[str]) -> None:
        for one in keys:
            for other in keys:
                if one != other:
                    self.both[one, other] = self.both.get((one, other), 0) + 1

    def ahead(self, keys: Sequence[str]) -> list[list[int]]:
        """How many answers have the one and not the other."""
        return [[self.counts[one] - self.both.get((one, other), 0) for other in keys] for one in keys]

    def resampled(self, keys: Sequence[str], seed: int, times: int, level: float) -> list[list[float]]:
        """Bootstrap intervals over persons, in an order that follows from what they gave, not from who they are."""
        given = sorted((answers, [own.get(key, 0) for key in keys]) for answers, own in self.people.values())
        found = bootstrap(
            [own for _, own in given], [n for n, _ in given], seed=seed, times=times, level=level
        )
        if not found["people"]:
            return [[0.0, 1.0] for _ in keys]
        return [[six(low), six(high)] for low, high in zip(found["low"], found["high"], strict=True)]


def _percents(book: Codebook, counted: _Counted, of: int, method: str, decimals: int) -> dict[str, int]:
    counts = counted.counts
    if method == rounding.PLAIN:
        return {key: rounding.plain(count, of, decimals) for key, count in counts.items()}
    top = [group.key for group in book.groups] + [code.key for code in book.groupless()]
    shared = rounding.largest_remainder([counts[key] for key in top], rounding.whole(decimals))
    found = dict(zip(top, shared, strict=True))
    for group in book.groups:
        keys = [code.key for code in book.codes_of(group.key)]
        shared = rounding.largest_remainder([counts[key] for key in keys], found[group.key])
        found |= dict(zip(keys, shared, strict=True))
    return found


def _line(
    key: str, count: int, of: int, percent: str, level: float, drawn: list[float] | None
) -> dict[str, Any]:
    low, high = wilson(count, of, level)
    return {
        "key": key,
        "count": count,
        "share": six(count / of) if of else 0.0,
        "percent": percent,
        "low": six(low),
        "high": six(high),
        "together": None,
        "persons": drawn,
        "rank": None,
    }


def _together(lines: dict[str, dict[str, Any]], keys: Sequence[str], level: float) -> None:
    """Goodman's intervals, where groups, other and not codable are all parts of one whole."""
    for key, (low, high) in zip(keys, goodman([lines[key]["count"] for key in keys], level), strict=True):
        lines[key]["together"] = [six(low), six(high)]


def _named(kind: str, name: Any, line: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "name": dict(name), **line}


def _code(code: Code, lines: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {**_named(code.kind, code.name, lines[code.key]), "listed": code.listed}


def _unlisted(
    codes: Sequence[Code], counted: _Counted, percents: dict[str, int], method: str, decimals: int
) -> dict[str, Any]:
    """What a group's table sums up as "...": the codes that are not listed by themselves. With several codes per
    answer these are mentions, and one answer may be among them twice."""
    behind = [code.key for code in codes if not code.listed]
    count = sum(counted.counts[key] for key in behind)
    units = (
        rounding.plain(count, counted.denominator, decimals)
        if method == rounding.PLAIN
        else sum(percents[key] for key in behind)
    )
    return {"codes": len(behind), "count": count, "percent": rounding.text(units, decimals)}


def _order(counted: _Counted, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Each keyword against the next by count, each test read by itself."""
    order = sorted(keys, key=lambda key: -counted.counts[key])
    found = []
    for first, second in pairwise(order):
        both = counted.both.get((first, second), 0)
        test = order_test(counted.counts[first] - both, counted.counts[second] - both)
        found.append({"first": first, "second": second, "z": six(test["z"]), "p": six(test["p"])})
    return found
