"""Makes the environment: a venv from the lock file. Standard library only; quick when nothing changed.

python3 tools/setup.py run    what the site needs
python3 tools/setup.py dev    what the checks need as well
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "madang-lock"


def fail(message: str) -> None:
    sys.exit(f"\n{message}")


def digest(kind: str) -> str:
    """What the environment was made from: the lock file, the package's own metadata, this Python."""
    package = (ROOT / "pyproject.toml").read_bytes().split(b"[tool.ruff]")[0]
    parts = [(ROOT / "requirements" / f"{kind}.txt").read_bytes(), package]
    return hashlib.sha256(b"\0".join([*parts, sys.version.encode()])).hexdigest()


def main() -> None:
    kind = sys.argv[1]
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is run by whatever Python is there
        fail("Madang needs Python 3.11 or newer. / 파이썬 3.11 이상이 필요합니다.")
    wanted = {name: digest(name) for name in ("run", "dev")}
    have = STAMP.read_text().split() if STAMP.exists() else []
    # The dev environment holds everything that the run environment needs.
    if PYTHON.exists() and (wanted["dev"] in have or (kind == "run" and wanted["run"] in have)):
        return
    if not PYTHON.exists():
        print("· Environment (.venv)", flush=True)
        try:
            venv.create(VENV, with_pip=True, clear=True)
        except (OSError, subprocess.CalledProcessError, ImportError) as error:
            fail(
                f"Python's venv module does not work here ({error}). On Debian: apt-get install python3-venv"
            )
    print(f"· Packages from requirements/{kind}.txt", flush=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", "--no-input"]
    install = [
        *pip,
        "install",
        "--require-hashes",
        "--no-deps",
        "-r",
        str(ROOT / "requirements" / f"{kind}.txt"),
    ]
    own = [*pip, "install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    for command in (install, own):
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            fail(f"{done.stderr[-2000:]}\nInstalling packages failed. Is a package index reachable?")
    STAMP.write_text(wanted[kind])


if __name__ == "__main__":
    main()
