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


def choose(home: Path) -> None:
    """Name the folder unless the environment does. Without a safe one each process counts alone."""
    if VARIABLE in os.environ:
        return
    # On a memory disk, because a full disk ends processes that map its files.
    base = Path("/dev/shm")  # noqa: S108 - owner-only rights, refused if another owns it
    if not os.access(base, os.W_OK):
        base = Path(tempfile.gettempdir())
    path = base / f"madang-{os.getuid()}-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"
    try:
        found = path.lstat()
    except FileNotFoundError:
        os.environ[VARIABLE] = str(path)
        return
    if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid():
        os.environ[VARIABLE] = str(path)


def make() -> None:
    """Make the folder, once a web process begins to measure."""
    if VARIABLE in os.environ:
        Path(os.environ[VARIABLE]).mkdir(mode=0o700, parents=True, exist_ok=True)


def forget_dead(folder: Path) -> None:
    """Drop the gauges of processes that ended, and after a day their counts: to Prometheus a restart."""
    for path in folder.glob("*_*.db"):
        pid = path.stem.rpartition("_")[2]
        if not pid.isdigit() or Path(f"/proc/{pid}").exists():
            continue
        with contextlib.suppress(FileNotFoundError):
            if path.name.startswith("gauge_live") or time.time() - path.stat().st_mtime > A_DAY:
                path.unlink()
