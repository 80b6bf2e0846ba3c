"""The one sequencer: outbox rows of the database become entries of the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from madang.commons.ledger import durable, witnessing
from madang.commons.ledger.append import Advance, Row, advance
from madang.commons.ledger.errors import BusyError, DatabaseBehindError
from madang.commons.ledger.logic.counting import running_number
from madang.commons.ledger.logic.tiles import WIDTH, read_entries, tile_at
from madang.commons.ledger.store import Store
from madang.kernel.domain import audit
from madang.kernel.models import Outbox

BATCH = 2000
ADVISORY_LOCK = 0x6D616461_6C6F67  # "madalog": any constant that nothing else in the database uses


def store() -> Store:
    """The log of this installation, in the folder `ledger` under `MADANG_HOME`."""
    return _store(Path(settings.HOME) / "ledger", f"{urlsplit(settings.PUBLIC_URL).netloc}/ledger")


def sequence(*, limit: int = BATCH, accept_lost_rows: bool = False) -> Advance:
    """Take up to `limit` waiting rows into the log. Raises `BusyError` while another sequencer works.

    `accept_lost_rows` is for an operator after a restore: the log goes on although the database lacks
    rows of entries that are already public. It never changes or drops a public entry; new acts are numbered
    behind those that the log holds.
    """
    _look_back_once()
    with _advisory_lock():
        if accept_lost_rows:
            _skip_numbers_of_lost_rows()
        return advance(store(), OutboxRows(), limit=limit, accept_lost_rows=accept_lost_rows)


@lru_cache(maxsize=1)
def _look_back_once() -> None:
    """Whoever starts may have been restored from an old copy: see what the witnesses hold before signing."""
    witnessing.look_back(store())


def _skip_numbers_of_lost_rows() -> None:
    log = store()
    size, start, reached = log.head().size, OutboxRows().count(), dict[str, int]()
    for first in range(start - start % WIDTH, size, WIDTH):
        for entry in read_entries(log.fetch, tile_at(-1, first, size)):
            act, number = running_number(entry)
            if number:
                reached[act] = max(number, reached.get(act, 0))
    audit.skip_numbers(reached)


class OutboxRows:
    """`Rows` over the outbox table."""

    def waiting(self, limit: int) -> list[Row]:
        # No lower bound on the id: a transaction that began early may commit late.
        return [_row(item) for item in Outbox.objects.filter(index__isnull=True).order_by("id")[:limit]]

    def settle(self) -> None:
        # SQLite with synchronous=NORMAL leaves commits in the page cache until the next WAL checkpoint.
        # It locks the -shm file, never the -wal file, so opening and closing this one is harmless.
        if connection.vendor == "sqlite":
            log = Path(f"{connection.settings_dict['NAME']}-wal")
            if log.is_file():
                durable.sync(log)

    def count(self) -> int:
        last = Outbox.objects.aggregate(last=Max("index"))["last"]
        return 0 if last is None else last + 1

    def by_id(self, ids: Sequence[int]) -> dict[int, Row]:
        return {item.pk: _row(item) for item in Outbox.objects.filter(pk__in=ids)}

    def at(self, index: int) -> Row | None:
        item = Outbox.objects.filter(index=index).first()
        return _row(item) if item else None

    def assign(self, places: Sequence[tuple[int, int]]) -> None:
        with transaction.atomic():
            written = Outbox.objects.bulk_update(
                [Outbox(pk=pk, index=index) for pk, index in places], ["index"], batch_size=400
            )
            if written != len(places):
                raise DatabaseBehindError("a row vanished while it was being published")


def _row(item: Outbox) -> Row:
    return Row(item.pk, bytes(item.leaf), item.leaf_hash, item.index)


@lru_cache(maxsize=4)
def _store(folder: Path, origin: str) -> Store:
    return Store(folder, origin, _has_entries)


def _has_entries() -> bool:
    """Whether the database knows places in the log: with an empty folder beside it, the folder was lost."""
    return Outbox.objects.filter(index__isnull=False).exists()


@contextmanager
def _advisory_lock() -> Iterator[None]:
    """A second lock for installations with several machines and one PostgreSQL."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
        row = cursor.fetchone()
        if not row or not row[0]:
            raise BusyError("another sequencer is at work")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
