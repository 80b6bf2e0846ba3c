"""Answers as text: one structure, written as XML or, by the Spark mapping, as JSON.

The XML form names everything: a list stands in an element of its own, and each of its rows in one called `item`. The
JSON form drops the root and the names of the rows. What is not known is an empty element in XML and absent in JSON: so
an answer holds against the JSON schemas as well as against the Swagger description, which knows no null.

Source: Open311 GeoReport v2, "Formats"; https://wiki.open311.org/JSON_and_XML_Conversion/ (the Spark convention).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

XML, JSON = "xml", "json"
CONTENT_TYPE = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}

Value = str | int | float | bool | None | Sequence["Value"] | Mapping[str, "Value"]

# What the rows of a list inside an answer are called.
ITEMS = {
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
}
# XML 1.0 takes no other control characters, not even escaped, and no halves of pairs.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered. `rows` under `root`, each called `item`; with `is_one`, the root is the only row itself."""

    root: str
    item: str
    rows: Sequence[Mapping[str, Value]]
    is_one: bool = False


def write(answer: Answer, form: str) -> str:
    """The answer as text in one of the two forms."""
    return _xml(answer) if form == XML else _json(answer)


def _json(answer: Answer) -> str:
    rows = [_present(row) for row in answer.rows]
    return json.dumps(rows[0] if answer.is_one else rows, ensure_ascii=False)


def _present(value: Value) -> Value:
    """The value without what is not known."""
    if isinstance(value, Mapping):
        return {name: _present(part) for name, part in value.items() if part is not None}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_present(part) for part in value]
    if isinstance(value, str):
        return _IMPOSSIBLE.sub("", value)
    return value


def _xml(answer: Answer) -> str:
    if answer.is_one:
        body = _element(answer.root, answer.rows[0])
    else:
        inner = "".join(_element(answer.item, row) for row in answer.rows)
        body = f"<{answer.root}>{inner}</{answer.root}>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def _element(name: str, value: Value) -> str:
    inner = _inner(name, value)
    return f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"


def _inner(name: str, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "".join(_element(part, held) for part, held in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(_element(ITEMS[name], row) for row in value)
    return escape(_IMPOSSIBLE.sub("", str(value)), quote=False)
