"""A backup is whole or it is none; a restore touches nothing before every byte is checked."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import signal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from madang.commons.ledger.sequencer import sequence
from madang.conf.operations import backup, engine, manifest, restore
from madang.conf.operations.errors import OperationError
from madang.kernel import clock
from madang.kernel.models import Audit
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filled(settings):
    make.idea()
    sequence()
    (settings.HOME / "uploads").mkdir(exist_ok=True)
    (settings.HOME / "uploads" / "a.jpg").write_bytes(b"picture")
    (settings.HOME / "secret.key").write_text("secret")
    return settings.HOME


@pytest.fixture
def target(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("backups")


def test_it_holds_everything_and_says_so(filled, target):
    made = backup.take(target)
    told = manifest.read(made)
    manifest.verify(made, told)
    assert {"uploads/a.jpg", "secret.key", "ledger/key", "ledger/signed", engine.dump_name()} <= set(
        told.files
    )
    assert told.counts["kernel_audit"] == Audit.objects.count()
    assert told.log["size"] == Audit.objects.count()
    assert told.engine == connection.vendor
    assert "matters.0001_initial" in told.migrations
    assert (made / "ledger" / "key").stat().st_mode & 0o077 == 0
    assert made.stat().st_mode & 0o077 == 0


def test_without_keys(filled, target):
    (Path(settings.HOME) / "registry.key").write_text("with it the list of residents can be guessed at")
    made = backup.take(target, with_keys=False)
    for name in ("secret.key", "registry.key", "ledger/key"):
        assert (Path(settings.HOME) / name).exists()
        assert not (made / name).exists()
    assert not manifest.read(made).keys


def test_the_oldest_go_but_n_and_half_ones_are_never_taken_for_whole(filled, target):
    (target / "madang-20200101T000000Z.partial").mkdir()
    (target / "madang-20200102T000000Z").mkdir()  # no manifest
    made = []
    for day in (1, 2, 3):
        with clock.at(clock.now().replace(year=2026, month=1, day=day)):
            made.append(backup.take(target, keep=2))
    assert backup.whole(target) == made[1:]
    assert not list(target.glob("*.partial"))
    assert restore.choose(target) == made[2].resolve()
    with pytest.raises(OperationError, match="manifest"):
        manifest.read(target / "madang-20200102T000000Z")


def test_stopped_in_the_middle_leaves_nothing(filled, target, monkeypatch):
    def stop(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(manifest.Manifest, "write", stop)
    with pytest.raises(KeyboardInterrupt):
        backup.take(target)
    assert [path.name for path in target.iterdir()] == [".lock"]


def test_a_full_disk_is_said_and_leaves_nothing(filled, target):
    (filled / "uploads" / "big").write_bytes(b"x" * 300_000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(OperationError, match="백업을 만들지 못했습니다"):
            backup.take(target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert [path.name for path in target.iterdir()] == [".lock"]


def test_one_at_a_time_but_a_dead_one_holds_nothing(filled, target):
    with (target / ".lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(OperationError, match="진행 중"):
            backup.take(target)
    # The lock file is still there, its process is not.
    assert backup.take(target).exists()


def test_not_into_itself(filled):
    with pytest.raises(OperationError, match="another disk"):
        backup.take(filled / "backups")


def damaged(made: Path, name: str) -> None:
    path = made / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def state(home: Path) -> tuple[object, ...]:
    files = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    return files, Audit.objects.count()


def refused(made: Path, home: Path, why: str, **options) -> None:
    before = state(home)
    with pytest.raises(OperationError, match=why):
        restore.put_back(made, **options)
    assert state(home) == before


def test_one_flipped_byte_in_any_file_is_found(filled, target):
    made = backup.take(target)
    for name in manifest.read(made).files:
        damaged(made, name)
        refused(made, filled, "is missing or was changed", replace=True)
        damaged(made, name)  # and back
    (made / "uploads" / "a.jpg").unlink()
    refused(made, filled, "a.jpg is missing", replace=True)


def change(made: Path, **values) -> None:
    told = json.loads((made / manifest.NAME).read_text())
    (made / manifest.NAME).write_text(json.dumps(told | values))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"version": "99.0"}, "newer release"),
        ({"migrations": ["matters.0999_later"]}, "newer release"),
        ({"engine": "other"}, "DATABASE_URL"),
        ({"format": 9}, "format 9"),
        ({"files": {"../../etc/passwd": {"size": 1, "sha256": ""}}}, "damaged"),
    ],
)
def test_what_does_not_fit_is_refused(filled, target, values, why):
    made = backup.take(target)
    change(made, **values)
    refused(made, filled, why, replace=True)


def test_a_taken_place_and_a_log_that_does_not_continue_are_refused(filled, target, tmp_path):
    made = backup.take(target)
    refused(made, filled, "--replace")
    refused(tmp_path, filled, "no whole backup", replace=True)
    stranger = filled / "ledger" / "key.pub"
    stranger.write_text(stranger.read_text().replace("/ledger+", "/other+"))
    refused(made, filled, "do not fit together", replace=True)


def test_a_running_worker_is_left_in_peace(filled, target):
    from madang.kernel.models import Heartbeat

    made = backup.take(target)
    Heartbeat.objects.create(name="worker", at=clock.now())
    refused(made, filled, "worker is running", replace=True)


def test_a_missing_program_says_what_to_install(filled, target, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite needs no program")
    monkeypatch.setitem(os.environ, "PATH", "/nowhere")
    with pytest.raises(OperationError, match="apt-get install postgresql-client"):
        backup.take(target)
    assert [path.name for path in target.iterdir()] == [".lock"]
