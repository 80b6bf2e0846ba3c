"""Backup and restore of a city of 100,000 matters, on both engines, by the commands an administrator types.

`MATTERS=2000 python tools/bench restore` for a smaller one. PostgreSQL: TEST_DATABASE_URL names a server on which
two databases may be made and dropped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
from report import table

MATTERS = int(os.environ.get("MATTERS", "100000"))
SERVER = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/madang").rpartition("/")[0]
LIMIT_SECONDS = 300
FILL = """
import sys; sys.path.insert(0, {bench!r})
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0); call_command("demo", quiet=True)
import data
from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.domain import audit
from madang.commons.matters.models import Matter
data.desk({matters})
for start in range(0, {matters}, 5000):
    rows = Matter.objects.filter(number__startswith="ID-2001-").order_by("pk")[start : start + 5000]
    audit.record_many([
        audit.build(actor=system("bench"), action="matters.matter.file", target=row.reference, at=clock.now())
        for row in rows
    ])
call_command("ledger", "sequence", limit=20000)
"""


def run(root: Path) -> None:
    rows = []
    for engine in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory(prefix="madang-restore-") as folder:
            rows.append([engine, f"{MATTERS:,}", *_drill(root, Path(folder), engine)])
    columns = ["engine", "matters", "backup s", "size MB", "restore s", f"within {LIMIT_SECONDS} s"]
    table("Restore after the loss of the data centre", columns, rows)


def _drill(root: Path, folder: Path, engine: str) -> list[str]:
    names = (
        [f"madang_bench_{os.getpid()}_{part}" for part in ("lost", "new")] if engine == "PostgreSQL" else []
    )
    for name in names:
        _admin(f'CREATE DATABASE "{name}"')
    urls = [f"{SERVER}/{name}" for name in names] or ["", ""]
    try:
        fill = FILL.format(bench=str(root / "tools" / "bench"), matters=MATTERS)
        _timed(folder / "lost", urls[0], "-c", fill)
        madang = ("-m", "madang.conf.cli")
        backup = _timed(folder / "lost", urls[0], *madang, "backup", str(folder / "backups"))
        size = sum(path.stat().st_size for path in (folder / "backups").rglob("*") if path.is_file())
        shutil.rmtree(folder / "lost")
        restore = _timed(folder / "new", urls[1], *madang, "restore", str(folder / "backups"))
    finally:
        for name in names:
            _admin(f'DROP DATABASE "{name}" WITH (FORCE)')
    well = "yes" if restore <= LIMIT_SECONDS else "NO"
    return [f"{backup:.1f}", f"{size / 1e6:.0f}", f"{restore:.1f}", well]


def _timed(home: Path, url: str, *arguments: str) -> float:
    environment = {**os.environ, "MADANG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "madang.conf.settings"}
    environment.pop("DATABASE_URL", None)
    if url:
        environment["DATABASE_URL"] = url
    began = time.monotonic()
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return time.monotonic() - began


def _admin(statement: str) -> None:
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as own:
        own.execute(statement)
