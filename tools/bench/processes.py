"""Two web processes and four workers against one of each: supports a second, tasks a second, nothing double."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from cluster import cluster, free_port
from crashes import check
from hot import Load, Prepared, prepare, site
from report import ms, quantile, table

LINES = 16
SECONDS = 8.0
TASKS = 400


def run(root: Path) -> None:
    with cluster() as server:
        os.environ["DATABASE_URL"] = server.url
        from supports import django_ready

        django_ready()
        made = prepare(10_000, 40_000)
        rows, accepted = [], list[int]()
        for place, (web, workers) in enumerate([(1, 1), (2, 4)]):
            port = free_port()
            with site(root, port, WEB_WORKERS=str(web), WORKERS=str(workers)):
                load = Load(made.requests(place * 20_000, 20_000), SECONDS)
                asyncio.run(load.run(port, LINES))
                assert not load.refused, load.refused
                accepted += [made.users[place * 20_000 + done] for done in load.accepted]
                wrong = check(made, accepted)
                assert wrong == (0, 0, 0), wrong
                tasks = _tasks(made)
            rows.append(
                [f"{web} and {workers}", f"{load.rate:,.0f}", ms(quantile(load.times, 0.99)), f"{tasks:,.0f}"]
            )
    columns = ["web processes and workers", "supports/s", "p99 ms", "events told/s"]
    table("Several processes (PostgreSQL); lost 0, double 0", columns, rows)


def _tasks(made: Prepared) -> float:
    """Events told by the task queue in a second; each follower has each of them once."""
    from django.db import connection, transaction

    from madang.commons.matters.enums import Disclosure
    from madang.commons.matters.models import Matter
    from madang.commons.notices import api as notices
    from madang.commons.notices.models import Event, Follow, Notice

    public = Matter.objects.filter(disclosure=Disclosure.PUBLIC).exclude(pk=made.idea)
    reference, title = public.order_by("pk")[0].reference, f"bench {time.monotonic_ns()}"
    notices.follow_many(reference=reference, users=made.users[:5], why="follower")
    followers = Follow.objects.filter(reference=reference, ended_at=None, user__isnull=False).count()
    began = time.perf_counter()
    with transaction.atomic():
        for _ in range(TASKS):
            notices.tell(reference=reference, kind="bench.told", title=title)
    events = Event.objects.filter(title=title)
    while (left := events.filter(told_at=None).count()) and time.perf_counter() - began < 120:
        connection.close()
        time.sleep(0.2)
    took = time.perf_counter() - began
    assert not left, f"{left} events were told to nobody"
    told = Notice.objects.filter(event__in=events).values_list("user", "event")
    assert told.count() == told.distinct().count() == TASKS * followers, (told.count(), followers)
    return TASKS / took
