"""Do two states belong to one log that only grew? Each may be given as a size or as a signed note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from madang.commons.ledger.logic.merkle import ProofError, consistency_proof, root, verify_consistency
from madang.commons.ledger.logic.note import (
    Checkpoint,
    NoteError,
    VerifierKey,
    decimal,
    encode64,
    open_checkpoint,
)
from madang.commons.ledger.logic.tiles import Fetch, TileTree


@dataclass(frozen=True)
class Growth:
    """`code` is "right", "wrong", "unknown", "unreadable", "signature" or "order"; the rest is known if right.

    `size` is that of the log that was asked, 0 if it has no readable state.
    """

    code: str
    size: int = 0
    old: int = 0
    new: int = 0
    old_root: str = ""
    new_root: str = ""
    hashes: tuple[str, ...] = ()


def compare(old: str, new: str, fetch: Fetch, keys: Iterable[VerifierKey]) -> Growth:
    """Compare two states by the tiles of one log. An empty `new` stands for the state it publishes.

    Nothing that the files say is believed unless it fits a signed root. Raises `TileError` when the log lacks
    a part, and `NoteError` when it has no signed state of its own.
    """
    trusted = tuple(keys)
    published = fetch("checkpoint")
    if published is None:
        raise NoteError("there is no checkpoint")
    today = open_checkpoint(published.decode(errors="replace"), trusted)
    states: list[Checkpoint | int] = []
    for given in (old, new or str(today.size)):
        try:
            states.append(_read(given, trusted, today.origin))
        except NoteError:
            return Growth("signature" if "\n\n" in given.strip() else "unreadable", today.size)
    first, second = (state if isinstance(state, int) else state.size for state in states)
    if any(isinstance(state, Checkpoint) and state.size > today.size for state in states):
        return Growth("wrong", today.size)  # signed, and yet the log of today is smaller
    if not first > 0 or max(first, second) > today.size:
        return Growth("unknown", today.size)
    if first > second:
        return Growth("order", today.size)
    node = TileTree(fetch, today.size).node
    roots = [root(size, node) for size in (first, second)]
    hashes = consistency_proof(first, second, node)
    try:
        verify_consistency(
            second, today.size, roots[1], today.root, consistency_proof(second, today.size, node)
        )
        verify_consistency(first, second, roots[0], roots[1], hashes)
    except ProofError:
        return Growth("wrong", today.size)
    for state, found in zip(states, roots, strict=True):
        if isinstance(state, Checkpoint) and state.root != found:
            return Growth("wrong", today.size)
    shown = tuple(encode64(item) for item in hashes)
    return Growth("right", today.size, first, second, encode64(roots[0]), encode64(roots[1]), shown)


def _read(given: str, keys: tuple[VerifierKey, ...], origin: str) -> Checkpoint | int:
    text = given.replace("\r\n", "\n").strip()
    return open_checkpoint(f"{text}\n", keys, origin) if "\n" in text else decimal(text)
