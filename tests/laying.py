"""The empty SQLite database that tests begin with: laid once as an installation does it, then copied.

To lay one takes ten seconds, and tests set up many; a copy takes none. What is laid is kept in `build/` under a digest of
the migrations, of what lays them and of the packages, so that a change lays it anew. On PostgreSQL nothing is kept: a server
is not ours to leave databases on.
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
    source = ROOT / "src" / "madang"
    for path in [source / "conf/operations/laying.py", *sorted(source.glob("**/migrations/*.py"))]:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _lay(kept: Path) -> None:
    """Lay the tables as an installation does, in a folder of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        subprocess.run(
            [sys.executable, "-m", "madang.conf.cli", "migrate", "--verbosity", "0"],
            env={**environment, "MADANG_HOME": home},
            check=True,
        )
        shutil.move(Path(home) / "madang.sqlite3", kept)
