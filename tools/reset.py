"""Throws the demo's data away. Refuses a folder that is not one of ours."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

home = Path(sys.argv[1])
if not home.exists():
    print("Nothing to reset.")
elif not (home / "secret.key").exists():
    sys.exit(f"{home} does not look like a folder of Madang's; nothing was removed.")
else:
    for name in ("madang.sqlite3", "madang.sqlite3-wal", "madang.sqlite3-shm"):
        (home / name).unlink(missing_ok=True)
    for name in ("uploads", "ledger", "mail"):
        shutil.rmtree(home / name, ignore_errors=True)
    print("The demo is empty. `make run` loads it anew.")
