"""Two tables beside each other: rounds of a poll, two codings of the same answers, groups of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from madang.kernel.logic.intervals import LEVEL, g2, holm, order_test, two_shares, wilson
from madang.kernel.logic.suppress import LEAST, Cell, hidden
from madang.services.polls.logic import rounding
from madang.services.polls.logic.codebook import SINGLE, Code, Codebook, Coded
from madang.services.polls.logic.rounding import six

FEW, NOT_SAID = "few", "not_said"


def rounds(
    book: Codebook, first: Iterable[Coded], second: Iterable[Coded], level: float = LEVEL
) -> dict[str, Any]:
    """Two rounds coded with the same book, by different people: `codebook`, `unit`, `label`, `denominators` of both, and
    `rows` in the order of the table.

    A row has `counts`, `percents`, `difference` (second minus first) with `low`, `high` (Newcombe), `p`, and `sure`: the
    difference holds when all rows of its kind are read together (Holm)."""
    one, two = (_lines(book, rows) for rows in (first, second))
    found = []
    for row in _rows(book):
        counts = [one.counts[row["key"]], two.counts[row["key"]]]
        test = two_shares(counts[1], two.of, counts[0], one.of, level)
        found.append(
            {
                **row,
                "counts": counts,
                "percents": [_percent(counts[0], one.of), _percent(counts[1], two.of)],
                **{name: six(test[name]) for name in ("difference", "low", "high", "p")},
            }
        )
    _judge(found, level)
    return {**_head(book), "denominators": [one.of, two.of], "rows": found}


def recoded(old: Codebook, before: Iterable[Coded], new: Codebook, after: Iterable[Coded]) -> dict[str, Any]:
    """The same answers under two codebooks or from two codings. Only answers that have both count (`denominator`; those
    with one alone: `only_before`, `only_after`).

    `rows`, for every key of either book: `counts`, `percents`, `gained`, `lost`, and `p` of McNemar's test (are as many
    lost as gained?). `moves`: how many answers went from one main code to another, most first; `same`: how many kept it."""
    coded = [{row.answer: row.codes for row in rows if row.codes} for rows in (before, after)]
    both = [answer for answer in coded[0] if answer in coded[1]]
    had = [_keys(old, coded[0][answer]) for answer in both]
    has = [_keys(new, coded[1][answer]) for answer in both]
    lines = {row["key"]: row for row in [*_rows(old), *_rows(new)]}
    order = dict.fromkeys(row["key"] for row in [*_rows(new), *_rows(old)])
    found = []
    for key in order:
        counts = [sum(key in some for some in side) for side in (had, has)]
        gained = sum(key in two and key not in one for one, two in zip(had, has, strict=True))
        lost = counts[0] + gained - counts[1]
        found.append(
            {
                **lines[key],
                "counts": counts,
                "percents": [_percent(count, len(both)) for count in counts],
                "gained": gained,
                "lost": lost,
                "p": six(order_test(gained, lost)["p"]),
            }
        )
    moves = Counter(
        (coded[0][answer][0], coded[1][answer][0])
        for answer in both
        if coded[0][answer][0] != coded[1][answer][0]
    )
    return {
        "codebooks": [{"key": book.key, "version": book.version} for book in (old, new)],
        "unit": "answer",
        "denominator": len(both),
        "only_before": len(coded[0]) - len(both),
        "only_after": len(coded[1]) - len(both),
        "same": len(both) - moves.total(),
        "rows": found,
        "moves": [
            {"old": one, "new": two, "answers": often}
            for (one, two), often in sorted(moves.items(), key=lambda item: (-item[1], item[0]))
        ],
    }


def across(
    book: Codebook,
    rows: Iterable[Coded],
    people: Mapping[str, str | None],
    columns: Sequence[str],
    *,
    least: int = LEAST,
    level: float = LEVEL,
) -> dict[str, Any]:
    """The table by groups of people, without cells from which somebody could be recognised.

    `people[person]` is her group; who said nothing is in the column `not_said`. Groups with fewer than `least` answers
    are put together in the column `few`, with the smallest other ones while they are still fewer, or while no choice of
    cells to hide would protect those in them.

    Gives `columns` (`[{"key", "denominator", "joined"}]`), `rows` (each with `count` of all and `cells`, one for each
    column: `{"count", "percent", "low", "high"}`, all null where hidden, `hidden` true), `least`, `hidden` (how many
    cells), `withheld` (true: the table cannot be protected, `rows` and `columns` are empty) and `test`, G² of groups by
    columns with its p, null where cells are hidden, because it would tell of them."""
    coded = [row for row in rows if row.codes]
    placed = {row.answer: people.get(row.person) or NOT_SAID for row in coded}
    names = {*columns, NOT_SAID}
    strange = sorted(set(placed.values()) - names)
    if strange:
        raise ValueError(f"no such group of people: {', '.join(strange)}")
    lines = _rows(book)
    parents = {line["key"]: line["group"] for line in lines}
    head = {**_head(book), "denominator": len(coded), "least": least}
    order = [*columns, NOT_SAID]
    sizes = Counter(placed.values())
    joined = _joined(sizes, order, least)
    while True:
        spoken = [name for name in (*columns, FEW, NOT_SAID) if name in joined.values()]
        tables = {
            name: _lines(book, [row for row in coded if joined[placed[row.answer]] == name])
            for name in spoken
        }
        cells = {(line["key"], name): tables[name].counts[line["key"]] for line in lines for name in spoken}
        away = hidden(cells, parents, parts=book.label == SINGLE, least=least)
        if away is not None:
            break
        # Too few in some column for any choice of cells: the smallest is put together with others.
        left = [name for name in order if joined.get(name, FEW) != FEW]
        if len(spoken) < 2 or not left:
            return {**head, "withheld": True, "hidden": len(cells), "columns": [], "rows": [], "test": None}
        few = [name for name in joined if joined[name] == FEW]
        smallest = sorted(left, key=lambda name: (sizes[name], name))[: 1 if few else 2]
        joined |= dict.fromkeys(smallest, FEW)
    if not spoken or min(table.of for table in tables.values()) < least:
        return {**head, "withheld": True, "hidden": len(cells), "columns": [], "rows": [], "test": None}
    return {
        **head,
        "withheld": False,
        "hidden": len(away),
        "columns": [
            {
                "key": name,
                "denominator": tables[name].of,
                "joined": [own for own in order if name == FEW and joined.get(own) == FEW],
            }
            for name in spoken
        ],
        "rows": [
            {
                **line,
                "count": sum(cells[line["key"], name] for name in spoken),
                "cells": [
                    _cell(cells[line["key"], name], tables[name].of, level, (line["key"], name) in away)
                    for name in spoken
                ],
            }
            for line in lines
        ],
        "test": None if away else _test(lines, cells, spoken, parts=book.label == SINGLE),
    }


@dataclass(frozen=True, slots=True)
class _Lines:
    """How many answers have each group and code, of how many."""

    counts: Mapping[str, int]
    of: int


def _lines(book: Codebook, rows: Iterable[Coded]) -> _Lines:
    counts = dict.fromkeys((line["key"] for line in _rows(book)), 0)
    of = 0
    for row in rows:
        if row.codes:
            of += 1
            for key in _keys(book, row.codes):
                counts[key] += 1
    return _Lines(counts, of)


def _keys(book: Codebook, codes: Sequence[str]) -> set[str]:
    """The codes that count and their groups. Raises KeyError for a code that the book does not have."""
    counted = codes[:1] if book.label == SINGLE else codes
    groups = {book.code(code).group for code in counted}
    return {*counted, *(group for group in groups if group)}


def _rows(book: Codebook) -> list[dict[str, Any]]:
    """The rows of the table: each group and its codes, then what stands apart."""
    found: list[dict[str, Any]] = []
    for group in book.groups:
        found.append({"key": group.key, "kind": "group", "group": None, "name": dict(group.name)})
        found += [_row(code) for code in book.codes_of(group.key)]
    return found + [_row(code) for code in book.groupless()]


def _row(code: Code) -> dict[str, Any]:
    return {"key": code.key, "kind": code.kind, "group": code.group, "name": dict(code.name)}


def _head(book: Codebook) -> dict[str, Any]:
    return {"codebook": {"key": book.key, "version": book.version}, "unit": "answer", "label": book.label}


def _judge(rows: list[dict[str, Any]], level: float) -> None:
    """Groups are read together, and keywords are, each with what stands apart."""
    for group in (True, False):
        some = [row for row in rows if (row["kind"] == "group") == group]
        for row, raised in zip(some, holm([row["p"] for row in some]), strict=True):
            row["sure"] = raised < 1.0 - level


def _joined(sizes: Mapping[str, int], names: Sequence[str], least: int) -> dict[str, str]:
    """Which column each group of people stands in; those of nobody in none."""
    kept = [name for name in names if sizes.get(name)]
    few = [name for name in kept if sizes[name] < least]
    rest = sorted((name for name in kept if name not in few), key=lambda name: (sizes[name], name))
    while few and rest and sum(sizes[name] for name in few) < least:
        few.append(rest.pop(0))
    return {name: FEW if name in few else name for name in kept}


def _cell(count: int, of: int, level: float, away: bool) -> dict[str, Any]:
    if away:
        return {"hidden": True, "count": None, "percent": None, "low": None, "high": None}
    low, high = wilson(count, of, level)
    return {
        "hidden": False,
        "count": count,
        "percent": _percent(count, of),
        "low": six(low),
        "high": six(high),
    }


def _test(
    lines: Sequence[Mapping[str, Any]], cells: Mapping[Cell, int], columns: Sequence[str], *, parts: bool
) -> dict[str, float] | None:
    """Do the groups of people differ in what they say? Only where every answer is in one row."""
    if not parts:
        return None
    top = [line["key"] for line in lines if line["group"] is None]
    return {
        name: six(value)
        for name, value in g2([[cells[key, column] for column in columns] for key in top]).items()
    }


def _percent(count: int, of: int) -> str:
    return rounding.text(rounding.plain(count, of))
