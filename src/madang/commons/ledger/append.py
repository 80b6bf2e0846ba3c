"""One step of the sequencer: rows that wait become entries. Knows files and rows, but no framework."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from madang.commons.ledger.errors import DamagedError, DatabaseBehindError, EntryError, LedgerBehindError
from madang.commons.ledger.logic.merkle import leaf_hash
from madang.commons.ledger.logic.note import Checkpoint
from madang.commons.ledger.logic.tiles import MAX_ENTRY, TileError, TileTree, grow
from madang.commons.ledger.store import Store

CHUNK = 500


@dataclass(frozen=True)
class Row:
    """A row of the outbox. `index` is its place in the log, `None` while it waits."""

    id: int
    leaf: bytes
    hash: str
    index: int | None = None


class Rows(Protocol):
    """The outbox as the sequencer sees it."""

    def waiting(self, limit: int) -> list[Row]:
        """Rows without a place, in order of id."""

    def settle(self) -> None:
        """Make every committed row survive a power cut. Nothing may be signed that could still vanish."""

    def count(self) -> int:
        """One more than the highest place given out; 0 if none."""

    def by_id(self, ids: Sequence[int]) -> dict[int, Row]:
        """Rows that exist, by id."""

    def at(self, index: int) -> Row | None:
        """The row at a place."""

    def assign(self, places: Sequence[tuple[int, int]]) -> None:
        """Write `(id, index)` pairs, all or none."""


@dataclass(frozen=True)
class Advance:
    """What one step did: `added` new entries; `repaired` rows whose place a crash had left unwritten."""

    checkpoint: Checkpoint
    added: int
    repaired: int


def advance(store: Store, rows: Rows, *, limit: int, accept_lost_rows: bool = False) -> Advance:
    """Take up to `limit` waiting rows into the log and publish the new checkpoint.

    May be killed at any line: the next call finishes or discards the step, and no size ever gets a second
    root. Raises a `LedgerError` before signing anything if files and database contradict each other.
    """
    with store.lock():
        head, repaired = _recover(store, rows, accept_lost_rows)
        batch = rows.waiting(limit)
        if not batch:
            return Advance(head, 0, repaired)
        for row in batch:
            _check(row)
        rows.settle()
        leaves = [bytes.fromhex(row.hash) for row in batch]
        ids = [row.id for row in batch]
        try:
            files = grow(store.fetch, head.size, [row.leaf for row in batch], leaves)
        except TileError as error:
            raise DamagedError(str(error)) from error
        store.write_batch(head.size, ids, files)
        new = store.release(head.size + len(batch))
        rows.assign(list(zip(ids, range(head.size, new.size), strict=True)))
        store.prune(head.size, new.size)
        return Advance(new, len(batch), repaired)


def _recover(store: Store, rows: Rows, accept_lost_rows: bool) -> tuple[Checkpoint, int]:
    """Bring files and database to the head that was signed last, or say why they cannot agree."""
    head = store.head()
    count = rows.count()
    if count > head.size:
        raise LedgerBehindError(f"the database has {count} entries, the log's files only {head.size}")
    store.heed_evidence()
    tree = store.tree(head.size)
    try:
        if tree.root() != head.root:
            raise DamagedError(f"the tiles do not lead to the root signed at size {head.size}")
        head = store.release(head.size)
        repaired = _repair(store, rows, tree, head.size, max(count, store.lost()), accept_lost_rows)
        if count and count == head.size:
            last = rows.at(count - 1)
            if last is None or bytes.fromhex(last.hash) != tree.node(0, count - 1):
                raise DatabaseBehindError(f"entry {count - 1} differs between database and log")
    except TileError as error:
        raise DamagedError(str(error)) from error
    return head, repaired


def _repair(store: Store, rows: Rows, tree: TileTree, size: int, start: int, accept_lost: bool) -> int:
    """Give rows the places that the log already holds for them."""
    repaired = 0
    for first in range(start, size, CHUNK):
        ids = store.row_ids(first, min(first + CHUNK, size), lenient=accept_lost)
        known = rows.by_id(ids)
        places = []
        for index, row_id in enumerate(ids, first):
            row = known.get(row_id)
            if row and row.index is None and row.hash == tree.node(0, index).hex():
                places.append((row_id, index))
            elif not accept_lost:
                raise DatabaseBehindError(
                    f"the log holds {size} entries, but the database lacks the row of entry {index}"
                )
        rows.assign(places)
        repaired += len(places)
    if accept_lost and start < size:
        store.accept_loss(size)
    return repaired


def _check(row: Row) -> None:
    if len(row.leaf) > MAX_ENTRY:
        raise EntryError(f"outbox row {row.id} is longer than {MAX_ENTRY} bytes")
    if leaf_hash(row.leaf).hex() != row.hash:
        raise EntryError(f"outbox row {row.id} does not match its hash")
