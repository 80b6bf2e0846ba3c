"""Check a whole log from its public files, as an outsider would: every entry, tile and the signed root."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from madang.commons.ledger.logic.counting import Counts
from madang.commons.ledger.logic.merkle import Frontier, leaf_hash
from madang.commons.ledger.logic.note import Checkpoint, VerifierKey, open_checkpoint
from madang.commons.ledger.logic.tiles import (
    HEIGHT,
    WIDTH,
    Fetch,
    Tile,
    TileError,
    read_entries,
    read_hashes,
    tile_at,
    tile_root,
)


class AuditError(ValueError):
    """The published files do not agree with each other."""


def audit(
    fetch: Fetch,
    keys: Iterable[VerifierKey],
    *,
    origin: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
    counts: Counts | None = None,
) -> Checkpoint:
    """Recompute the log from its entries and compare everything that is published.

    `progress(done, total)` counts bundles of 256 entries. Memory stays small at any size. `counts` takes
    every entry: whether acts are missing is for the caller to judge, because the tree is whole all the same.
    Raises `AuditError`, `TileError` or `NoteError`; returns the checkpoint that was confirmed.
    """
    note = fetch("checkpoint")
    if note is None:
        raise AuditError("there is no checkpoint")
    try:
        checkpoint = open_checkpoint(note.decode(), keys, origin)
    except UnicodeDecodeError:
        raise AuditError("the checkpoint is not text") from None
    edge = Frontier()
    bundles = -(-checkpoint.size // WIDTH)
    for number in range(bundles):
        tile = tile_at(-1, number * WIDTH, checkpoint.size)
        entries = read_entries(fetch, tile)
        leaves = [leaf_hash(entry) for entry in entries]
        if b"".join(leaves) != read_hashes(fetch, Tile(0, number, tile.width)):
            raise AuditError(f"{Tile(0, number, tile.width).path} does not match its entries")
        edge.extend(leaves)
        if counts:
            for place, entry in enumerate(entries, number * WIDTH):
                counts.take(place, entry)
        progress(number + 1, bundles)
    if edge.root() != checkpoint.root:
        raise AuditError("the entries do not lead to the signed root")
    _check_upper_tiles(fetch, checkpoint.size)
    return checkpoint


def _check_upper_tiles(fetch: Fetch, size: int) -> None:
    level, count = 1, size >> HEIGHT
    while count:
        for number in range(-(-count // WIDTH)):
            tile = tile_at(level, number * WIDTH, size)
            expected = b"".join(
                tile_root(read_hashes(fetch, Tile(level - 1, number * WIDTH + below)))
                for below in range(tile.width)
            )
            if read_hashes(fetch, tile) != expected:
                raise AuditError(f"{tile.path} does not match the tiles below it")
        level, count = level + 1, count >> HEIGHT


__all__ = ["AuditError", "TileError", "audit"]
