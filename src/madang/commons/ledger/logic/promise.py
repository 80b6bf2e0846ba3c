"""The log's signed promise to take an entry in, given before the entry has a place.

It serves like the signed certificate timestamp of RFC 6962 section 3.2. It is a signed note whose first
line is `madang-promise/v1`; the second line of a checkpoint is a number and that of a promise never is,
so neither can be passed off as the other. A promise whose entry is missing from the log after the
deadline is evidence against the operator.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from madang.commons.ledger.logic.note import (
    NoteError,
    SignerKey,
    VerifierKey,
    decimal,
    decode64,
    encode64,
    open_note,
)

HEADER = "madang-promise/v1"
MERGE_SECONDS = 60
"""Within how many seconds the log must show the entry."""
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Promise:
    """`leaf` is a leaf hash; `at` is a whole second in UTC."""

    origin: str
    leaf: bytes
    at: datetime
    seconds: int = MERGE_SECONDS

    @property
    def deadline(self) -> datetime:
        """When the log must show the entry."""
        return self.at + timedelta(seconds=self.seconds)

    def text(self) -> str:
        """The note text that is signed."""
        lines = (HEADER, f"origin {self.origin}", f"leaf {encode64(self.leaf)}", f"at {moment(self.at)}")
        return "\n".join(lines) + f"\nwithin {self.seconds}\n"

    @classmethod
    def parse(cls, text: str) -> Promise:
        """Read a note text. Raises `NoteError`."""
        lines = text.split("\n")
        if len(lines) != 6 or lines[0] != HEADER or lines[5]:
            raise NoteError("not a promise")
        names, values = zip(
            *(line.split(" ", 1) if " " in line else ("", "") for line in lines[1:5]), strict=True
        )
        if names != ("origin", "leaf", "at", "within"):
            raise NoteError("not a promise")
        promise = cls(values[0], decode64(values[1]), read_moment(values[2]), decimal(values[3]))
        if len(promise.leaf) != 32:
            raise NoteError("a leaf hash has 32 bytes")
        return promise


def sign_promise(key: SignerKey, *, leaf: bytes, at: datetime) -> str:
    """The signed promise for a leaf hash. Same leaf and time always give the same text."""
    return key.sign(Promise(key.name, leaf, at.astimezone(UTC).replace(microsecond=0)).text())


def open_promise(note: str, keys: Iterable[VerifierKey]) -> Promise:
    """The promise in a signed note. Raises `NoteError`."""
    return Promise.parse(open_note(note, keys))


def moment(at: datetime) -> str:
    """A moment as `2026-07-03T09:12:44Z`."""
    return at.astimezone(UTC).strftime(_TIME)


def read_moment(text: str) -> datetime:
    """Read what `moment` wrote. Raises `NoteError`."""
    try:
        at = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise NoteError("not a moment in UTC") from None
    if moment(at) != text:
        raise NoteError("not a moment in UTC")
    return at
