"""The database as a whole: dumped to a file, loaded from one, counted. SQLite and PostgreSQL alike.

PostgreSQL is dumped and loaded by its own programs; the password goes through their environment, never
through the command line, which every user of the machine can read.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from madang.conf.operations.errors import OperationError
from madang.kernel import clock
from madang.kernel.models import Heartbeat

LIVE_SECONDS = 30
Counts = dict[str, int]


def vendor() -> str:
    """`sqlite` or `postgresql`."""
    return connection.vendor


def sqlite_path() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def dump_name() -> str:
    """How the database's file in a backup is called."""
    return "madang.sqlite3" if vendor() == "sqlite" else "madang.pgdump"


def tables() -> list[str]:
    """The tables whose rows must not be lost. The search index is not among them: it is made from the others."""
    models = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return sorted(models | {"django_migrations"})


def dump(target: Path) -> tuple[Counts, list[str]]:
    """Write the database as it stands at one moment. Returns its rows by table, and its migrations.

    Raises OperationError: the program is missing or failed.
    """
    return _dump_sqlite(target) if vendor() == "sqlite" else _dump_postgresql(target)


def _dump_sqlite(target: Path) -> tuple[Counts, list[str]]:
    if not sqlite_path().is_file():
        raise OperationError(
            f"There is no database at {sqlite_path()}. Set MADANG_HOME and DATABASE_URL as the services have them.",
            f"{sqlite_path()}에 데이터베이스가 없습니다. MADANG_HOME과 DATABASE_URL을 서비스와 같게 지정하세요.",
        )
    with closing(sqlite3.connect(target)) as copy:
        with closing(sqlite3.connect(f"{sqlite_path().as_uri()}?mode=ro", uri=True)) as source:
            source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it
    os.chmod(target, 0o600)
    return read_sqlite(target)


