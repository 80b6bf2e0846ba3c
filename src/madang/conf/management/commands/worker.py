"""`madang worker`: the schedule and the task queue in one process. Several may run side by side."""

from __future__ import annotations

import logging
import signal
import threading
import time
import uuid
from argparse import ArgumentParser
from datetime import datetime
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, close_old_connections, connection, connections
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from madang.conf.operations import maintenance
from madang.kernel import clock, jobs, wall
from madang.kernel.errors import HeldError
from madang.kernel.leases import Leases
from madang.kernel.models import Heartbeat

log = logging.getLogger("madang.jobs")

SILENT = 30.0  # seconds without a sign of life after which the tasks of a worker go to another
TRIES = 5  # workers that may die over one task before it is given up
PATIENCE = 4.0  # seconds that running jobs have when the worker is asked to end
LOOK = 0.5  # seconds between two looks at whether the installation is held still

MOVED = (
    "This installation was moved to PostgreSQL: this worker does nothing any more. Restart it with the new DATABASE_URL. · "
    "이 설치는 PostgreSQL로 옮겨졌습니다. 이 작업 프로세스는 더 이상 일하지 않습니다. 새 DATABASE_URL로 다시 시작하세요."
)
HELD = (
    "This installation is held still (%s): this worker waits and goes on by itself afterwards. · "
    "이 설치가 멈춰 있습니다(%s). 작업 프로세스는 기다렸다가 끝나면 스스로 이어서 일합니다."
)
ON_AGAIN = (
    "This installation is held still no longer: this worker goes on. · "
    "설치가 더 이상 멈춰 있지 않습니다. 작업 프로세스가 이어서 일합니다."
)


def rescue(held: Leases) -> int:
    """Put back the tasks of workers that are dead; a task that is only slow stays with its worker.

    Every task is idempotent: one that was killed after its last line runs once more and changes nothing.

    Returns:
        How many run again.
    """
    again = 0
    buried = set()
    for task in DBTaskResult.objects.filter(status="RUNNING"):
        worker = task.worker_ids[-1] if task.worker_ids else ""
        if not held.is_silent(f"worker:{worker}", SILENT):
            continue
        buried.add(worker)
        # The same worker and still running: of two rescuers at once, one changes the row.
        same = DBTaskResult.objects.filter(pk=task.pk, status="RUNNING", worker_ids=task.worker_ids)
        if len(task.worker_ids) >= TRIES:
            log.error("task %s killed %s workers and is given up", task.task_path, len(task.worker_ids))
            same.update(status="FAILED", finished_at=clock.now())
            continue
        again += same.update(status="READY", started_at=None)
    for worker in buried:
        held.bury(worker)
    return again


def beat(watch: wall.Wall | None = None) -> None:
    detail = wall.HELD if watch is not None and watch.holds() else ""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": clock.now(), "detail": detail})


def rests() -> bool:
    """Whether this worker has to wait because its installation is being moved or restored, or was moved away."""
    return maintenance.concerns(connection.vendor)


def last_seen() -> datetime | None:
    """When a worker was last alive. A database that is away is waited for later on."""
    try:
        return Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
    except DatabaseError:
        connections.close_all()
        return None


class Command(BaseCommand):
    help = "Run scheduled jobs and queued tasks until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what is due and the queue, then end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        name = uuid.uuid4().hex[:12]
        held = Leases(name)
        watch = wall.Wall(last_seen())
        jobs.every(5, "worker.heartbeat", everywhere=True)(lambda: beat(watch))
        jobs.every(10, "worker.rescue")(lambda: rescue(held))
        tasks = Worker(
            queue_names=["default"],
            interval=0.5,
            batch=once,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
            excluded_queue_names=[],
        )
        if once:
            held.renew([])
            jobs.run_due()
            tasks.run()
            jobs.run_due(time.monotonic() + 3600)
            held.release()
            return
        stop = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        schedule = jobs.Schedule(held, stop, watch, rests)
        schedule.start()
        threading.Thread(target=self._queue, args=(tasks, stop), daemon=True, name="tasks").start()
        why = ""
        while not stop.wait(LOOK):
            before, why = why, maintenance.reason() if rests() else ""
            if why:
                tasks.running = False
            if why != before:
                self._say(why)
        tasks.running = False
        schedule.end(PATIENCE)

    def _say(self, why: str) -> None:
        """One line when it begins to wait, one when it goes on: a log is read afterwards."""
        if why == "moved":
            log.warning(MOVED)
        elif why:
            log.warning(HELD, why, why)
        else:
            log.warning(ON_AGAIN)

    def _queue(self, tasks: Any, stop: threading.Event) -> None:
        """The queue in its thread; a database that is away for a while is waited for."""
        while not stop.is_set():
            if rests():
                connections.close_all()
                stop.wait(LOOK)
                continue
            try:
                tasks.running = True
                tasks.run()
            except HeldError:
                continue  # a task that had begun; another worker takes it up
            except (DatabaseError, InterfaceError):
                log.exception("the task queue cannot reach the database; trying again")
                connections.close_all()
                stop.wait(2)
            finally:
                close_old_connections()
