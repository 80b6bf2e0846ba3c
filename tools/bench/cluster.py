"""A PostgreSQL of its own for a measurement: made in a temporary folder, killed at will, thrown away.

Never the machine's own server. PostgreSQL refuses to run as root, so root starts it as `postgres` or `nobody`.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path


def programs() -> Path | None:
    """The folder with initdb and postgres, the newest version first; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).resolve().parent if there else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """`url` is the address of its database `madang`. Durability is PostgreSQL's own: fsync and synchronous
    commit are on."""

    def __init__(self, bin_folder: Path) -> None:
        self.bin = bin_folder
        self.user = self._unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="madang-pg-"))
        self.port = free_port()
        self.url = f"postgres://madang@127.0.0.1:{self.port}/madang"
        self.process: subprocess.Popen[bytes] | None = None
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run(
            "initdb",
            "-D",
            str(self.folder / "data"),
            "-U",
            "madang",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        )
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "madang", "madang")

    def start(self) -> None:
        """Start it and wait until it answers; after a crash this includes its recovery."""
        until = time.monotonic() + 60
        while True:
            if self.process is None or self.process.poll() is not None:
                command = [str(self.bin / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
                options = ["-h", "127.0.0.1", "-k", str(self.folder), "-c", "max_connections=200"]
                with (self.folder / "log").open("ab") as log:
                    self.process = subprocess.Popen(
                        command + options, stdout=log, stderr=log, user=self.user, cwd=self.folder
                    )
            ready = [
                str(self.bin / "pg_isready"),
                "-q",
                "-h",
                "127.0.0.1",
                "-p",
                str(self.port),
                "-U",
                "madang",
            ]
            if subprocess.run(ready).returncode == 0:
                return
            if time.monotonic() > until:
                raise SystemExit(f"PostgreSQL does not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL to the server itself; what it left behind ends when it notices."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def kill_backend(self) -> bool:
        """SIGKILL to one process that works for a client; the server then restarts all of them."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for child in children:
            with contextlib.suppress(OSError):
                if b"127.0.0.1(" in Path(f"/proc/{child}/cmdline").read_bytes():
                    os.kill(int(child), signal.SIGKILL)
                    return True
        return False

    def remove(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.bin / program), *arguments],
            capture_output=True,
            text=True,
            user=self.user,
            cwd=self.folder,
        )
        if done.returncode:
            raise SystemExit(f"{program} failed: {done.stderr}")

    @staticmethod
    def _unprivileged() -> str | None:
        if os.geteuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name).pw_name
        raise SystemExit("no user without rights to run PostgreSQL as")


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """A fresh one, removed at the end."""
    found = programs()
    if found is None:
        raise SystemExit("PostgreSQL's own programs (initdb, postgres) are not on this machine")
    made = Cluster(found)
    try:
        yield made
    finally:
        made.remove()
