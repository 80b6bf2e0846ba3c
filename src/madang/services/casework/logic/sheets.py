"""Rows of a city's own tables of categories, fields and routes: what they say, and what is wrong with them.

Plain Python. A wrong row raises `RowError` with a code and the column; the words are in `domain.entering`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
YES, NO = {"1", "yes", "y", "true", "예", "o"}, {"0", "", "no", "n", "false", "아니요", "x"}


class RowError(ValueError):
    """A row that cannot be taken. `code` is one of `code`, `missing`, `flag`, `choice`, `number`, `date`, `values`."""

    def __init__(self, code: str, column: str, value: str = "") -> None:
        super().__init__(code)
        self.code, self.column, self.value = code, column, value


def cell(row: Mapping[str, str], column: str, *, needed: bool = False, most: int = 400) -> str:
    """A cell without the white space around it."""
    value = " ".join((row.get(column) or "").split())[:most]
    if needed and not value:
        raise RowError("missing", column)
    return value


def code_cell(row: Mapping[str, str], column: str) -> str:
    value = cell(row, column, needed=True)
    if not CODE.fullmatch(value):
        raise RowError("code", column, value)
    return value


def flag(row: Mapping[str, str], column: str, *, usual: bool) -> bool:
    """1 or 0, also in words; where the column is missing, the usual one."""
    value = cell(row, column).lower()
    if column not in row or (not value and usual):
        return usual
    if value in YES:
        return True
    if value in NO:
        return False
    raise RowError("flag", column, value)


def choice(row: Mapping[str, str], column: str, known: Collection[str], usual: str) -> str:
    value = cell(row, column).lower() or usual
    if value not in known:
        raise RowError("choice", column, value)
    return value


def whole(row: Mapping[str, str], column: str, usual: int = 0) -> int:
    value = cell(row, column)
    if not value:
        return usual
    if not (value.isascii() and value.isdecimal() and len(value) < 5):
        raise RowError("number", column, value)
    return int(value)


def day(row: Mapping[str, str], column: str) -> date | None:
    """A day such as 2026-11-29 or 2026.11.29; None where the cell is empty."""
    value = cell(row, column)
    if not value:
        return None
    try:
        return date.fromisoformat(re.sub(r"[./]\s*", "-", value).rstrip("-"))
    except ValueError as error:
        raise RowError("date", column, value) from error


def values(row: Mapping[str, str], column: str) -> list[dict[str, str]]:
    """Choices of a list as `key=Korean|English;…`; the English may be left out."""
    found: list[dict[str, str]] = []
    for one in filter(None, (part.strip() for part in (row.get(column) or "").split(";"))):
        key, equals, names = one.partition("=")
        ko, _bar, en = names.partition("|")
        if not equals or not key.strip() or not ko.strip():
            raise RowError("values", column, one)
        found.append({"key": key.strip(), "ko": ko.strip(), "en": en.strip() or ko.strip()})
    if len({value["key"] for value in found}) < len(found):
        raise RowError("values", column, row.get(column) or "")
    return found


def same(row: Any, wanted: Mapping[str, Any]) -> bool:
    """Whether an object has these values already."""
    return all(getattr(row, name) == value for name, value in wanted.items())
