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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/madang")


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


def steps() -> list[tuple[str, list[str], dict[str, str]]]:
    python, tests = [sys.executable], [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    browser = ensure_browser()
    planned: list[tuple[str, list[str], dict[str, str]]] = [
        ("build", [*python, "tools/build.py"], {}),
        ("lint: ruff", [str(BIN / "ruff"), "check", "."], {}),
        ("lint: format", [str(BIN / "ruff"), "format", "--check", "."], {}),
        ("lint: types", [str(BIN / "mypy")], {}),
        ("lint: import contracts", [str(BIN / "lint-imports")], {}),
        ("lint: Korean catalogues", [*python, "tools/messages.py", "--check"], {}),
        ("migrations", [*python, "-m", "madang.conf.cli", "makemigrations", "--check", "--dry-run"], {}),
        ("unit on SQLite", [*tests, "-n", "2", "-m", "not browser"], {}),
    ]
    if postgres_reachable():
        planned.append(
            (
                "unit on PostgreSQL",
                [*tests, "-n", "2", "-m", "database and not once"],
                {"DATABASE_URL": POSTGRES},
            )
        )
    else:
        print("Skipped: the same tests on PostgreSQL (set TEST_DATABASE_URL to a server that may be used)")
    if browser:
        # The stories share one site, as residents do: they are told in the order in which they are written.
        told = [*tests, "-p", "no:randomly", "-m", "browser", "tests/e2e"]
        planned.append(("browser", told, {"CHROMIUM": browser}))
    else:
        print("Skipped: browser tests, there is no Chromium and none could be installed")
    return planned


def main() -> int:
    wanted = sys.argv[1:]
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="madang-test-") as home:
        for name, command, more in steps():
            if wanted and not any(name.startswith(word) for word in wanted):
                continue
            say(name)
            began = time.monotonic()
            environment = {**os.environ, "MADANG_HOME": home, "PYTHONPATH": "src", **more}
            environment.pop("MADANG_DEMO", None)
            # Hundreds of programs are started here; each would compile the same modules anew.
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            code = subprocess.run(command, cwd=ROOT, env=environment).returncode
            print(
                f"--- {name}: {'ok' if code == 0 else 'FAILED'} ({time.monotonic() - began:.0f} s)",
                flush=True,
            )
            if code:
                failed.append(name)
    print("\nFailed: " + ", ".join(failed) if failed else "\nEverything is well.")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
