"""Cosignatures of witnesses, after c2sp.org/tlog-cosignature v1 (Ed25519 with a moment).

A witness says: at this moment this was the largest state of that log I saw, and it continues all I saw before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from madang.commons.ledger.logic.note import Note, NoteError, decode64, encode64, valid_name

COSIGNATURE = b"\x04"
_SIGNATURE = 8 + 64
_MAX_TIME = 2**63 - 1


@dataclass(frozen=True)
class WitnessKey:
    """A witness's public key with its name. As text: `name+hex key id+base64(0x04 || key)`."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> WitnessKey:
        """Read the text form. Raises `NoteError`."""
        name, _, rest = text.strip().partition("+")
        hex_id, _, encoded = rest.partition("+")
        data = decode64(encoded)
        if data[:1] != COSIGNATURE or len(data) != 33 or not valid_name(name):
            raise NoteError("not the Ed25519 key of a witness")
        key = cls(name, data[1:])
        if key.id.hex() != hex_id:
            raise NoteError("the key does not match its own id")
        return key

    @cached_property
    def id(self) -> bytes:
        """The four-byte key id."""
        return hashlib.sha256(self.name.encode() + b"\n" + COSIGNATURE + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encode64(COSIGNATURE + self.public)}"

    def seen_at(self, text: str, signature: bytes) -> int | None:
        """When the witness signed the note text, in seconds since 1970; `None` if it did not."""
        moment = int.from_bytes(signature[:8], "big")
        if len(signature) != _SIGNATURE or not 0 < moment <= _MAX_TIME:
            return None
        message = f"cosignature/v1\ntime {moment}\n{text}".encode()
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature[8:], message)
        except (InvalidSignature, ValueError):
            return None
        return moment


def cosignatures(note: str, witnesses: Iterable[WitnessKey]) -> dict[WitnessKey, int]:
    """Which witnesses cosigned a note, and when; signatures of others are ignored.

    Raises `NoteError` when a line carries the name and id of a witness but was not signed by it.
    """
    parsed = Note.parse(note)
    known = {(key.name, key.id): key for key in witnesses}
    found: dict[WitnessKey, int] = {}
    for name, number, signature in parsed.signatures:
        key = known.get((name, number))
        if key is None:
            continue
        moment = key.seen_at(parsed.text, signature)
        if moment is None:
            raise NoteError(f"a wrong cosignature of {name}")
        found[key] = max(moment, found.get(key, 0))
    return found


def with_lines(note: str, lines: Iterable[str]) -> str:
    """A signed note with more signature lines."""
    return note + "".join(f"{line}\n" for line in lines)
