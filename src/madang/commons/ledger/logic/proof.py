"""Proofs of inclusion as text files, after c2sp.org/tlog-proof v1. They can be checked offline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from madang.commons.ledger.logic.merkle import ProofError, verify_inclusion
from madang.commons.ledger.logic.note import (
    Checkpoint,
    NoteError,
    VerifierKey,
    decimal,
    decode64,
    encode64,
    open_checkpoint,
)

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63


@dataclass(frozen=True)
class TlogProof:
    """Where an entry stands, the path to the root, and the signed checkpoint that holds the root."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    """The signed note, word for word, with any signatures of witnesses."""
    extra: bytes | None = None
    """Opaque data of the application. Nothing authenticates it."""

    def __str__(self) -> str:
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {encode64(self.extra)}")
        lines += [f"index {self.index}", *(encode64(item) for item in self.hashes)]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    @classmethod
    def parse(cls, text: str) -> TlogProof:
        """Read the text form. Raises `NoteError`."""
        head, gap, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if not gap or lines.pop(0) != HEADER or not lines:
            raise NoteError("not a proof of inclusion")
        extra = decode64(lines.pop(0)[6:]) if lines[0].startswith("extra ") else None
        if not lines or not lines[0].startswith("index "):
            raise NoteError("the proof names no index")
        index = decimal(lines.pop(0)[6:])
        hashes = tuple(decode64(line) for line in lines)
        if len(hashes) > MAX_HASHES:
            raise NoteError("the proof is too long")
        return cls(index, hashes, checkpoint, extra)

    def verify(self, leaf: bytes, keys: Iterable[VerifierKey], origin: str = "") -> Checkpoint:
        """Check signature and path for the leaf hash `leaf`. Raises `NoteError` or `ProofError`."""
        checkpoint = open_checkpoint(self.checkpoint, keys, origin)
        self.verify_path(leaf, checkpoint)
        return checkpoint

    def verify_path(self, leaf: bytes, checkpoint: Checkpoint) -> None:
        """Check only the path from `leaf` to the root of `checkpoint`. Raises `ProofError`."""
        if any(len(item) != 32 for item in self.hashes):
            raise ProofError("a hash has the wrong length")
        verify_inclusion(self.index, checkpoint.size, leaf, self.hashes, checkpoint.root)
