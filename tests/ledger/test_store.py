"""The log must survive a crash at any line and must never sign two roots for one size."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.ledger.append import advance
from madang.commons.ledger.errors import (
    BusyError,
    DamagedError,
    DatabaseBehindError,
    EntryError,
    KeyMissingError,
    LedgerBehindError,
    LedgerError,
    SplitError,
)
from madang.commons.ledger.logic.audit import audit
from madang.commons.ledger.logic.merkle import leaf_hash
from madang.commons.ledger.logic.tiles import grow
from madang.commons.ledger.store import Store
from tests.ledger.ledger_support import ORIGIN, SqliteRows, expected_root, leaf, log_leaves, new_log, run


class CrashError(BaseException):
    """The power goes."""


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of the steps is what counts here; a busy disk would only make it slow."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


class Heads:
    """Remembers every root that could be seen, signed or published, and refuses a second one."""

    def __init__(self) -> None:
        self.roots: dict[int, bytes] = {}

    def look(self, store: Store) -> None:
        published = store.checkpoint()
        for head in (store.signed(), published[1] if published else None):
            if head:
                assert self.roots.setdefault(head.size, head.root) == head.root


def check_whole(store: Store, rows: SqliteRows) -> None:
    """Every row stands in the log exactly once and at the place that it names."""
    leaves = log_leaves(store)
    assert audit(store.fetch, [store.verifier]).root == expected_root(leaves)
    places = [row.index for row in rows.all()]
    assert sorted(place for place in places if place is not None) == list(range(len(leaves)))
    assert None not in places
    for row in rows.all():
        assert row.index is not None
        assert leaves[row.index] == row.leaf


def count_steps(patch_in: pytest.MonkeyPatch, work: Callable[[], object], crash_at: int, after: bool) -> int:
    """Run `work`, cutting the power at the nth durable step: before it, or just after it took effect."""
    done = 0

    def wrap(real: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **more: object) -> object:
            nonlocal done
            done += 1
            if done == crash_at and not after:
                raise CrashError
            result = real(*args, **more)
            if done == crash_at:
                raise CrashError
            return result

        return step

    with patch_in.context() as patch:
        for name in ("fsync", "replace", "link"):
            patch.setattr(os, name, wrap(getattr(os, name)))
        patch.setattr(SqliteRows, "assign", wrap(SqliteRows.assign))
        patch.setattr(shutil, "rmtree", wrap(shutil.rmtree))
        work()
    return done


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("first", "second"), [(0, 3), (3, 4), (250, 10), (256, 256), (0, 600)])
def test_a_crash_at_any_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: int, second: int, after: bool
) -> None:
    step = 0
    while True:
        step += 1
        folder = tmp_path / str(step)
        store, rows = new_log(folder)
        heads = Heads()
        if first:
            rows.add([leaf(number) for number in range(first)])
            run(store, rows)
            heads.look(store)
        rows.add([leaf(1000 + number) for number in range(second)])
        try:
            count_steps(monkeypatch, partial(run, Store(folder / "ledger", ORIGIN), rows), step, after)
        except CrashError:
            heads.look(Store(folder / "ledger", ORIGIN))
        else:
            break
        # After the restart other rows have come, one of them a copy of an entry: duplicates are legal.
        rows.add([leaf(5000), leaf(1000)])
        again = Store(folder / "ledger", ORIGIN)
        for limit in (2, 1000, 1000):
            run(again, rows, limit)
            heads.look(again)
        check_whole(again, rows)
        shutil.rmtree(folder)
    assert step > 10


def test_rows_written_to_tiles_but_never_signed_may_change_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, rows = new_log(tmp_path)
    rows.add([leaf(1), leaf(2), leaf(3)])
    rows.db.execute("DELETE FROM outbox WHERE id = 1")
    monkeypatch.setattr(Store, "release", lambda self, size: self.head() if size == 0 else cut())
    with pytest.raises(CrashError):
        run(store, rows)
    monkeypatch.undo()
    rows.db.execute(
        "INSERT INTO outbox (id, leaf) VALUES (1, ?)", (leaf(1),)
    )  # an early transaction commits late
    run(store, rows)
    check_whole(store, rows)
    assert log_leaves(store) == [leaf(1), leaf(2), leaf(3)]


def cut() -> None:
    raise CrashError


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 60), st.integers(0, 40)), max_size=6))
@settings(max_examples=25, deadline=None)
def test_many_crashes_in_a_row(
    tmp_path_factory: pytest.TempPathFactory, story: list[tuple[int, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("log")
    _, rows = new_log(folder)
    heads, number = Heads(), 0
    with pytest.MonkeyPatch.context() as patch:
        for new, limit, crash_at in story:
            rows.add([leaf(number + more) for more in range(new)])
            number += new
            store = Store(folder / "ledger", ORIGIN)
            with suppress(CrashError):
                count_steps(patch, partial(run, store, rows, limit), crash_at, after=bool(new % 2))
            heads.look(Store(folder / "ledger", ORIGIN))
    store = Store(folder / "ledger", ORIGIN)
    run(store, rows, 10_000)
    heads.look(store)
    check_whole(store, rows)
    assert len(log_leaves(store)) == number


def test_nothing_is_signed_before_it_is_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, rows = new_log(tmp_path)
    run(store, rows)
    rows.add([leaf(1), leaf(2)])
    order: list[str] = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        order.append(
            "sync " + Path(os.readlink(f"/proc/self/fd/{descriptor}")).relative_to(store.folder).as_posix()
        )
        real_fsync(descriptor)

    def replace(source: Path, target: Path) -> None:
        order.append("name " + Path(target).relative_to(store.folder).as_posix())
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    run(store, rows)
    signed, published = order.index("name signed"), order.index("name checkpoint")
    for needed in ("sync tile/0/000.p", "sync tile/entries/000.p", "sync rows", "sync .signed.tmp"):
        assert order.index(needed) < signed
    assert order.index("name tile/0/000.p/2") < order.index("sync tile/0/000.p")
    assert order.index("sync tile/0/000.p/.2.tmp") < order.index("name tile/0/000.p/2")
    assert "sync ." in order[signed:published], (
        "the folder holds the new record before the checkpoint is public"
    )
    assert order[-1] == "sync ."


def test_the_lock_lets_one_in(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    rows.add([leaf(1)])
    with store.lock(), pytest.raises(BusyError):
        run(Store(store.folder, ORIGIN), rows)
    assert store.checkpoint() is None
    assert run(store, rows).added == 1


def test_a_second_root_for_a_size_is_refused(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    rows.add([leaf(1), leaf(2)])
    run(store, rows)
    before = store.fetch("checkpoint")
    forged = grow({}.get, 0, [leaf(1), leaf(9)], [leaf_hash(leaf(1)), leaf_hash(leaf(9))])
    store.write_batch(0, [1, 2], forged)
    with pytest.raises(SplitError):
        store.release(2)
    more = grow({}.get, 0, [leaf(1), leaf(9), leaf(3)], [leaf_hash(leaf(n)) for n in (1, 9, 3)])
    store.write_batch(0, [1, 2, 3], more)
    with pytest.raises(SplitError):
        store.release(3)
    with pytest.raises(SplitError):
        store.release(1)
    assert store.fetch("checkpoint") == before
    rows.add([leaf(3)])
    with pytest.raises(DamagedError):
        run(store, rows)
    assert store.fetch("checkpoint") == before


def test_an_older_database_is_named_and_nothing_is_signed(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    rows.add([leaf(1), leaf(2)])
    run(store, rows)
    backup = tmp_path / "backup.sqlite3"
    rows.db.execute("VACUUM INTO ?", (str(backup),))
    rows.add([leaf(3), leaf(4)])
    run(store, rows)
    before = store.fetch("checkpoint")
    old = SqliteRows(backup)
    with pytest.raises(DatabaseBehindError, match="entry 2"):
        run(store, old)
    old.add([leaf(7), leaf(8), leaf(9)])  # the ids 3 and 4 are given out again, with other content
    with pytest.raises(DatabaseBehindError, match="entry 2"):
        run(store, old)
    assert store.fetch("checkpoint") == before
    done = advance(store, old, limit=100, accept_lost_rows=True)
    assert (done.added, done.checkpoint.size) == (3, 7)
    assert log_leaves(store) == [leaf(n) for n in (1, 2, 3, 4, 7, 8, 9)]
    old.add([leaf(10)])
    assert run(store, old).added == 1
    audit(store.fetch, [store.verifier])


def test_rows_that_came_back_without_their_place_get_it_again(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    rows.add([leaf(number % 3) for number in range(1200)])
    run(store, rows, 2000)
    rows.db.execute('UPDATE outbox SET "index" = NULL WHERE id > 7')
    done = run(store, rows)
    assert (done.added, done.repaired) == (0, 1193)
    check_whole(store, rows)


def test_older_files_are_named_and_nothing_is_signed(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    rows.add([leaf(1)])
    run(store, rows)
    shutil.copytree(store.folder, tmp_path / "copy")
    rows.add([leaf(2)])
    run(store, rows)
    rows.add([leaf(3)])
    old = Store(tmp_path / "copy", ORIGIN)
    with pytest.raises(LedgerBehindError):
        run(old, rows)
    with pytest.raises(LedgerBehindError):
        run(Store(tmp_path / "empty", ORIGIN), rows)
    published = old.checkpoint()
    assert published
    assert published[1].size == 1


def test_a_lost_record_of_what_was_signed_is_rebuilt_from_the_checkpoint(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    rows.add([leaf(1)])
    run(store, rows)
    (store.folder / "signed").unlink()
    rows.add([leaf(2)])
    assert run(store, rows).added == 1
    (store.folder / "checkpoint").unlink()
    rows.add([leaf(3)])
    assert run(store, rows).checkpoint.size == 3
    check_whole(store, rows)


def test_a_lost_key_is_never_replaced(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    rows.add([leaf(1)])
    run(store, rows)
    (store.folder / "key").unlink()
    rows.add([leaf(2)])
    with pytest.raises(KeyMissingError):
        run(Store(store.folder, ORIGIN), rows)
    assert not (store.folder / "key").exists()


def test_the_key_is_for_its_owner_alone_and_keeps_its_name(tmp_path: Path) -> None:
    store, _ = new_log(tmp_path)
    assert store.origin == ORIGIN
    assert stat.S_IMODE((store.folder / "key").stat().st_mode) == 0o600
    renamed = Store(store.folder, "other.example/ledger")
    assert renamed.verifier == store.verifier
    assert renamed.origin == ORIGIN


@pytest.mark.parametrize(
    "name", ["checkpoint", "signed", "rows", "tile/0/000.p/3", "tile/entries/000.p/3", "key", "key.pub"]
)
def test_damaged_files_stop_the_log(tmp_path: Path, name: str) -> None:
    store, rows = new_log(tmp_path)
    rows.add([leaf(1), leaf(2), leaf(3)])
    run(store, rows)
    kept = (store.folder / "checkpoint").read_bytes()
    data = (store.folder / name).read_bytes()
    (store.folder / name).write_bytes(data[: len(data) // 2])
    rows.add([leaf(4)])
    if name == "rows":
        rows.db.execute('UPDATE outbox SET "index" = NULL')  # only then is the list needed
    with pytest.raises(LedgerError):
        run(Store(store.folder, ORIGIN), rows)
    if name != "checkpoint":
        assert (store.folder / "checkpoint").read_bytes() == kept


def test_an_entry_that_is_too_long_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    rows.add([bytes(65536)])
    with pytest.raises(EntryError):
        run(store, rows)
    assert store.head().size == 0


def test_partial_tiles_are_kept_until_the_full_one_is_public(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    for count in (100, 100):
        rows.add([leaf(number) for number in range(count)])
        run(store, rows)
    assert {path.name for path in (store.folder / "tile/0/000.p").iterdir()} == {"100", "200"}
    rows.add([leaf(number) for number in range(100)])
    run(store, rows)
    assert not (store.folder / "tile/0/000.p").exists()
    assert not (store.folder / "tile/entries/000.p").exists()
    assert store.tree(200).root() == expected_root([row.leaf for row in rows.all()][:200])
    check_whole(store, rows)
