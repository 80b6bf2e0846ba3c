"""`make run` in an empty clone: time until healthy, first and second time."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from report import table


def _until_well(clone: Path, home: Path) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    keep = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MADANG", "DJANGO", "VIRTUAL", "PYTHON"))
    }
    environment = {**keep, "PORT": str(port), "MADANG_HOME": str(home)}
    began = time.monotonic()
    process = subprocess.Popen(["make", "run"], cwd=clone, env=environment, start_new_session=True)
    try:
        while time.monotonic() - began < 600:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=1) as answer,
            ):
                if json.load(answer)["status"] == "ok":
                    return time.monotonic() - began
            if process.poll() is not None:
                raise SystemExit("make run ended before it was healthy")
            time.sleep(0.2)
        raise SystemExit("not healthy after ten minutes")
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)


def run(root: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="madang-clone-") as folder:
        clone = Path(folder) / "madang"
        subprocess.run(["git", "clone", "--quiet", str(root), str(clone)], check=True)
        home = clone / "var"
        first, second = _until_well(clone, home), _until_well(clone, home)
    table(
        "`make run` until /healthz is ok",
        ["time", "seconds", "limit"],
        [["first, in an empty clone", f"{first:.0f}", 180], ["second", f"{second:.1f}", 10]],
    )
