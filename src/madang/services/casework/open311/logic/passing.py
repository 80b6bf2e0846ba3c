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
_TAG = r"<{0}>([^<]{{0,{1}}})</{0}>"

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


def parsed(text: str) -> Any:
    """What JSON says; None where it is none, or is nested so deeply that only a machine could have meant it."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def line(value: object) -> str:
    """A text or a number as text; anything else is nothing."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def in_xml(text: str, name: str, most: int = 300) -> str:
    """The text of the first element with this name, where it is no longer than `most`."""
    match = re.search(_TAG.format(name, most), text)
    return unescape(match[1]).strip() if match else ""


def _found(text: str, name: str) -> str:
    """The first value with this name, in JSON or XML."""
    first = parsed(text)
    if first is None:
        return in_xml(text, name)
    for _depth in range(2):
        if isinstance(first, dict) and "errors" in first:
            first = first["errors"]
        if isinstance(first, list):
            first = first[0] if first else None
    return line(first.get(name)) if isinstance(first, dict) else ""