def read_sqlite(path: Path) -> tuple[Counts, list[str]]:
    """Rows by table and migrations of a SQLite file that nobody has open."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as copy:
        known = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        counts = {
            name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - our own tables
            for name in tables()
            if name in known
        }
        return counts, [f"{app}.{name}" for app, name in copy.execute(_MIGRATIONS)]


_MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"


def _dump_postgresql(target: Path) -> tuple[Counts, list[str]]:
    # The count and the dump look at the same snapshot, so they agree although the site goes on.
    with _psycopg() as own, own.transaction():
        own.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = own.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        counts = _count_postgresql(own)
        migrations = [f"{app}.{name}" for app, name in own.execute(_MIGRATIONS)]
        options = ["--format=custom", "--compress=1", "--no-owner", "--no-privileges", "--schema=public"]
        _run("pg_dump", *options, f"--snapshot={row[0]}", f"--file={target}")
    os.chmod(target, 0o600)
    return counts, migrations


def _count_postgresql(own: psycopg.Connection) -> Counts:
    known = {name for (name,) in own.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    counts = {}
    for name in tables():
        if name in known:
            row = own.execute(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", name))
            ).fetchone()
            counts[name] = row[0] if row else 0
    return counts


def is_empty() -> bool:
    """Whether the database has no table yet (SQLite: no file, or an empty one)."""
    if vendor() == "sqlite":
        return not sqlite_path().exists() or sqlite_path().stat().st_size == 0
    with _psycopg() as own:
        row = own.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return not row or row[0] == 0


def is_alive() -> bool:
    """Whether a worker was seen in the database within the last half minute."""
    if is_empty() or Heartbeat._meta.db_table not in connection.introspection.table_names():
        return False
    last = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    return last is not None and abs((clock.now() - last).total_seconds()) < LIVE_SECONDS


@contextmanager
def loaded(source: Path, aside: str) -> Iterator[Counts]:
    """PostgreSQL: load a dump; what was there before is kept in the schema `aside`.

    Gives the rows by table. If the block raises, the database is put back as it was.
    """
    connection.close()
    with _psycopg() as own:
        own.autocommit = True
        had = own.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        keep = bool(had and had[0])
        if keep:
            own.execute(sql.SQL("ALTER SCHEMA public RENAME TO {}").format(sql.Identifier(aside)))
            own.execute("CREATE SCHEMA public")
            _bring_extensions(own, aside)
        try:
            # The schema is there, so the dump must not make it: its own line for that is left out.
            listing = _run("pg_restore", "--list", str(source))
            wanted = [
                line for line in listing.splitlines() if not re.search(r" SCHEMA - public | COMMENT - ", line)
            ]
            plan = source.with_name(f".{source.name}.{os.getpid()}.list")
            if not os.access(source.parent, os.W_OK):
                plan = Path("/dev/shm") / plan.name  # noqa: S108 - a list of table names only
            try:
                plan.write_text("\n".join(wanted) + "\n")
                options = [
                    "--no-owner",
                    "--no-privileges",
                    "--exit-on-error",
                    f"--jobs={os.cpu_count() or 1}",
                ]
                _run("pg_restore", *options, f"--use-list={plan}", f"--dbname={_name()}", str(source))
            finally:
                plan.unlink(missing_ok=True)
            own.execute("ANALYZE")
            yield _count_postgresql(own)
        except BaseException:
            own.execute("DROP SCHEMA public CASCADE")
            if keep:
                own.execute(sql.SQL("ALTER SCHEMA {} RENAME TO public").format(sql.Identifier(aside)))
            else:
                own.execute("CREATE SCHEMA public")
            raise


def _bring_extensions(own: psycopg.Connection, aside: str) -> None:
    """Extensions are one to a database; they move back to where the dump expects them."""
    statement = (
        "SELECT extname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace"
        " WHERE nspname = %s AND extrelocatable"
    )
    for (name,) in own.execute(statement, [aside]).fetchall():
        own.execute(sql.SQL("ALTER EXTENSION {} SET SCHEMA public").format(sql.Identifier(name)))


def unknown_migrations(names: list[str]) -> list[str]:
    """Those of `names` that this version does not have: their database comes from a newer one."""
    known = {
        f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    }
    labels = {config.label for config in apps.get_app_configs()}
    # A service that is switched off here has migrations that this process cannot see.
    return [name for name in names if name.partition(".")[0] in labels and name not in known]


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _psycopg() -> psycopg.Connection:
    own = connection.settings_dict
    try:
        return psycopg.connect(
            host=own["HOST"] or None,
            port=own["PORT"] or None,
            user=own["USER"] or None,
            password=own["PASSWORD"] or None,
            dbname=own["NAME"],
            connect_timeout=10,
        )
    except psycopg.OperationalError as error:
        raise OperationError(
            f"PostgreSQL cannot be reached; see DATABASE_URL. ({str(error).strip()})",
            "PostgreSQL에 연결할 수 없습니다. DATABASE_URL을 확인하세요.",
        ) from error


def _run(program: str, *options: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise OperationError(
            f"{program} is not installed. On Debian: apt-get install postgresql-client",
            f"{program} 프로그램이 없습니다. 데비안에서는 apt-get install postgresql-client 로 설치하세요.",
        )
    own = connection.settings_dict
    given = {
        "PGHOST": own["HOST"],
        "PGPORT": own["PORT"],
        "PGUSER": own["USER"],
        "PGPASSWORD": own["PASSWORD"],
        "PGDATABASE": own["NAME"],
        **{f"PG{key.upper()}": value for key, value in own.get("OPTIONS", {}).items() if key == "sslmode"},
    }
    environment = {**os.environ, **{key: str(value) for key, value in given.items() if value}}
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        [path, *options], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OperationError(
            f"{program} failed: {done.stderr.strip()}",
            f"{program} 실행이 실패했습니다. 위 설명을 확인하세요.",
        )
    return done.stdout
