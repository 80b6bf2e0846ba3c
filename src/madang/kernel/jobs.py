"""Work that happens later: a schedule, retries and rescue on top of the task table.

The task table (django-tasks) gives transactional enqueueing and a worker. It has no schedule, no retry
and no rescue of tasks whose worker was killed; those three live here, small.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger("madang.jobs")


@dataclass
class Periodic:
    """A job that is run again `seconds` after it last began. It must be idempotent and table-driven.

    One that is `apart` waits for others' machines (a mail server): the worker gives it a thread of its own.
    """

    name: str
    seconds: float
    run: Callable[[], object]
    apart: bool = False
    due: float = 0.0
    failures: int = 0


_periodic: dict[str, Periodic] = {}


def every(
    seconds: float, name: str, *, apart: bool = False
) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a periodic job: `@every(1, "ledger.sequence")`."""

    def register(job: Callable[[], object]) -> Callable[[], object]:
        _periodic[name] = Periodic(name, seconds, job, apart)
        return job

    return register


def periodic() -> tuple[Periodic, ...]:
    return tuple(_periodic.values())


def run_due(now: float | None = None, *, apart: bool = True) -> int:
    """Run every periodic job whose time has come; a failure is logged and backs off, never stops the rest.

    Args:
        apart: also those that have a thread of their own in a worker.
    """
    ran = 0
    for job in _periodic.values():
        if job.apart and not apart:
            continue
        moment = time.monotonic() if now is None else now
        if moment < job.due:
            continue
        run(job, moment)
        ran += 1
    return ran


def run(job: Periodic, moment: float) -> None:
    """Run one job now and set when it is due again."""
    try:
        job.run()
        job.failures = 0
    except Exception:
        job.failures += 1
        log.exception("job %s failed (%s in a row)", job.name, job.failures)
    job.due = moment + job.seconds * min(2**job.failures, 60)
