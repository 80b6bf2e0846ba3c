"""From SQLite to PostgreSQL: every table copied, counted and compared, all or nothing.

The source is held still meanwhile and never written. The rows go over in one transaction. A move that fails empties
the target again; one that is killed leaves a target that is refused next time, and a source without a scratch.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import dj_database_url
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from madang.conf.operations import engine, maintenance
from madang.conf.operations.errors import OperationError
from madang.kernel import clock

TARGET = "target"
BATCH = 2000


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied: rows by table, and how many entries the search index got."""

    counts: dict[str, int]
    indexed: int


def move(url: str, *, say: Callable[[str], None] = lambda line: None) -> Moved:
    """Copy the SQLite installation that the settings name into the empty PostgreSQL database `url`.

    Afterwards the installation takes nothing in until it is started with the new DATABASE_URL.

    Raises:
        OperationError: the target is not empty or cannot be reached, or a table differs. The target is empty then.
    """
    if engine.vendor() != "sqlite":
        raise OperationError(
            "DATABASE_URL names PostgreSQL already; there is nothing to move.",
            "DATABASE_URL이 이미 PostgreSQL입니다. 옮길 것이 없습니다.",
        )
    home = Path(settings.HOME)
    source = connections[DEFAULT_DB_ALIAS]
    executor = MigrationExecutor(source)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise OperationError(
            "The database is of an older release. Run `madang migrate` first.",
            "이전 버전의 데이터베이스입니다. 먼저 madang migrate 를 실행하세요.",
        )
    target = _connect(url)
    try:
        with maintenance.on(home, "move", after="moved"), _held_still(source):
            _vacant(target)
            say("making the tables")
            try:
                call_command("migrate", database=TARGET, verbosity=0, interactive=False)
                counts = _copy_all(target, say)
                say("filling the search index")
                indexed = _index(url)
            except DatabaseError as error:
                _empty(target)
                raise OperationError(
                    f"PostgreSQL refused a row: {error}. Nothing was moved.",
                    "PostgreSQL이 자료를 받아들이지 않았습니다. 아무것도 옮기지 않았습니다.",
                ) from error
            except BaseException:
                _empty(target)
                raise
    finally:
        _forget()
    return Moved(counts, indexed)


def _connect(url: str) -> BaseDatabaseWrapper:
    try:
        parsed: dict[str, Any] = dict(dj_database_url.parse(url))
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError):
        parsed = {"ENGINE": ""}
    if not str(parsed["ENGINE"]).endswith("postgresql"):
        raise OperationError(
            "Name an empty PostgreSQL database: postgres://user:password@host:5432/name",
            "빈 PostgreSQL 데이터베이스를 적어 주세요: postgres://사용자:비밀번호@호스트:5432/이름",
        )
    connections.databases[TARGET] = {**connections.databases[DEFAULT_DB_ALIAS], "OPTIONS": {}, **parsed}
    connections.configure_settings(connections.databases)
    target = connections[TARGET]
    try:
        target.ensure_connection()
    except (OperationalError, ImproperlyConfigured) as error:
        _forget()
        raise OperationError(
            f"PostgreSQL cannot be reached: {str(error).strip()}",
            "PostgreSQL에 연결할 수 없습니다. 주소를 확인하세요.",
        ) from error
    return target


def _forget() -> None:
    """Close the target; the next one under its name is another."""
    connections[TARGET].close()
    del connections[TARGET]
    connections.databases.pop(TARGET, None)


class _held_still:  # noqa: N801 - used as a block
    """One reading transaction on the source that also holds its write lock: nobody writes until the end."""

    def __init__(self, source: BaseDatabaseWrapper) -> None:
        self.block = transaction.atomic(using=source.alias)

    def __enter__(self) -> None:
        try:
            self.block.__enter__()
        except OperationalError as error:
            raise OperationError(
                "The database is busy. Stop the worker and try again.",
                "데이터베이스가 사용 중입니다. 작업 프로세스를 멈추고 다시 실행하세요.",
            ) from error

    def __exit__(self, *error: Any) -> None:
        self.block.__exit__(*error)


def _vacant(target: BaseDatabaseWrapper) -> None:
    if target.introspection.table_names():
        raise OperationError(
            "The target database is not empty. Make a new one: createdb madang",
            "대상 데이터베이스가 비어 있지 않습니다. createdb 로 새 데이터베이스를 만드세요.",
        )


