"""Answers to the fields of a category: what is taken, and what is wrong with the rest. Plain Python."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """One field: `keys` are the values of a list; `datatype` is a word of Open311."""

    code: str
    datatype: str
    required: bool = False
    keys: tuple[str, ...] = ()


def check(
    asked: Iterable[Asked], given: Mapping[str, Any], *, most: int = 2000
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers that can be kept, and a code of what is wrong by field.

    Codes: `required`, `number`, `datetime`, `choice`, `long`, `unknown` (a field that the category does not have).
    Numbers are kept as they were written, moments as ISO 8601, several of a list as a list.
    """
    kept: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    known = {one.code: one for one in asked}
    for code in given:
        if code not in known:
            wrong[code] = "unknown"
    for one in known.values():
        value, problem = _one(one, given.get(one.code), most)
        if problem:
            wrong[one.code] = problem
        elif value not in ("", []):
            kept[one.code] = value
        elif one.required:
            wrong[one.code] = "required"
    return kept, wrong


def _one(asked: Asked, raw: Any, most: int) -> tuple[Any, str]:
    if asked.datatype == "multivaluelist":
        many = raw if isinstance(raw, list) else [raw]
        chosen = list(dict.fromkeys(str(value) for value in many if value not in (None, "")))
        return chosen, "" if set(chosen) <= set(asked.keys) else "choice"
    value = raw[0] if isinstance(raw, list) and raw else raw
    value = "" if value is None or isinstance(value, list) else str(value).strip()
    if not value:
        return "", ""
    if len(value) > most:
        return value, "long"
    if asked.datatype == "singlevaluelist":
        return value, "" if value in asked.keys else "choice"
    if asked.datatype == "number":
        return _number(value)
    if asked.datatype == "datetime":
        return _moment(value)
    return value, ""


def _number(value: str) -> tuple[str, str]:
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", value)
    try:
        return plain, "" if Decimal(plain).is_finite() else "number"
    except InvalidOperation:
        return value, "number"


def _moment(value: str) -> tuple[str, str]:
    try:
        return datetime.fromisoformat(value).isoformat(), ""
    except ValueError:
        return value, "datetime"
