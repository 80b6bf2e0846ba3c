"""Witnesses in processes of their own, started from the one file as a university would."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from madang.commons.ledger import witness
from madang.commons.ledger.logic.note import encode64
from madang.commons.ledger.store import Store

PROGRAM = Path(witness.__file__)


class Running:
    """A witness that listens on a port of its own. The same folder again is the same witness again."""

    def __init__(self, folder: Path, log_key: str, name: str = "witness.example/one", port: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "requests.log"
        options = f"--folder={folder} --name={name} --log={log_key} --port={port}".split()
        with self.log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-I", str(PROGRAM), *options],
                stdout=subprocess.PIPE,
                stderr=errors,
                bufsize=0,
            )
        assert self.process.stdout
        self.key = self.process.stdout.readline().decode().strip()
        self.url = self.process.stdout.readline().decode().strip().removeprefix("listening on ")
        if not self.url:
            self.kill()
            raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def post(self, body: str | bytes, path: str = "/add-checkpoint") -> tuple[int, str, str]:
        data = body if isinstance(body, bytes) else body.encode()
        return send(urllib.request.Request(self.url + path, data))

    def add(self, store: Store, old: int, note: str | None = None) -> tuple[int, str, str]:
        """Ask as a log would, with the proof from `old`."""
        published = store.checkpoint()
        assert published
        size = published[1].size
        proof = store.tree(size).consistency(old) if 0 < old < size else []
        lines = "".join(f"{encode64(item)}\n" for item in proof)
        return self.post(f"old {old}\n{lines}\n{note or published[0]}")


def send(request: urllib.request.Request | str) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, reply.headers["Content-Type"], reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


def write_policy(store: Store, running: list[Running], quorum: str = "all") -> None:
    lines = [f"witness w{n} {each.key} {each.url}" for n, each in enumerate(running)]
    names = " ".join(f"w{n}" for n in range(len(running)))
    (store.folder / "policy").write_text("\n".join([*lines, f"group g {quorum} {names}", "quorum g", ""]))
