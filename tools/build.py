"""Builds what is not committed: front end, Korean catalogues, static files. Quick when nothing changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STAMP = ROOT / "build" / "collected.stamp"


def run(*command: str) -> None:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env={**os.environ, "PYTHONPATH": "src"})
    if done.returncode:
        sys.exit(done.returncode)


def static_digest() -> str:
    """What collectstatic would collect, by name, size and time."""
    digest = hashlib.sha256()
    for folder in [ROOT / "build" / "static", *ROOT.glob("src/madang/**/static")]:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                stat = path.stat()
                digest.update(f"{path}{stat.st_size}{stat.st_mtime_ns}".encode())
    return digest.hexdigest()


def main() -> None:
    run("tools/build_frontend.py")
    run("tools/messages.py", "--compile")
    wanted = static_digest()
    if not STAMP.exists() or STAMP.read_text() != wanted:
        print("· Static files", flush=True)
        run("-m", "madang.conf.cli", "collectstatic", "--noinput", "--verbosity", "0")
        STAMP.parent.mkdir(exist_ok=True)
        STAMP.write_text(wanted)


if __name__ == "__main__":
    main()
