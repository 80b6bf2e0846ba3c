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
    from django.db.models import Count

    from madang.commons.notices import api as notices
    from madang.commons.notices.models import Event, Notice
    from madang.services.square.models import Idea

    matter = Idea.objects.select_related("matter").get(pk=made.idea).matter
    notices.register_kind("bench.told", sentence=lambda data: "")
    reference = f"bench:{time.monotonic_ns()}"
    for user in made.users[:5]:
        notices.follow_many(reference=matter.reference, users=[user], why="follower")
    began = time.perf_counter()
    with transaction.atomic():
        for _ in range(TASKS):
            notices.tell(reference=reference, kind="bench.told", title="")
    while (
        left := Event.objects.filter(reference=reference, told_at=None).count()
    ) and time.perf_counter() - began < 120:
        connection.close()
        time.sleep(0.2)
    assert not left, f"{left} events were told to nobody"
    twice = (
        Notice.objects.filter(event__reference=reference)
        .values("user", "event")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
    )
    assert not twice.exists()
    return TASKS / (time.perf_counter() - began)
