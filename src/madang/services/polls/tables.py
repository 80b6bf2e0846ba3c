"""A report's figures as CSV: the same numbers as on the page, each file with unit and denominator in its rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from madang.kernel.logic import cells

Body = dict[str, Any]
Rows = Iterable[Iterable[Any]]

TABLE = ("kind", "key", "name_ko", "name_en", "group", "count", "denominator", "unit", "label", "share", "percent", "low95",
         "high95", "rank_from", "rank_to", "listed")  # fmt: skip
BOOK = ("key", "kind", "group", "name_ko", "name_en", "definition_ko", "definition_en", "include_ko", "include_en",
        "exclude_ko", "exclude_en")  # fmt: skip
OPTION = ("code", "name_ko", "name_en", "count", "denominator", "share", "percent", "low95", "high95")
WORD = ("word", "answers", "denominator", "unit", "share", "share_low95", "share_high95", "rank", "rank_low", "rank_high",
        "persons", "denied")  # fmt: skip
PAIR = ("from", "to", "answers", "windows", "denominator", "expected", "g2", "p", "npmi", "stability")


def names(body: Body) -> list[str]:
    """Which files a report has."""
    found = []
    if body["coded"]:
        found += ["table", *(["several"] if body["coded"]["several"] else []), "codebook"]
    if body["words"]:
        found += ["words", "pairs"]
    found += [f"question-{asked['number']}" for asked in body["closed"]]
    return found


def as_csv(body: Body, name: str) -> str | None:
    """One file; None when the report has no such table. UTF-8 with a mark at the start, as spreadsheets expect."""
    if name not in names(body):
        return None
    return cells.written(_rows(body, name))


def _rows(body: Body, name: str) -> Rows:
    if name in ("table", "several"):
        return _table(body["coded"][name])
    if name == "codebook":
        return _codebook(body["coded"]["codebook"])
    if name == "words":
        return _words(body["words"])
    if name == "pairs":
        return _pairs(body["words"])
    number = name.removeprefix("question-")
    return _closed(next(each for each in body["closed"] if str(each["number"]) == number))


def _table(table: Body) -> Rows:
    yield TABLE
    for group in table["groups"]:
        yield _line(table, group, "group", "")
        for code in group["codes"]:
            yield _line(table, code, code["kind"], group["key"])
    for code in table["apart"]:
        yield _line(table, code, code["kind"], "")


def _line(table: Body, line: Body, kind: str, group: str) -> list[Any]:
    low, high = line.get("rank") or ("", "")
    return [
        kind, line["key"], line["name"]["ko"], line["name"]["en"], group, line["count"], table["denominator"],
        table["unit"], table["label"], line["share"], line["percent"], line["low"], line["high"], low, high,
        line.get("listed", ""),
    ]  # fmt: skip


def _codebook(book: Body) -> Rows:
    yield BOOK
    for code in book["codes"]:
        texts = [
            code[field].get(language, "")
            for field in ("name", "definition", "include", "exclude")
            for language in ("ko", "en")
        ]
        yield [code["key"], code["kind"], code["group"] or "", *texts]


def _closed(asked: Body) -> Rows:
    if asked["kind"] == "matrix":
        yield ("row_code", "row_ko", "row_en", *OPTION)
        for row in asked["rows"]:
            for option in row["options"]:
                yield [row["code"], row["name"]["ko"], row["name"]["en"], *_option(option, row["of"])]
        return
    more = ["points", "placed"] if asked["kind"] == "ranking" else []
    yield (*OPTION, *more)
    for option in asked["options"]:
        yield [*_option(option, asked["denominator"]), *(option[field] for field in more)]


def _option(option: Body, of: int) -> list[Any]:
    return [
        option["code"], option["name"]["ko"], option["name"]["en"], option["count"], of, option["share"],
        option["percent"], option["low"], option["high"],
    ]  # fmt: skip


def _words(found: Body) -> Rows:
    yield WORD
    of, unit = found["counted"]["answers"], found["counted"]["unit"]
    for row in found["words"]:
        yield [
            row["word"],
            row["answers"],
            of,
            unit,
            *(row[name] for name in ("share", "share_low", "share_high", *WORD[7:])),
        ]


def _pairs(found: Body) -> Rows:
    yield PAIR
    for row in found["network"]["edges"]:
        more = {**row, "denominator": found["counted"]["windows"]}
        yield [more[name] for name in PAIR]
