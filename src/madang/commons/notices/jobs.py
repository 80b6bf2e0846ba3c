"""Work later: fanning out, sending, sweeping up after a lost task."""

from __future__ import annotations

from django_tasks import task

from madang.commons.notices.domain import delivering, hooks, posting, telling
from madang.kernel import jobs

TURN = 10  # batches of followers in one task; then other tasks have their turn
ROUNDS = 20  # mails are sent in so many batches before the job looks up again


@task()
def fan_out(event_id: int) -> int:
    """Tell the followers of an event, a part of them at a time; see `telling.fan_out`."""
    reached = telling.fan_out(event_id, batches=TURN)
    if not telling.is_told(event_id):
        fan_out.enqueue(event_id)
    return reached


# Mail servers and other people's programs may be slow: these two have threads of their own.
@jobs.every(2, "notices.deliver")
def deliver() -> int:
    sent = 0
    for _round in range(ROUNDS):
        now = delivering.deliver()
        sent += now
        if not now:
            break
    return sent


@jobs.every(2, "notices.hooks")
def post() -> int:
    return posting.post()


@jobs.every(60, "notices.sweep")
def sweep() -> int:
    return telling.sweep() + delivering.rescue()


@jobs.every(3600, "notices.forget", by_date=True)
def forget() -> int:
    return delivering.forget() + hooks.forget()
