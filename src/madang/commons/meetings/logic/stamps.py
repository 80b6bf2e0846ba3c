"""Moments of a recording: what a person types, and the address that leads there."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_STAMP = re.compile(r"^(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)$")


def read(typed: str) -> int | None:
    """Seconds of `1:02:05`, `62:05` or `3725`; None when it is no moment."""
    typed = typed.strip()
    if typed.isascii() and typed.isdigit() and len(typed) < 7:
        return int(typed)
    found = _STAMP.match(typed)
    if found is None or (found[1] and int(found[2]) > 59):
        return None
    return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])


def written(seconds: int) -> str:
    """`1:02:05`, or `2:05` within the first hour."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def address(recording: str, seconds: int) -> str:
    """The recording from that second on: `t=` is added to what the address asks for already."""
    parts = urlsplit(recording)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "t"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("t", str(seconds))])))
