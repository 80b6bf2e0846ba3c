"""Everything CI checks, in order of what fails fastest. Exits with the number of steps that failed.

python tools/check.py            all
python tools/check.py lint unit  only steps whose name begins so
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/madang")


@dataclass
class Step:
    """One command, and what it needs in its environment."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def say(text: str) -> None:
    print(f"\n=== {text}", flush=True)


def ensure_browser() -> str:
    """A Chromium to test with: the system's, else Debian's package where we may install it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found and shutil.which("apt-get") and os.geteuid() == 0:
        say("Installing Chromium and Korean fonts from Debian")
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-yqq", "chromium", "fonts-noto-cjk"],
        ):
            subprocess.run(
                command,
                check=False,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
        found = shutil.which("chromium")
    return found or ""


def postgres_reachable() -> bool:
    import psycopg

    try:
        psycopg.connect(POSTGRES.rpartition("/")[0] + "/postgres", connect_timeout=3).close()
    except psycopg.OperationalError as error:
        print(f"PostgreSQL is not reachable at {POSTGRES}: {error}".strip())
        return False
    return True


def stories() -> tuple[list[str], list[str]]:
    """The files of the browser's stories in two parts that take about as long."""
    files = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/e2e").glob("test_*.py"))
    first = [path for path in files if Path(path).name < "test_p"]
    return first, files[len(first) :]


def steps() -> list[list[Step]]:
    """What is checked, one after the other; steps of one group run beside each other."""
    python, tests = [sys.executable], [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    browser = ensure_browser()
    planned = [
        [Step("build", [*python, "tools/build.py"])],
        [Step("lint: ruff", [str(BIN / "ruff"), "check", "."])],
        [Step("lint: format", [str(BIN / "ruff"), "format", "--check", "."])],
        [Step("lint: types", [str(BIN / "mypy")])],
        [Step("lint: import contracts", [str(BIN / "lint-imports")])],
        [Step("lint: Korean catalogues", [*python, "tools/messages.py", "--check"])],
        [Step("migrations", [*python, "-m", "madang.conf.cli", "makemigrations", "--check", "--dry-run"])],
        [Step("unit on SQLite", [*tests, "-n", "2", "-m", "not browser"])],
    ]
    if postgres_reachable():
        same = [*tests, "-n", "2", "-m", "database and not once"]
        planned.append([Step("unit on PostgreSQL", same, {"DATABASE_URL": POSTGRES})])
    else:
        print("Skipped: the same tests on PostgreSQL (set TEST_DATABASE_URL to a server that may be used)")
    if browser:
        # The stories of one part share one site, as residents do: they are told in the order in which they are written.
        told = [*tests, "-p", "no:randomly", "-m", "browser"]
        parts = stories()
        planned.append(
            [
                Step(f"browser {number}", [*told, *part], {"CHROMIUM": browser})
                for number, part in enumerate(parts, 1)
            ]
        )
    else:
        print("Skipped: browser tests, there is no Chromium and none could be installed")
    return planned


def run(step: Step, home: str, *, is_alone: bool) -> bool:
    """Run one step and say how it went; beside others, what it prints is shown when it has ended."""
    began = time.monotonic()
    environment = {**os.environ, "MADANG_HOME": home, "PYTHONPATH": "src", **step.environment}
    environment.pop("MADANG_DEMO", None)
    # Hundreds of programs are started here; each would compile the same modules anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    said: dict[str, Any] = {} if is_alone else {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(step.command, cwd=ROOT, env=environment, check=False, **said)
    is_well = done.returncode == 0
    heard = (done.stdout or b"").decode("utf-8", "replace")
    how = f"--- {step.name}: {'ok' if is_well else 'FAILED'} ({time.monotonic() - began:.0f} s)"
    print(heard + how, flush=True)
    return is_well


def main() -> int:
    wanted = sys.argv[1:]
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="madang-test-") as home:
        for group in steps():
            chosen = [step for step in group if not wanted or any(map(step.name.startswith, wanted))]
            if not chosen:
                continue
            say(", ".join(step.name for step in chosen))
            start = partial(run, home=home, is_alone=len(chosen) == 1)
            with ThreadPoolExecutor() as beside:
                went = list(beside.map(start, chosen))
            failed += [step.name for step, is_well in zip(chosen, went, strict=True) if not is_well]
    print("\nFailed: " + ", ".join(failed) if failed else "\nEverything is well.")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
