"""From SQLite to PostgreSQL with real processes: every value compared, the source without a scratch."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from madang.conf.management.commands import move
from tests.operations.sites import Site, admin

BOTH = """
import sqlite3, sys
from pathlib import Path
from django.conf import settings
from django.core.management import CommandError
call_command("demo", quiet=True)
call_command("ledger", "sequence")
def refused(url):
    Path("{file}").write_text(url + chr(10))
    try:
        call_command("move", file="{file}")
    except CommandError as error:
        print("REFUSED", error)
refused("mysql://nowhere/x")
refused("postgres://postgres@127.0.0.1:1/x")
refused("{taken}")
assert not (settings.HOME / "maintenance").exists()
from django.db import connection
connection.close()
"""
AFTER = """
from madang.kernel.models import Audit, User
from madang.commons.search import api as search
from madang.commons.matters.models import Matter
call_command("holiday", "2026-12-24", source="관보 제1호")
call_command("ledger", "sequence")
call_command("ledger", "audit")
user = User.objects.create(email="new@example.org")
assert user.pk == max(User.objects.values_list("pk", flat=True))
print("FOUND", search.find(Matter.objects.filter(state="assigned").first().title[:6]).total)
"""


def digest(path: Path) -> str:
    """Of everything that stands in it; a write-ahead log folded into the file is no change."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as own:
        return hashlib.sha256("\n".join(own.iterdump()).encode()).hexdigest()


def test_a_moved_installation_is_the_same_one(tmp_path, lay, databases) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("runs once, with the tests on SQLite")
    try:
        admin("SELECT 1")
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL to move to: {error}")
    taken, url = databases.new(), databases.new()
    with psycopg.connect(taken) as own:
        own.execute("CREATE TABLE something (id int)")
    here = Site(tmp_path / "here")
    lay(here)
    file = tmp_path / "move.url"
    said = here.python(BOTH.format(taken=taken, file=file))
    assert said.count("REFUSED") == 3
    assert "비어 있지 않습니다" in said
    before = digest(here.home / "madang.sqlite3")

    file.write_text(f"{url}\n")
    said = here.run("move", "--file", str(file))
    assert "copied and compared" in said
    assert digest(here.home / "madang.sqlite3") == before
    assert "held still" in here.run("holiday", "2026-12-31", "--source", "관보", fails=True)

    _an_old_worker_says_one_line_and_rests(here)
    there = Site(here.home, url)
    assert int(there.python(AFTER).rpartition("FOUND")[2]) > 0


def _an_old_worker_says_one_line_and_rests(site: Site) -> None:
    """Started again and again by its supervisor, with the settings from before the move."""
    worker = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "django", "worker"],
        env={**site.environment(), "PYTHONWARNINGS": "ignore"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stderr
        line = worker.stderr.readline()
        assert "moved to PostgreSQL" in line and "옮겨졌습니다" in line
    finally:
        worker.terminate()
        rest = worker.communicate(timeout=120)[1]
    assert rest == ""


def test_a_password_never_stands_in_the_list_of_processes(monkeypatch) -> None:
    """Refused before any database is asked; what names the place twice, or not at all, is refused too."""
    monkeypatch.delenv("MADANG_MOVE_TO", raising=False)
    secret, nowhere = "postgres://madang:geheim@127.0.0.1:1/x", "postgres://madang@127.0.0.1:1/x"
    for url in (secret, f"{nowhere}?password=geheim"):
        with pytest.raises(CommandError, match="list of processes") as refused:
            call_command("move", url)
        assert "geheim" not in str(refused.value)
    for given in ((), (nowhere, "--file", "somewhere")):
        with pytest.raises(CommandError, match="once"):
            call_command("move", *given)
    assert move._target(nowhere, "") == nowhere
    monkeypatch.setenv("MADANG_MOVE_TO", secret)
    with pytest.raises(CommandError, match="once"):
        call_command("move", nowhere)
    assert move._target("", "") == secret


def test_the_address_is_read_from_a_file_or_from_standard_input(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("MADANG_MOVE_TO", raising=False)
    file, url = tmp_path / "move.url", "postgres://madang:geheim@127.0.0.1:1/x"
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("move", file=str(file))
    file.write_text(f"{url}\n")
    assert move._target("", str(file)) == url
    with file.open() as there:
        monkeypatch.setattr("sys.stdin", there)
        assert move._target("", "-") == url
