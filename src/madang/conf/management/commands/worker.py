"""`madang worker`: the schedule and the task queue in one process."""

from __future__ import annotations

import signal
import threading
import time
import uuid
from argparse import ArgumentParser
from datetime import timedelta
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from madang.kernel import clock, jobs
from madang.kernel.models import Heartbeat

STUCK = timedelta(minutes=10)
LEAVE = 2.0  # seconds that a job with a thread of its own gets to end


def rescue() -> int:
    """Put back the tasks whose worker was killed while running them. Every task is idempotent."""
    late = DBTaskResult.objects.filter(status="RUNNING", started_at__lt=clock.now() - STUCK)
    return late.update(status="READY", started_at=None)


def beat() -> None:
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": clock.now()})


jobs.every(5, "worker.heartbeat")(beat)
jobs.every(60, "worker.rescue")(rescue)


class Command(BaseCommand):
    help = "Run scheduled jobs and queued tasks until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what is due and the queue, then end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        tasks = Worker(
            queue_names=["default"],
            interval=0.5,
            batch=once,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"madang-{uuid.uuid4().hex[:12]}",
            excluded_queue_names=[],
        )
        if once:
            jobs.run_due()
            tasks.run()
            jobs.run_due(time.monotonic() + 3600)
            return
        stop = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        threading.Thread(target=self._queue, args=(tasks, stop), daemon=True, name="tasks").start()
        slow = [job for job in jobs.periodic() if job.apart]
        threads = [
            threading.Thread(target=self._apart, args=(job, stop), daemon=True, name=job.name) for job in slow
        ]
        for thread in threads:
            thread.start()
        while not stop.is_set():
            close_old_connections()
            jobs.run_due(apart=False)
            stop.wait(0.5)
        tasks.running = False
        for thread in threads:
            thread.join(LEAVE)

    def _apart(self, job: jobs.Periodic, stop: threading.Event) -> None:
        """One job that may wait for somebody else's machine, again and again."""
        while not stop.is_set():
            close_old_connections()
            began = time.monotonic()
            jobs.run(job, began)
            stop.wait(max(job.due - time.monotonic(), 0.1))

    def _queue(self, tasks: Any, stop: threading.Event) -> None:
        """The queue in its thread; a database that is away for a while is waited for."""
        while not stop.is_set():
            try:
                tasks.running = True
                tasks.run()
            except DatabaseError:
                jobs.log.exception("the task queue cannot reach the database; trying again")
                close_old_connections()
                stop.wait(5)
