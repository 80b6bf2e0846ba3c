"""Where the web processes of one machine keep their measurements. Chosen before the library is loaded."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
import time
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
A_DAY = 86_400


def prepare(home: Path) -> None:
    """Choose the folder unless the environment names one. Without a safe one each process counts alone."""
    if VARIABLE not in os.environ and (path := _own(home)):
        os.environ[VARIABLE] = str(path)


def _own(home: Path) -> Path | None:
    """A folder that is ours alone; on a memory disk, because a full disk ends processes that map its files."""
    base = Path("/dev/shm")  # noqa: S108 - owner-only rights below, refused if another owns it
    if not os.access(base, os.W_OK):
        base = Path(tempfile.gettempdir())
    path = base / f"madang-{os.getuid()}-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
    except OSError:
        return None
    return path if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() else None


def forget_dead(folder: Path) -> None:
    """Drop the gauges of processes that ended, and after a day their counts: to Prometheus a restart."""
    for path in folder.glob("*_*.db"):
        pid = path.stem.rpartition("_")[2]
        if not pid.isdigit() or Path(f"/proc/{pid}").exists():
            continue
        with contextlib.suppress(FileNotFoundError):
            if path.name.startswith("gauge_live") or time.time() - path.stat().st_mtime > A_DAY:
                path.unlink()
