"""The local mail folder of a demo, read back."""

from __future__ import annotations

import email
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

from madang.kernel import clock

SEPARATOR = b"\n" + b"-" * 79 + b"\n"
MOST = 50
LARGEST = 1_000_000  # bytes of a file that are read


@dataclass(frozen=True)
class Letter:
    """One mail as it was written. `at` is None when its date cannot be read."""

    subject: str
    to: str
    at: datetime | None
    body: str


def latest(most: int = MOST) -> list[Letter]:
    """The last mails in the folder, newest first; none when mails are really sent."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if not folder or not Path(folder).is_dir():
        return []
    letters: list[Letter] = []
    for path in sorted(Path(folder).glob("*.log"), reverse=True):
        with path.open("rb") as file:
            pieces = (file.read(LARGEST) + b"\n").split(SEPARATOR)
        letters += [_read(piece) for piece in reversed(pieces) if piece.strip()]
        if len(letters) >= most:
            break
    return letters[:most]


def _read(raw: bytes) -> Letter:
    message = email.message_from_bytes(raw.lstrip(b"\n"), policy=default)
    plain = message.get_body(("plain",)) if isinstance(message, EmailMessage) else None
    try:
        at = parsedate_to_datetime(str(message["Date"]))
        at = at if at.tzinfo else at.replace(tzinfo=clock.UTC)  # "-0000": universal time, zone not told
    except (TypeError, ValueError):
        at = None
    return Letter(
        subject=str(message["Subject"] or ""),
        to=str(message["To"] or ""),
        at=at,
        body=str(plain.get_content()) if plain is not None else "",
    )
