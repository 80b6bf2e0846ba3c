"""Two acts whose statements are interleaved on purpose, and a site without a browser."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connection, connections, transaction


class _Stopped:
    """Runs an act in its own thread and connection and holds it right after its `place`-th statement."""

    def __init__(self, act: Callable[[], object], place: int) -> None:
        self.act, self.place = act, place
        self.reached, self.go = threading.Event(), threading.Event()
        self.count, self.result = 0, None
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        def count(execute: Any, *arguments: Any) -> Any:
            try:
                return execute(*arguments)
            finally:
                self.count += 1
                if self.count == self.place:
                    self.reached.set()
                    self.go.wait(60)

        try:
            with connection.execute_wrapper(count):
                self.result = self.act()
        except Exception as error:  # noqa: BLE001 - a refusal is a result
            self.result = error
        finally:
            self.reached.set()
            connections.close_all()


def interleave(
    first: Callable[[], object], second: Callable[[], object], place: int
) -> tuple[Any, Any, bool]:
    """`first` up to its `place`-th statement, the whole of `second`, the rest of `first`.

    Where `second` has to wait for a lock that `first` holds, it is refused at once (no time decides about it)
    and runs again after `first`, as it would have done by waiting.

    Returns:
        Both results, and whether `first` has that many statements.
    """
    held = _Stopped(first, place)
    held.thread.start()
    assert held.reached.wait(60)
    ended = not held.thread.is_alive() or held.count < place
    result, waits = _impatient(second)
    held.go.set()
    held.thread.join(60)
    assert not held.thread.is_alive(), "two acts wait for each other"
    if waits:
        result = _result(second)
    return held.result, result, not ended


def _result(act: Callable[[], object]) -> object:
    try:
        return act()
    except Exception as error:  # noqa: BLE001 - a refusal is a result
        return error


def _impatient(act: Callable[[], object]) -> tuple[object, bool]:
    """Run it on a connection that does not wait for locks; whether it met one. Then nothing of it is left."""
    pg = connection.vendor == "postgresql"
    wait, usual = (
        ("SET lock_timeout = '50ms'", "SET lock_timeout = 0")
        if pg
        else ("PRAGMA busy_timeout = 0", "PRAGMA busy_timeout = 20000")
    )
    with connection.cursor() as cursor:
        cursor.execute(wait)
    try:
        with transaction.atomic():
            done = act()
    except OperationalError:
        return None, True
    except Exception as error:  # noqa: BLE001 - a refusal is a result
        return error, False
    else:
        return done, False
    finally:
        with connection.cursor() as cursor:
            cursor.execute(usual)
