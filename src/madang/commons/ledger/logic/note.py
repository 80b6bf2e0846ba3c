"""Signed notes and checkpoints as published at c2sp.org (signed-note v1, tlog-checkpoint v1).

A note is a text, an empty line and signature lines. A checkpoint is a note that names a log, its
number of leaves and its root. Keys are Ed25519; the key strings are those of Go's
`golang.org/x/mod/sumdb/note`, so other people's programs read them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
MAX_NOTE = 200_000
MAX_SIGNATURES = 100
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class NoteError(ValueError):
    """A note, key or checkpoint is malformed or not signed by the key that was asked for."""


def encode64(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def decode64(text: str) -> bytes:
    """Standard base64, only in the one canonical spelling, so that no character may be changed unseen."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("not base64") from None
    if encode64(data) != text:
        raise NoteError("not canonical base64")
    return data


def decimal(text: str) -> int:
    """A count or index: ASCII digits without leading zeroes."""
    if not _NUMBER.fullmatch(text):
        raise NoteError("not a number")
    return int(text)


def key_id(name: str, public: bytes) -> bytes:
    """Four bytes that name an Ed25519 key in signature lines."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


@dataclass(frozen=True)
class VerifierKey:
    """A public key with its name. As text: `name+hex key id+base64(0x01 || key)`."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not valid_name(self.name):
            raise NoteError("a key name must not be empty or hold spaces or plus signs")
        if len(self.public) != 32:
            raise NoteError("a public key has 32 bytes")

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read the text form. Raises `NoteError`."""
        name, _, rest = text.strip().partition("+")
        hex_id, _, encoded = rest.partition("+")
        data = decode64(encoded)
        if data[:1] != ED25519:
            raise NoteError("not an Ed25519 key")
        key = cls(name, data[1:])
        if key.id.hex() != hex_id:
            raise NoteError("the key does not match its own id")
        return key

    @cached_property
    def id(self) -> bytes:
        """The four-byte key id."""
        return key_id(self.name, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encode64(ED25519 + self.public)}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether `signature` is this key's signature of `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class SignerKey:
    """A private key with its name. As text: `PRIVATE+KEY+name+hex key id+base64(0x01 || seed)`."""

    name: str
    seed: bytes

    @classmethod
    def generate(cls, name: str) -> SignerKey:
        """A new random key."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> SignerKey:
        """Read the text form. Raises `NoteError`; the message never holds the secret."""
        parts = text.strip().split("+", 4)
        if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:
            raise NoteError("not a private key")
        data = decode64(parts[4])
        if data[:1] != ED25519 or len(data) != 33:
            raise NoteError("not an Ed25519 private key")
        key = cls(parts[2], data[1:])
        if key.verifier.id.hex() != parts[3]:
            raise NoteError("the private key does not match its own id")
        return key

    @cached_property
    def verifier(self) -> VerifierKey:
        """The public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifierKey(self.name, private.public_key().public_bytes_raw())

    def __str__(self) -> str:
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{encode64(ED25519 + self.seed)}"

    def __repr__(self) -> str:
        return f"SignerKey({self.name!r}, secret)"

    def sign(self, text: str) -> str:
        """The signed note of `text`. Same key and text always give the same note."""
        if not text.endswith("\n") or has_control(text):
            raise NoteError("a note ends in a newline and holds no control characters")
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n— {self.name} {encode64(self.verifier.id + signature)}\n"


@dataclass(frozen=True)
class Note:
    """A note whose signatures were read but not yet checked."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]
    """Name, key id and signature of each line."""

    @classmethod
    def parse(cls, note: str) -> Note:
        """Split a note into text and signatures. Raises `NoteError`."""
        if len(note) > MAX_NOTE or has_control(note) or not note.endswith("\n"):
            raise NoteError("not a signed note")
        text, gap, tail = note.rpartition("\n\n")
        lines = tail.split("\n")[:-1]
        if not gap or not lines or len(lines) > MAX_SIGNATURES:
            raise NoteError("not a signed note")
        return cls(text + "\n", tuple(_signature(line) for line in lines))

    def signed_by(self, keys: Iterable[VerifierKey]) -> bool:
        """Whether at least one of `keys` signed and none of their signatures is wrong."""
        known = {(key.name, key.id): key for key in keys}
        checked = [
            known[name, number].verifies(self.text, signature)
            for name, number, signature in self.signatures
            if (name, number) in known
        ]
        return bool(checked) and all(checked)


def open_note(note: str, keys: Iterable[VerifierKey]) -> str:
    """The text of a note, once it is known to be signed by one of `keys`. Raises `NoteError`."""
    parsed = Note.parse(note)
    if not parsed.signed_by(keys):
        raise NoteError("not signed by the log's key")
    return parsed.text


@dataclass(frozen=True)
class Checkpoint:
    """What a log says about itself at one moment."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note text that is signed."""
        return f"{self.origin}\n{self.size}\n{encode64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a note text. Extension lines are allowed and ignored. Raises `NoteError`."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise NoteError("not a checkpoint")
        tree_root = decode64(lines[2])
        if len(tree_root) != 32:
            raise NoteError("a root has 32 bytes")
        return cls(lines[0], decimal(lines[1]), tree_root)


def open_checkpoint(note: str, keys: Iterable[VerifierKey], origin: str = "") -> Checkpoint:
    """The checkpoint in a signed note, of `origin` if given. Raises `NoteError`."""
    checkpoint = Checkpoint.parse(open_note(note, keys))
    if origin and checkpoint.origin != origin:
        raise NoteError("a checkpoint of another log")
    return checkpoint


def valid_name(name: str) -> bool:
    """Whether a key may have this name."""
    return bool(name) and "+" not in name and not any(c.isspace() for c in name) and not has_control(name)


def has_control(text: str) -> bool:
    """Whether a text holds ASCII control characters other than newline."""
    return any(c < " " and c != "\n" for c in text)


def _signature(line: str) -> tuple[str, bytes, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "—" or not valid_name(name):
        raise NoteError("not a signature line")
    data = decode64(encoded)
    if len(data) < 5:
        raise NoteError("a signature is too short")
    return name, data[:4], data[4:]
