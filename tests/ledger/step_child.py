"""Runs the sequencer once and is killed, or finds the disk full, at the given step of writing."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tests.ledger.ledger_support import SqliteRows, leaf, new_log, run


def main(folder: Path, how: str, number: int, count: int) -> None:
    store, rows = new_log(folder)
    rows.add([leaf(9000 + each) for each in range(count)])
    done = 0

    def wrap(real: Callable[..., object]) -> Callable[..., object]:
        def step(*values: object, **more: object) -> object:
            nonlocal done
            done += 1
            if done == number and how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if done >= number and how == "full":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*values, **more)

        return step

    # A killed process loses nothing that it wrote, so waiting for the disk would only cost time.
    os.fsync = lambda descriptor: None  # type: ignore[assignment]
    names = ("open", "fsync", "replace", "link", "mkdir") if how == "kill" else ("fsync", "mkdir")
    for name in names:
        setattr(os, name, wrap(getattr(os, name)))
    if how == "kill":
        SqliteRows.assign = wrap(SqliteRows.assign)  # type: ignore[method-assign,assignment]
        shutil.rmtree = wrap(shutil.rmtree)  # type: ignore[assignment]
    run(store, rows)


if __name__ == "__main__":
    # One process prepares, so that a step costs a fork and not an interpreter.
    folder, how, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    number = 0
    while True:
        number += 1
        home = folder / str(number)
        shutil.copytree(folder / "before", home)
        child = os.fork()
        if child == 0:
            try:
                main(home, how, number, count)
            except OSError as error:
                os._exit(3 if error.errno == errno.ENOSPC else 4)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        print(code, flush=True)
        if code == 0:
            break
