"""A consistent copy of a running installation: database, public log, uploads, keys.

Database and log are copied while the log's lock is held, so no entry is published between the two. Uploads
are copied before and after: what the database names is in the copy even if it is deleted meanwhile.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from madang.commons.ledger.errors import BusyError
from madang.commons.ledger.logic.note import encode64
from madang.commons.ledger.store import Store
from madang.conf.operations import engine, files, manifest
from madang.conf.operations.errors import OperationError
from madang.kernel import clock

KEYS = frozenset({"secret.key", "registry.key", "ledger/key"})
LOCK_SECONDS = 60.0
# Not data: the database itself (dumped), locks, half-written files and what other commands leave for a while.
LEFT_OUT = re.compile(
    r"(^|/)(lock|maintenance|\.[^/]*\.tmp)$|^(test|madang)\.sqlite3|^\.restore|^before-restore|\.new$"
)
WHOLE = re.compile(r"madang-\d{8}T\d{6}Z(-\d+)?")


def take(target: Path, *, keep: int | None = None, with_keys: bool = True) -> Path:
    """Make a backup in a dated folder below `target`, then delete the oldest whole ones but `keep`.

    A backup that is killed leaves a folder named `.partial`, which no command takes for a backup.

    Raises:
        OperationError: another backup is running, the disk is full, or the database's program failed.
    """
    home = Path(settings.HOME).resolve()
    target = target.resolve()
    if target == home or home in target.parents:
        raise OperationError(
            f"{target} lies in the folder that is backed up. Choose another disk, or at least another folder.",
            f"{target}은(는) 백업할 폴더 안에 있습니다. 다른 디스크나 다른 폴더를 고르세요.",
        )
    before = os.umask(0o077)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with _alone(target):
            _clear_partial(target)
            made = _take(home, target, with_keys=with_keys)
            if keep is not None:
                _rotate(target, keep)
            return made
    except OSError as error:
        raise OperationError(
            f"The backup was not made: {error.strerror} ({error.filename or target}). Nothing else was changed.",
            f"백업을 만들지 못했습니다: {error.strerror}. 다른 것은 바뀌지 않았습니다.",
        ) from error
    finally:
        os.umask(before)


def whole(target: Path) -> list[Path]:
    """The whole backups in a folder, oldest first."""
    if not target.is_dir():
        return []
    named = [path for path in target.iterdir() if WHOLE.fullmatch(path.name)]
    return sorted(path for path in named if (path / manifest.NAME).is_file())


def _take(home: Path, target: Path, *, with_keys: bool) -> Path:
    at = clock.now()
    name = f"madang-{at:%Y%m%dT%H%M%SZ}"
    number = 1
    while (target / name).exists():
        number += 1
        name = f"madang-{at:%Y%m%dT%H%M%SZ}-{number}"
    partial = target / f"{name}.partial"
    partial.mkdir()
    try:
        known: dict[str, files.Digest] = {}
        _copy_files(home, partial, known, with_keys=with_keys)
        with _log_held(home) as log:
            counts, migrations = engine.dump(partial / engine.dump_name())
            head = log.head() if (log.folder / "key.pub").exists() or (log.folder / "key").exists() else None
            _copy_log(home, partial, known, with_keys=with_keys)
        _copy_files(home, partial, known, with_keys=with_keys)
        known[engine.dump_name()] = files.digest(partial / engine.dump_name())
        manifest.Manifest(
            format=manifest.FORMAT,
            version=version("madang"),
            at=at.isoformat(timespec="seconds"),
            engine=engine.vendor(),
            keys=with_keys,
            log={"origin": head.origin, "size": head.size, "root": encode64(head.root)} if head else {},
            migrations=migrations,
            counts=counts,
            files=known,
        ).write(partial)
        partial.rename(target / name)
        files.sync(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return target / name


def _copy_files(home: Path, partial: Path, known: dict[str, files.Digest], *, with_keys: bool) -> None:
    """Copy what is new or changed outside the log. A file that vanishes meanwhile was deleted by its owner."""
    for path in files.walk(home):
        name = path.relative_to(home).as_posix()
        if name.startswith("ledger/") or LEFT_OUT.search(name) or (name in KEYS and not with_keys):
            continue
        copied = partial / name
        try:
            stat = path.stat()
            if copied.exists() and copied.stat().st_mtime_ns == stat.st_mtime_ns:
                continue
            known[name] = files.copy(path, copied)
        except FileNotFoundError:
            continue


def _copy_log(home: Path, partial: Path, known: dict[str, files.Digest], *, with_keys: bool) -> None:
    for path in files.walk(home / "ledger"):
        name = path.relative_to(home).as_posix()
        if LEFT_OUT.search(name) or (name in KEYS and not with_keys):
            continue
        known[name] = files.copy(path, partial / name)


@contextmanager
def _log_held(home: Path) -> Iterator[Store]:
    """Hold the log's lock; the sequencer waits its turn and goes on afterwards."""
    log = Store(home / "ledger", "")
    until = time.monotonic() + LOCK_SECONDS
    while True:
        lock = log.lock()
        try:
            lock.__enter__()
        except BusyError as error:
            if time.monotonic() > until:
                raise OperationError(
                    "The public log is busy and did not become free within a minute. Try again.",
                    "공개 기록이 1분 넘게 사용 중입니다. 잠시 뒤 다시 실행하세요.",
                ) from error
            time.sleep(0.05)
            continue
        try:
            yield log
        finally:
            lock.__exit__(None, None, None)
        return


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """One backup at a time into one folder. The lock of a process that died is free."""
    with (target / ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OperationError(
                f"Another backup into {target} is running. Wait until it has ended.",
                f"{target}에 다른 백업이 진행 중입니다. 끝난 뒤 다시 실행하세요.",
            ) from error
        yield


def _clear_partial(target: Path) -> None:
    for path in target.glob("madang-*.partial"):
        shutil.rmtree(path)


def _rotate(target: Path, keep: int) -> None:
    for path in whole(target)[: -max(keep, 1)]:
        # Its name goes first: killed in the middle, nothing that looks whole is left.
        gone = path.rename(path.with_name(f"{path.name}.partial"))
        shutil.rmtree(gone)
