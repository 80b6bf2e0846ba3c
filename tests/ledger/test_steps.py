"""Every single step of writing: a real SIGKILL there, and a disk that is full from there on."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

import madang
from madang.commons.ledger import api
from madang.commons.ledger.sequencer import sequence
from madang.commons.ledger.store import Store
from madang.kernel import clock
from tests.ledger.ledger_support import ORIGIN, SqliteRows, leaf, new_log, run
from tests.ledger.test_api import AT, act
from tests.ledger.test_store import Heads, check_whole

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.mark.parametrize(("first", "more"), [(0, 2), (250, 10)])
@pytest.mark.parametrize("how", ["kill", "full"])
def test_at_every_step(tmp_path: Path, how: str, first: int, more: int) -> None:
    store, rows = new_log(tmp_path / "before")
    if first:
        rows.add([leaf(number) for number in range(first)])
        run(store, rows)
    rows.db.close()
    done = subprocess.run(
        [sys.executable, "-m", "tests.ledger.step_child", str(tmp_path), how, str(more)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(Path(madang.__file__).resolve().parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    ends = [int(line) for line in done.stdout.split()]
    assert ends[:-1] == [-9 if how == "kill" else 3] * (len(ends) - 1), "every step but the last run is cut"
    assert ends[-1] == 0
    assert len(ends) > 8
    folders = sorted(path for path in tmp_path.iterdir() if path.name.isdecimal())
    for folder in folders:
        heads = Heads()
        again, rows = Store(folder / "ledger", ORIGIN), SqliteRows(folder / "rows.sqlite3")
        if (folder / "ledger/key").exists():
            heads.look(again)
        rows.add([leaf(5000)])
        for limit in (3, 1000):
            run(again, rows, limit)
            heads.look(again)
        check_whole(again, rows)
        rows.db.close()


def test_a_file_that_may_not_grow_any_more(tmp_path: Path) -> None:
    """The operating system itself refuses the write, in the middle of the file."""
    store, rows = new_log(tmp_path)
    rows.add([leaf(number) for number in range(300)])
    run(store, rows)
    before = store.fetch("checkpoint")
    rows.add([leaf(number) for number in range(300, 500)])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    waiting = rows.waiting(1000)
    rows.waiting = lambda limit: waiting  # type: ignore[method-assign] # the database is on another disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError):
            run(store, rows)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        del rows.waiting
    assert store.fetch("checkpoint") == before
    assert run(store, rows).checkpoint.size == 500
    check_whole(store, rows)


def test_the_lock_file_of_a_dead_process_locks_nothing(tmp_path: Path) -> None:
    store, rows = new_log(tmp_path)
    store.folder.mkdir()
    (store.folder / "lock").write_text("999999\n")
    rows.add([leaf(1)])
    assert run(store, rows).added == 1


@pytest.mark.django_db
def test_a_clock_that_jumps_back_stops_nothing() -> None:
    act(1)
    sequence()
    with clock.at(AT - timedelta(days=400)):
        outbox = act(2)
        assert sequence().checkpoint.size == 2
        assert api.status().ok
    outbox.refresh_from_db()
    text = api.receipt(outbox)
    assert text
    assert api.verify_receipt(text).included
