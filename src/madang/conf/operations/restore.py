"""Putting a backup in place, after every byte of it was checked.

Nothing of the installation is touched before the backup is proved whole, and what was there is set aside,
not deleted. The public log never goes back: where a newer one survives in the folder, it stays.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from madang.commons.ledger.errors import LedgerError
from madang.commons.ledger.logic.audit import AuditError, audit
from madang.commons.ledger.logic.merkle import root
from madang.commons.ledger.logic.note import Checkpoint, NoteError, encode64, open_checkpoint
from madang.commons.ledger.logic.tiles import WIDTH, TileError, read_hashes, tile_at
from madang.commons.ledger.store import ROW, Store
from madang.conf.operations import backup, engine, files, maintenance, manifest
from madang.conf.operations.errors import OperationError
from madang.kernel import clock
from madang.kernel.models import Outbox

NOT_PUBLIC = ("key", "rows", "lost")
"""Files of a log that nobody else has; the backup's are the beginning of the newer ones."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place. `log`: "kept" (a newer one survived) or "restored". `lost`: entries of the log whose
    rows the database lacks. `keys`: whether the private key of the log is there. `aside`: where the old state lies."""

    source: Path
    made: str
    rows: int
    files: int
    log: str
    size: int
    root: str
    lost: int
    waiting: int
    keys: bool
    aside: str


def choose(source: Path) -> Path:
    """The backup that is meant: the folder itself, or the newest whole one in it."""
    if (source / manifest.NAME).is_file():
        return source.resolve()
    if found := backup.whole(source):
        return found[-1].resolve()
    raise OperationError(f"There is no whole backup in {source}.", f"{source}에 완전한 백업이 없습니다.")


def put_back(
    source: Path,
    *,
    replace: bool = False,
    published: str = "",
    say: Callable[[str], None] = lambda line: None,
) -> Restored:
    """Restore the installation that the settings name from a backup.

    Args:
        replace: set what is there aside instead of refusing.
        published: the newest checkpoint that the public is known to have, as a signed note.

    Raises:
        OperationError: the backup is damaged, newer than this release, of another engine, older than what was
            published, or the place is taken. Nothing was changed then.
    """
    home = Path(settings.HOME).resolve()
    source = choose(source)
    told = manifest.read(source)
    _compatible(told)
    _vacant(home, replace)
    say("checking every file of the backup")
    manifest.verify(source, told)
    keeps_log = _surviving_log(home, source)
    log = Store(home / "ledger" if keeps_log else source / "ledger", "")
    _not_behind(log, published)
    aside = f"before-restore-{clock.now():%Y%m%dT%H%M%SZ}"
    say("copying files and database")
    staged = home / ".restore"
    shutil.rmtree(staged, ignore_errors=True)
    connection.close()
    with maintenance.on(home, "restore"):
        count = _stage(source, staged, told, keeps_log=keeps_log)
        if told.engine == "sqlite":
            # A copy of its own: looking into a database must not touch the backup.
            _same_counts(told, engine.read_sqlite(staged / "madang.sqlite3")[0])
            _swap(home, staged, aside)
        else:
            with engine.loaded(source / "madang.pgdump", aside.replace("-", "_").lower()) as counts:
                _same_counts(told, counts)
                _swap(home, staged, aside)
        if keeps_log:
            _complete(home / "ledger", source / "ledger")
        say("bringing the database to this release")
        call_command("migrate", verbosity=0, interactive=False)
        say("comparing database and public log")
        head, lost = compare_log(Store(home / "ledger", ""))
    return Restored(
        source=source,
        made=told.at,
        rows=sum(told.counts.values()),
        files=count,
        log="kept" if keeps_log else "restored",
        size=head.size,
        root=encode64(head.root),
        lost=lost,
        waiting=Outbox.objects.filter(index__isnull=True).count(),
        keys=(home / "ledger" / "key").exists() or not head.size,
        aside=aside if (home / aside).exists() or replace else "",
    )


def _compatible(told: manifest.Manifest) -> None:
    unknown = engine.unknown_migrations(told.migrations)
    if unknown or _numbers(told.version) > _numbers(version("madang")):
        raise OperationError(
            f"The backup comes from a newer release ({told.version}). Install that release, then restore.",
            f"더 새로운 버전({told.version})의 백업입니다. 그 버전을 설치한 뒤 복원하세요.",
        )
    if told.engine != engine.vendor():
        raise OperationError(
            f"The backup is of {told.engine}, but DATABASE_URL names {engine.vendor()}. Restore it there; "
            "`madang move` then takes a SQLite installation to PostgreSQL.",
            f"{told.engine} 백업인데 DATABASE_URL은 {engine.vendor()}입니다. 같은 종류로 복원하세요. "
            "그다음 madang move 명령으로 옮길 수 있습니다.",
        )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def _vacant(home: Path, replace: bool) -> None:
    if engine.is_alive():
        raise OperationError(
            "A worker is running on this installation. Stop web server and worker, wait half a minute, try again.",
            "작업 프로세스가 실행 중입니다. 웹 서버와 작업 프로세스를 멈추고 30초 뒤 다시 실행하세요.",
        )
    taken = not engine.is_empty() or any(path.is_file() for path in (home / "uploads").rglob("*"))
    if taken and not replace:
        raise OperationError(
            "There is an installation here already. Name another MADANG_HOME and database, or add --replace: what is "
            "here is then set aside, not deleted.",
            "이미 설치된 자료가 있습니다. 다른 MADANG_HOME과 데이터베이스를 지정하거나 --replace를 붙이세요. "
            "지금 자료는 지우지 않고 따로 옮겨 둡니다.",
        )


def _surviving_log(home: Path, source: Path) -> bool:
    """Whether the log in the folder stays because it is as new as the backup's, or newer.

    Raises OperationError where one is not the beginning of the other: then the public has seen two histories,
    and a person must look.
    """
    here, there = Store(home / "ledger", ""), Store(source / "ledger", "")
    if not (here.folder / "signed").exists() and not (here.folder / "checkpoint").exists():
        return False
    if not (there.folder / "key.pub").exists():
        return True
    try:
        if str(here.verifier) != str(there.verifier):
            raise AuditError("another key")
        mine, other = here.head(), there.head()
        small, large = (other, here) if mine.size >= other.size else (mine, there)
        if small.size and _root_at(large, small.size) != small.root:
            raise AuditError("the shorter is not the beginning of the longer")
        if mine.size and mine.size >= other.size:
            audit(here.fetch, [here.verifier], origin=here.origin)
    except (AuditError, TileError, NoteError, LedgerError) as error:
        raise OperationError(
            f"The public log in {here.folder} and the one in the backup do not fit together ({error}). Nothing was "
            "changed. Find out which one the public has seen; move the folder `ledger` away only if it is the wrong one.",
            f"{here.folder}의 공개 기록과 백업의 공개 기록이 서로 이어지지 않습니다. 아무것도 바꾸지 않았습니다. "
            "시민에게 공개된 것이 어느 쪽인지 확인한 뒤, 잘못된 쪽일 때만 ledger 폴더를 옮기세요.",
        ) from error
    return mine.size >= other.size


def _root_at(log: Store, size: int) -> bytes:
    """The root that a log had at an earlier size. A public copy has the tiles of its last state only."""
    return root(size, log.tree(log.head().size).node)


def _not_behind(log: Store, published: str) -> None:
    """Refuse to go on from a log that is older than what the public has."""
    if not published:
        return
    try:
        known = open_checkpoint(published, [log.verifier], log.origin)
        head = log.head()
        if known.size > head.size or (known.size and _root_at(log, known.size) != known.root):
            raise OperationError(
                f"The public has a checkpoint of {known.size} entries, this log only {head.size} that fit. Signing on "
                "from here would make a second history. Find the newer `ledger` folder or a mirror of it.",
                f"시민에게 공개된 기록은 {known.size}건인데 이 기록은 {head.size}건입니다. 여기서 이어 서명하면 "
                "두 갈래 역사가 생깁니다. 더 새로운 ledger 폴더나 그 사본을 찾으세요.",
            )
    except (NoteError, TileError, LedgerError) as error:
        raise OperationError(
            f"The published checkpoint is not one of this log ({error}).",
            "제시한 체크포인트는 이 공개 기록의 것이 아닙니다.",
        ) from error


def _stage(source: Path, staged: Path, told: manifest.Manifest, *, keeps_log: bool) -> int:
    count = 0
    for name in told.files:
        if (keeps_log and name.startswith("ledger/")) or name == "madang.pgdump":
            continue
        files.copy(source / name, staged / name)
        count += 1
    staged.mkdir(parents=True, exist_ok=True)
    files.sync(staged)
    return count


def _complete(log: Path, backed_up: Path) -> None:
    """Give a surviving log what it lacks: a public copy has no private key and does not know the rows."""
    lacking = [name for name in NOT_PUBLIC if (backed_up / name).is_file() and not (log / name).exists()]
    for name in lacking:
        files.copy(backed_up / name, log / name)
    if "rows" in lacking:  # of the entries since the backup nobody knows the rows: their places stay empty
        os.truncate(log / "rows", Store(log, "").head().size * ROW)


def _same_counts(told: manifest.Manifest, found: dict[str, int]) -> None:
    different = sorted(name for name, rows in told.counts.items() if found.get(name) != rows)
    if different:
        raise OperationError(
            f"The database in the backup lacks rows of {', '.join(different)}. Nothing was restored.",
            f"백업 데이터베이스의 행 수가 다릅니다: {', '.join(different)}. 아무것도 복원하지 않았습니다.",
        )


def _swap(home: Path, staged: Path, aside: str) -> None:
    """Put each staged thing in its place; what stood there goes aside."""
    for path in sorted(staged.iterdir()):
        there = home / path.name
        beside = (
            [home / f"{path.name}{tail}" for tail in ("-wal", "-shm")] if path.suffix == ".sqlite3" else []
        )
        for old in [there, *beside]:
            if old.exists():
                (home / aside).mkdir(mode=0o700, exist_ok=True)
                os.replace(old, home / aside / old.name)
        os.replace(path, there)
    staged.rmdir()
    files.sync(home)


def compare_log(log: Store) -> tuple[Checkpoint, int]:
    """Recompute the log from its files and compare each row that has a place in it.

    Returns its head and how many entries have no row in the database. Raises OperationError where they contradict.
    """
    if not (log.folder / "checkpoint").exists():
        return Checkpoint("", 0, b""), 0
    try:
        head = audit(log.fetch, [log.verifier], origin=log.origin)
        found = 0
        hashes: list[bytes] = []
        bundle = -1
        rows = Outbox.objects.filter(index__isnull=False).order_by("index").values_list("index", "leaf_hash")
        for index, leaf_hash in rows.iterator(chunk_size=5000):
            assert index is not None
            if index >= head.size:
                raise AuditError(f"the database knows entry {index}, the log has {head.size}")
            if index // WIDTH != bundle:
                bundle = index // WIDTH
                data = read_hashes(log.fetch, tile_at(0, bundle * WIDTH, head.size))
                hashes = [data[at : at + 32] for at in range(0, len(data), 32)]
            if hashes[index % WIDTH].hex() != leaf_hash:
                raise AuditError(f"entry {index} differs between database and log")
            found += 1
    except (AuditError, TileError, NoteError, LedgerError) as error:
        raise OperationError(
            f"The files are in place, but database and public log contradict each other: {error}. Do not start the "
            "site; look at `madang ledger status`.",
            "복원은 했지만 데이터베이스와 공개 기록이 서로 맞지 않습니다. 사이트를 시작하지 말고 "
            "madang ledger status 를 확인하세요.",
        ) from error
    return head, head.size - found
