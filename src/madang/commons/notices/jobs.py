"""Work later: fanning out, sending, sweeping up after a lost task."""

from __future__ import annotations

from django_tasks import task

from madang.commons.notices.domain import delivering, telling
from madang.kernel import jobs


@task()
def fan_out(event_id: int) -> int:
    """Tell the followers of an event; see `telling.fan_out`."""
    return telling.fan_out(event_id)


@jobs.every(2, "notices.deliver")
def deliver() -> int:
    return delivering.deliver()


@jobs.every(60, "notices.sweep")
def sweep() -> int:
    return telling.sweep()


@jobs.every(3600, "notices.forget")
def forget() -> int:
    return delivering.forget()
