"""The empty SQLite database that tests begin with: laid once by the migrations, then copied.

To run all migrations takes most of a minute; a copy takes none. What is laid is kept in `build/` under a digest
of the migrations and the packages, so that a change of either lays it anew. On PostgreSQL nothing is kept: a
server is not ours to leave databases on.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "laid"


def copy_to(target: Path) -> None:
    """Put an empty database with every table at this path, in place of what is there."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the processes of one run ask at once; one of them lays
        kept = KEPT / f"{_digest()}.sqlite3"
        if not kept.exists():
            for former in KEPT.glob("*.sqlite3"):
                former.unlink()
            _lay(kept)
    for rest in ("-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    shutil.copyfile(kept, target)


def _digest() -> str:
    """What the tables are made of."""
    digest = hashlib.sha256((ROOT / "requirements" / "dev.txt").read_bytes())
    for path in sorted((ROOT / "src").glob("madang/**/migrations/*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _lay(kept: Path) -> None:
    """Run the migrations as an installation does, in a folder of their own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        subprocess.run(
            [sys.executable, "-m", "madang.conf.cli", "migrate", "--verbosity", "0"],
            env={**environment, "MADANG_HOME": home},
            check=True,
        )
        shutil.move(Path(home) / "madang.sqlite3", kept)
