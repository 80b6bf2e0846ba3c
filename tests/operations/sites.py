"""Whole installations for tests: a home and a database of their own, run by real processes."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from tests import laying

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("DATABASE_URL") or os.environ.get(
    "TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/madang"
)


@dataclass
class Site:
    """One installation. `url` is empty on SQLite."""

    home: Path
    url: str = ""

    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MADANG", "DATABASE", "REDIS", "PYTEST", "PROMETHEUS"))
        }
        given = {"DATABASE_URL": self.url} if self.url else {}
        return {
            **kept,
            **given,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "madang.conf.settings",
            "MADANG_HOME": str(self.home),
            "PYTHONWARNINGS": "default",
        }

    def run(self, *arguments: str, fails: bool = False) -> str:
        """A `madang` command. Returns what it wrote; its end must be as expected."""
        return self._run("-m", "madang.conf.cli", *arguments, fails=fails)

    def python(self, code: str, fails: bool = False) -> str:
        """A few lines with everything loaded."""
        start = "import django; django.setup()\nfrom django.core.management import call_command\n"
        return self._run("-c", start + code, fails=fails)

    def script(self, path: Path) -> str:
        return self._run(str(path))

    def _run(self, *arguments: str, fails: bool = False) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment(), capture_output=True, text=True, timeout=300
        )
        assert bool(done.returncode) == fails, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done.stdout + (done.stderr if fails else "")


def base() -> str:
    """The server, without the name of a database."""
    parts = urlsplit(SERVER)
    return f"{parts.scheme}://{parts.netloc}"


def admin(statement: str) -> None:
    with closing(psycopg.connect(f"{base()}/postgres", autocommit=True, connect_timeout=5)) as own:
        own.execute(statement)  # type: ignore[arg-type]


class Databases:
    """Empty PostgreSQL databases, dropped at the end."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def new(self) -> str:
        name = f"madang_t_{uuid.uuid4().hex[:12]}"
        admin(f'CREATE DATABASE "{name}"')
        self.made.append(name)
        return f"{base()}/{name}"

    def drop(self, url: str) -> None:
        name = url.rpartition("/")[2]
        admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.made.remove(name)


@pytest.fixture
def databases() -> Iterator[Databases]:
    own = Databases()
    yield own
    for name in list(own.made):
        own.drop(name)


@pytest.fixture
def new_site(tmp_path: Path, databases: Databases):
    """Makes installations on the engine under test."""

    def make(name: str) -> Site:
        return Site(tmp_path / name, databases.new() if connection.vendor == "postgresql" else "")

    return make


@pytest.fixture(scope="session")
def lay() -> Iterator[Callable[[Site], None]]:
    """Put the empty tables into an installation: the first one is laid, the others are copies of it."""
    kept: list[str] = []

    def into(site: Site) -> None:
        if not site.url:
            site.home.mkdir(exist_ok=True)
            laying.copy_to(site.home / "madang.sqlite3")
            return
        name = site.url.rpartition("/")[2]
        if kept:
            admin(f'DROP DATABASE "{name}" WITH (FORCE)')
            admin(f'CREATE DATABASE "{name}" TEMPLATE "{kept[0]}"')
            return
        site.run("migrate", "--verbosity", "0")
        kept.append(f"{name}_laid")
        admin(f'CREATE DATABASE "{kept[0]}" TEMPLATE "{name}"')

    yield into
    for name in kept:
        admin(f'DROP DATABASE "{name}" WITH (FORCE)')
