"""What another server says about a request that it has: read from its answer, in either form. Plain Python."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal
from urllib.parse import quote, urlencode, urlsplit

from madang.services.casework.open311.logic import passing, times

READ = 64_000
"""Bytes of an answer that are read: one request is far shorter, a list of thousands is no answer."""
NOTES_MAX = 2000
URL_MAX = 500
FIRST_YEAR, LAST_YEAR = 1990, 2100
NAMES = (
    "status",
    "status_notes",
    "agency_responsible",
    "media_url",
    "updated_datetime",
    "expected_datetime",
)
_REQUEST = re.compile(r"<request\b[^>]*>(.*?)</request>", re.DOTALL)

Outcome = Literal["said", "unknown", "later", "nonsense"]


@dataclass(frozen=True, slots=True)
class Said:
    """The state of one request over there. `status` is `open`, `closed` or another word of theirs."""

    status: str
    notes: str = ""
    agency: str = ""
    media_url: str = ""
    said_at: datetime | None = None
    expected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of asking. `later`: the server is down or busy; `unknown`: it does not know this number."""

    outcome: Outcome
    said: Said | None = None
    number: str = ""


def request_url(root: str, number: str, jurisdiction: str) -> str:
    """Where one request is asked for."""
    return _url(root, "requests", number, jurisdiction)


def token_url(root: str, token: str, jurisdiction: str) -> str:
    """Where the number is asked for that a token became."""
    return _url(root, "tokens", token, jurisdiction)


def _url(root: str, kind: str, name: str, jurisdiction: str) -> str:
    asked = f"?{urlencode({'jurisdiction_id': jurisdiction})}" if jurisdiction else ""
    return f"{root.rstrip('/')}/{kind}/{quote(name, safe='')}.json{asked}"


def hear_number(status: int, answer: bytes) -> Heard:
    """The number that a token became; `unknown` while it has none."""
    if (failed := _failed(status)) is not None:
        return failed
    heard = passing.hear(status, answer)
    return Heard("said", number=heard.number) if heard.number else Heard("unknown")


def hear(status: int, answer: bytes, number: str, zone: tzinfo) -> Heard:
    """The state of the request with this number; another one's is not taken for it.

    Args:
        zone: of times that are written without one.
    """
    if (failed := _failed(status)) is not None:
        return failed
    row = _row(answer.decode("utf-8", "replace"), number)
    if row is None or not row["status"]:
        return Heard("nonsense")
    said = Said(
        status=row["status"].lower()[:40],
        notes=row["status_notes"][:NOTES_MAX],
        agency=row["agency_responsible"][:200],
        media_url=address(row["media_url"]),
        said_at=_moment(row["updated_datetime"], zone),
        expected_at=_moment(row["expected_datetime"], zone),
    )
    return Heard("said", said)


def _failed(status: int) -> Heard | None:
    if 200 <= status < 300:
        return None
    if status in (404, 410):
        return Heard("unknown")
    return Heard("later" if status in passing.LATER else "nonsense")


def _row(text: str, number: str) -> dict[str, str] | None:
    whole = passing.parsed(text)
    if whole is None:
        found = (match[1] for match in _REQUEST.finditer(text))
        return next((_of_xml(one) for one in found if _number_in(one) == number), None)
    rows: list[Any] = whole if isinstance(whole, list) else [whole]
    for one in rows:
        if isinstance(one, dict) and passing.line(one.get("service_request_id")) == number:
            return {name: passing.line(one.get(name)) for name in NAMES}
    return None


def _number_in(request: str) -> str:
    return passing.in_xml(request, "service_request_id")


def _of_xml(request: str) -> dict[str, str]:
    return {name: passing.in_xml(request, name, READ) for name in NAMES}


def address(written: str) -> str:
    """An address that a link may lead to; "" where it is none of the web, is too long or names a user."""
    if len(written) > URL_MAX or any(sign.isspace() or ord(sign) < 33 for sign in written):
        return ""
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0
    return written if is_web and parts.username is None and parts.password is None else ""


def _moment(written: str, zone: tzinfo) -> datetime | None:
    found = times.read(written, zone)
    return found if found is not None and FIRST_YEAR <= found.year <= LAST_YEAR else None
