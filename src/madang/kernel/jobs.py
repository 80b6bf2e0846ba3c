"""Work that happens later: a schedule with retries on top of the task table.

The task table (django-tasks) gives transactional enqueueing and a worker. It has no schedule and no retry;
those live here, small. What of it runs in which worker: `leases`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import InterfaceError, OperationalError, close_old_connections, connections

from madang.kernel import leases, wall
from madang.kernel.errors import HeldError, is_full_disk

log = logging.getLogger("madang.jobs")

AGAIN = (
    5.0  # longest pause in seconds while database, disk or network are away: they may be back at any moment
)
IDLE = 10.0  # a job that pauses longer gives its connection back


FULL = (
    "job %s: there is no room left on the disk (%s). What waits is not lost; make room, and it goes on by itself. · "
    "작업 %s: 디스크에 빈 공간이 없습니다. 기다리는 것은 사라지지 않습니다. 공간을 확보하면 스스로 이어서 합니다."
)


@dataclass
class Periodic:
    """A job that is run again `seconds` after it last began. It must be idempotent and table-driven.

    `everywhere`: each worker runs it for itself; otherwise one at a time does. `by_date`: it ends, announces or erases
    something because its day has come, so it waits while the clock cannot be believed (`wall`).
    """

    name: str
    seconds: float
    run: Callable[[], object]
    everywhere: bool = False
    by_date: bool = False
    due: float = 0.0
    failures: int = 0

    @property
    def lease(self) -> str:
        return f"job:{self.name}"

    def attempt(self) -> float:
        """Run it once; the pause until the next time. A failure is logged and waits longer each time.

        That the installation is held still meanwhile is no failure: whoever holds it still knows.
        """
        try:
            self.run()
        except HeldError:
            return min(self.seconds, AGAIN)
        except Exception as error:
            self.failures += 1
            if is_full_disk(error):
                log.error(FULL, self.name, error, self.name)
            else:
                log.exception("job %s failed (%s in a row)", self.name, self.failures)
            pause = self.seconds * min(2**self.failures, 60)
            if isinstance(error, OperationalError | InterfaceError | OSError):
                pause = min(pause, max(self.seconds, AGAIN))
            return pause
        self.failures = 0
        return self.seconds


_periodic: dict[str, Periodic] = {}


def every(
    seconds: float, name: str, *, everywhere: bool = False, by_date: bool = False
) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a periodic job: `@every(1, "ledger.sequence")`."""

    def register(job: Callable[[], object]) -> Callable[[], object]:
        _periodic[name] = Periodic(name, seconds, job, everywhere, by_date)
        return job

    return register


def periodic() -> tuple[Periodic, ...]:
    return tuple(_periodic.values())


def run_due(now: float | None = None) -> int:
    """Run every periodic job whose time has come, one after the other; returns how many."""
    ran = 0
    for job in _periodic.values():
        moment = time.monotonic() if now is None else now
        if moment < job.due:
            continue
        job.due = moment + job.attempt()
        ran += 1
    return ran


class Schedule:
    """All jobs of a worker, each in a thread of its own: a slow one, or one that hangs, holds up no other.

    `rests` says whether nothing may be written just now: then no job begins, and no connection stays open.
    """

    def __init__(
        self,
        held: leases.Leases,
        stop: threading.Event,
        clock: wall.Wall | None = None,
        rests: Callable[[], bool] = lambda: False,
    ) -> None:
        self.held = held
        self.rests = rests
        self.clock = clock or wall.Wall()
        self.stop = stop
        self.threads: list[threading.Thread] = []

    def start(self) -> None:
        """Take the free leases, then begin."""
        self._renew()
        turns: list[tuple[str, Callable[[], None]]] = [
            ("leases", self._keep),
            *((job.name, partial(self._turn, job)) for job in periodic()),
        ]
        for name, turn in turns:
            thread = threading.Thread(target=turn, name=name, daemon=True)
            self.threads.append(thread)
            thread.start()

    def end(self, seconds: float) -> None:
        """After `stop`: wait for what is running, at most so long, then let others have the leases."""
        until = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0.0, until - time.monotonic()))
        if self.rests():
            return
        try:
            self.held.release()
        except (OperationalError, InterfaceError):
            log.info("the leases could not be given back; others take them in a moment")

    def _renew(self) -> None:
        if self.rests():
            connections.close_all()
            return
        close_old_connections()
        try:
            self.held.renew([job.lease for job in periodic() if not job.everywhere])
        except HeldError:
            pass
        except (OperationalError, InterfaceError) as error:
            log.warning("the leases cannot be renewed: %s", error)
            connections.close_all()
        finally:
            close_old_connections()

    def _keep(self) -> None:
        while not self.stop.wait(leases.RENEW):
            self._renew()

    def _turn(self, job: Periodic) -> None:
        while not self.stop.is_set():
            began, pause = time.monotonic(), min(job.seconds, leases.RENEW)
            mine = job.everywhere or self.held.holds(job.lease)
            if self.rests():
                connections.close_all()
            elif mine and not (job.by_date and self.clock.holds()):
                close_old_connections()
                pause = job.attempt()
                if job.failures or pause > IDLE:
                    connections.close_all()
                close_old_connections()
            self.stop.wait(max(pause - (time.monotonic() - began), 0.05))
