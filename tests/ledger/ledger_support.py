"""A log without a database, and helpers to break it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import rfc8785

from madang.commons.ledger.append import Advance, Row, advance
from madang.commons.ledger.logic.merkle import leaf_hash, nodes_of, root
from madang.commons.ledger.logic.promise import sign_promise
from madang.commons.ledger.logic.proof import TlogProof
from madang.commons.ledger.logic.receipt import Receipt, build
from madang.commons.ledger.logic.tiles import WIDTH, read_entries, tile_at
from madang.commons.ledger.store import Store

ORIGIN = "log.example/ledger"
FILED = datetime(2026, 7, 3, 9, 12, 44, tzinfo=UTC)


class SqliteRows:
    """The outbox of the tests: a plain SQLite file that several processes may open."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute(
            "PRAGMA synchronous=OFF"
        )  # a killed process loses nothing by this, only a dead machine
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS outbox"
            ' (id INTEGER PRIMARY KEY AUTOINCREMENT, leaf BLOB, "index" INTEGER UNIQUE)'
        )

    def add(self, leaves: Sequence[bytes]) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany("INSERT INTO outbox (leaf) VALUES (?)", [(leaf,) for leaf in leaves])
        self.db.execute("COMMIT")

    def waiting(self, limit: int) -> list[Row]:
        return self._rows('"index" IS NULL ORDER BY id LIMIT ?', limit)

    def settle(self) -> None:
        pass

    def count(self) -> int:
        return self.db.execute('SELECT coalesce(max("index") + 1, 0) FROM outbox').fetchone()[0]

    def by_id(self, ids: Sequence[int]) -> dict[int, Row]:
        return {row.id: row for wanted in ids for row in self._rows("id = ?", wanted)}

    def at(self, index: int) -> Row | None:
        return next(iter(self._rows('"index" = ?', index)), None)

    def assign(self, places: Sequence[tuple[int, int]]) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        for row_id, index in places:
            self.db.execute('UPDATE outbox SET "index" = ? WHERE id = ?', (index, row_id))
        self.db.execute("COMMIT")

    def all(self) -> list[Row]:
        return self._rows("1 ORDER BY id")

    def _rows(self, where: str, *values: object) -> list[Row]:
        found = self.db.execute(f'SELECT id, leaf, "index" FROM outbox WHERE {where}', values)  # noqa: S608
        return [Row(key, leaf, leaf_hash(leaf).hex(), index) for key, leaf, index in found]


def new_log(folder: Path) -> tuple[Store, SqliteRows]:
    folder.mkdir(parents=True, exist_ok=True)
    return Store(folder / "ledger", ORIGIN), SqliteRows(folder / "rows.sqlite3")


def run(store: Store, rows: SqliteRows, limit: int = 1000) -> Advance:
    return advance(store, rows, limit=limit)


def leaf(number: int) -> bytes:
    return b'{"n":%d}' % number


def expected_root(leaves: Sequence[bytes]) -> bytes:
    return root(len(leaves), nodes_of([leaf_hash(item) for item in leaves]))


def log_leaves(store: Store) -> list[bytes]:
    """Every entry that the published log holds, in order."""
    published = store.checkpoint()
    size = published[1].size if published else 0
    tiles = [tile_at(-1, first, size) for first in range(0, size, WIDTH)]
    return [entry for tile in tiles for entry in read_entries(store.fetch, tile)]


def filing(number: str = "ID-2607-00042-7", title: str = "골목 가로등을 밝게") -> tuple[bytes, bytes, bytes]:
    """Salt, payload and leaf of one act, in the shape that the kernel writes."""
    salt = hashlib.sha256(number.encode()).digest()
    payload = rfc8785.dumps(
        {
            "action": "square.idea.file",
            "target": f"idea:{number}",
            "at": FILED.isoformat(timespec="seconds"),
            "data": {"title": title},
        }
    )
    commit = hashlib.sha256(salt + payload).hexdigest()
    return (
        salt,
        payload,
        rfc8785.dumps({"v": 1, "act": "square.idea.file", "at": "2026-07-03T09Z", "commit": commit}),
    )


def receipt_in(store: Store, rows: SqliteRows, before: int = 5, after: int = 3) -> Receipt:
    """A receipt with proof from a log that holds `before` entries before it and `after` behind it."""
    entry = filing()[2]
    rows.add([leaf(number) for number in range(before)])
    rows.add([entry])
    rows.add([leaf(number) for number in range(after)])
    run(store, rows)
    return with_proof(store, promised(store), before)


def promised(store: Store) -> Receipt:
    salt, payload, entry = filing()
    note = sign_promise(store.signer, leaf=leaf_hash(entry), at=FILED)
    return build(log_key=store.verifier, salt=salt, payload=payload, leaf=entry, promise=note)


def with_proof(store: Store, receipt: Receipt, index: int) -> Receipt:
    published = store.checkpoint()
    assert published
    note, checkpoint = published
    return receipt.with_proof(TlogProof(index, tuple(store.tree(checkpoint.size).inclusion(index)), note))
