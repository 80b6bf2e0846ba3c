"""Talking to another server: what is sent to it, and what its answer means. Plain Python."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Literal
from urllib.parse import urlencode

TYPE = "application/x-www-form-urlencoded; charset=utf-8"
READ = 20_000
LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request is tried again."""
_TAG = r"<{0}>\s*([^<]{{0,300}}?)\s*</{0}>"

Outcome = Literal["taken", "refused", "later"]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the other side said. `why` is its own word where it refused."""

    outcome: Outcome
    number: str = ""
    token: str = ""
    why: str = ""


def body(fields: Mapping[str, str]) -> bytes:
    """The form as it is sent; what is empty is left out."""
    return urlencode({name: value for name, value in fields.items() if value}).encode()


def hear(status: int, answer: bytes) -> Heard:
    """What an answer to a filing means, in either form.

    A good status without a number or a token is no answer: somebody's welcome page would be taken for a receipt.
    """
    text = answer.decode("utf-8", "replace")
    if 200 <= status < 300:
        number, token = _found(text, "service_request_id"), _found(text, "token")
        if number or token:
            return Heard("taken", number[:120], token[:120])
        return Heard("later", why="no_number")
    why = _found(text, "description")[:300]
    return Heard("later" if status in LATER else "refused", why=why)


def _found(text: str, name: str) -> str:
    """The first value with this name, in JSON or XML."""
    try:
        rows = json.loads(text)
    except ValueError:
        match = re.search(_TAG.format(name), text)
        return unescape(match[1]) if match else ""
    first = rows[0] if isinstance(rows, list) and rows else rows
    if isinstance(first, dict) and "errors" in first:
        first = (first["errors"] or [{}])[0]
    value: Any = first.get(name) if isinstance(first, dict) else None
    return str(value).strip() if value not in (None, "", [], {}) else ""