def _empty(target: BaseDatabaseWrapper) -> None:
    """The database held nothing before, so all that is in it now is ours."""
    target.close()
    with target.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


def _models() -> list[type[models.Model]]:
    found: dict[str, type[models.Model]] = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            found[model._meta.db_table] = model
    return list(found.values())


def _copy_all(target: BaseDatabaseWrapper, say: Callable[[str], None]) -> dict[str, int]:
    counts: dict[str, int] = {}
    wanted = _models()
    with transaction.atomic(using=target.alias), target.cursor() as cursor:
        # Rows may name each other in a circle; every foreign key is checked before the commit instead.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        names = ", ".join(target.ops.quote_name(model._meta.db_table) for model in wanted)
        cursor.execute(f"TRUNCATE {names} CASCADE")  # rows that migrations wrote; the copy brings them
        for model in wanted:
            table = model._meta.db_table
            counts[table] = _copy(model)
            say(f"{table}: {counts[table]}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in target.ops.sequence_reset_sql(no_style(), wanted):
            cursor.execute(statement)
        say("comparing every table")
        for model in wanted:
            _compare(model, counts[model._meta.db_table])
    return counts


def _rows(model: type[models.Model], alias: str) -> Iterator[tuple[Any, ...]]:
    """Every stored value of a table as Python sees it, in the order of its key."""
    names = [field.attname for field in model._meta.concrete_fields]
    return model._base_manager.using(alias).order_by("pk").values_list(*names).iterator(chunk_size=BATCH)


def _copy(model: type[models.Model]) -> int:
    fields = [field.attname for field in model._meta.concrete_fields]
    batch: list[models.Model] = []
    count = 0

    def write() -> None:
        model._base_manager.using(TARGET).bulk_create(batch, batch_size=BATCH)
        batch.clear()

    with _values_as_they_are(model):
        for row in _rows(model, DEFAULT_DB_ALIAS):
            batch.append(model(**dict(zip(fields, row, strict=True))))
            count += 1
            if len(batch) == BATCH:
                write()
        write()
    return count


@contextmanager
def _values_as_they_are(model: type[models.Model]) -> Iterator[None]:
    """Fields that stamp their own moment keep the one they have."""
    stamps = [field for field in model._meta.concrete_fields if isinstance(field, models.DateField)]
    before = [(field, field.auto_now, field.auto_now_add) for field in stamps]
    for field in stamps:
        field.auto_now = field.auto_now_add = False
    try:
        yield
    finally:
        for field, now, now_add in before:
            field.auto_now, field.auto_now_add = now, now_add


def _compare(model: type[models.Model], count: int) -> None:
    """Raise OperationError unless both tables hold the same values in every field of every row."""
    here, there = (_fingerprint(model, alias) for alias in (DEFAULT_DB_ALIAS, TARGET))
    if here != there or here[0] != count:
        table = model._meta.db_table
        raise OperationError(
            f"{table} differs after the copy ({here[0]} rows here, {there[0]} there). Nothing was moved.",
            f"복사한 뒤 {table} 표가 다릅니다({here[0]}행과 {there[0]}행). 아무것도 옮기지 않았습니다.",
        )


def _fingerprint(model: type[models.Model], alias: str) -> tuple[int, str]:
    sha, count = hashlib.sha256(), 0
    found = _rows(model, alias)
    # The engines sort text differently; such tables (sessions) are small enough to sort here.
    is_text = isinstance(model._meta.pk, models.CharField)
    for row in sorted(found) if is_text else found:
        sha.update(repr(tuple(_plain(value) for value in row)).encode())
        count += 1
    return count, sha.hexdigest()


def _plain(value: Any) -> Any:
    """One form for a value that the two drivers hand over in two."""
    if isinstance(value, memoryview | bytearray):
        return bytes(value)
    if isinstance(value, datetime):
        return value.astimezone(clock.UTC).isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return value


def _index(url: str) -> int:
    """Fill the search index in a process of its own, whose settings name the target: entries came along, tokens did not."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "search", "rebuild", "--empty", "--anew"],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "madang.conf.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise OperationError(
            f"The search index was not filled: {done.stderr[-500:]}", "검색 색인을 만들지 못했습니다."
        )
    return int(done.stdout.split()[0])
