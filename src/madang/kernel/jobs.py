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
    """A job that is run again `seconds` after it last began. It must be idempotent and table-driven."""

    name: str
    seconds: float
    run: Callable[[], object]
    due: float = 0.0
    failures: int = 0


_periodic: dict[str, Periodic] = {}


def every(seconds: float, name: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a periodic job: `@every(1, "ledger.sequence")`."""

    def register(job: Callable[[], object]) -> Callable[[], object]:
        _periodic[name] = Periodic(name, seconds, job)
        return job

    return register


def periodic() -> tuple[Periodic, ...]:
    return tuple(_periodic.values())


def run_due(now: float | None = None) -> int:
    """Run every periodic job whose time has come; a failure is logged and backs off, never stops the rest."""
    ran = 0
    for job in _periodic.values():
        moment = time.monotonic() if now is None else now
        if moment < job.due:
            continue
        try:
            job.run()
            job.failures = 0
        except Exception:
            job.failures += 1
            log.exception("job %s failed (%s in a row)", job.name, job.failures)
        job.due = moment + job.seconds * min(2**job.failures, 60)
        ran += 1
    return ran
