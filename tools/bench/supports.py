"""Accepted supports a second on one hot idea with a million supports stored, over HTTP, signed in.

Three limits of the same run stand beside it: the database's own appends, and the bare framework with one
insert behind the same server. The worker counts meanwhile in all of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from cluster import cluster, free_port
from hot import Load, Prepared, await_well, prepare, site
from report import ms, quantile, table

LINES = 16
SECONDS = 10.0  # of each path, in turns
ROUNDS = 5


def run(root: Path) -> None:
    stored = int(os.environ.get("BENCH_STORED", "1000000"))
    if os.environ.get("BENCH_ENGINE", "postgresql") == "sqlite":
        _measure(root, "SQLite", stored)
        return
    with cluster() as server:
        os.environ["DATABASE_URL"] = server.url
        _measure(root, "PostgreSQL", stored)


def _measure(root: Path, engine: str, stored: int) -> None:
    django_ready()
    share = 15_000  # people of each path: more than answer in its seconds
    made = prepare(stored, 3 * share)
    port = free_port()
    rows = []
    with site(root, port), _bare(root) as bare_port:
        raw = _raw(made, made.users[:share])
        rows.append(["the database alone: append, one commit each", f"{raw:,.0f}", "", "", ""])
        # In turns, so that a busy moment of the machine falls on both.
        bare, own = Tally(), Tally()
        each = share // ROUNDS
        for turn in range(ROUNDS):
            bare.add(_visit(made, share + turn * each, each, bare_port))
            own.add(_run(made.requests(2 * share + turn * each, each), port, 2 * share + turn * each))
        rows.append(["bare framework, one insert", *bare.figures(), ""])
        ratio = f"{own.rate / bare.rate:.0%} of bare, {own.rate / raw:.0%} of the database"
        rows.append(
            ["Madang, `PUT /api/v1/ideas/…/support`, session and CSRF checked", *own.figures(), ratio]
        )
        time.sleep(2)
        _check(made, [made.users[place] for place in own.accepted])
    columns = ["path", "accepted/s", "p50 ms", "p99 ms", "share"]
    table(f"Supports of one idea with {stored:,} stored ({engine}, {LINES} connections)", columns, rows)


def django_ready() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("demo", quiet=True)


class Tally:
    """What several turns come to."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.accepted: list[int] = []
        self.took = 0.0

    def add(self, turn: tuple[Load, list[int]]) -> None:
        load, accepted = turn
        assert not load.refused, load.refused
        self.times += load.times
        self.accepted += accepted
        self.took += load.took

    @property
    def rate(self) -> float:
        return len(self.times) / self.took

    def figures(self) -> list[str]:
        return [f"{self.rate:,.0f}", ms(quantile(self.times, 0.5)), ms(quantile(self.times, 0.99))]


def _run(requests: list[bytes], port: int, first: int) -> tuple[Load, list[int]]:
    load = Load(requests, SECONDS / ROUNDS)
    asyncio.run(load.run(port, LINES))
    return load, [first + place for place in load.accepted]


def _raw(made: Prepared, users: list[int]) -> float:
    """Appends with one commit each, from as many connections as there are lines (on SQLite from one)."""
    from django.db import connection

    from madang.kernel import clock

    statement = (
        "INSERT INTO square_support (idea_id, supporter_id, at, changed_at, channel, uncounted)"
        " VALUES (%s, %s, %s, %s, 'web', 1)"
    )
    lines = LINES if connection.vendor == "postgresql" else 1
    left, done, now = iter(users), [0] * lines, clock.now()
    lock = threading.Lock()
    until = time.perf_counter() + SECONDS / 2

    def append(place: int) -> None:
        with connection.cursor() as cursor:
            while time.perf_counter() < until:
                with lock:
                    user = next(left, None)
                if user is None:
                    break
                cursor.execute(statement, [made.idea, user, now, now])
                done[place] += 1
        connection.close()

    threads = [threading.Thread(target=append, args=(place,)) for place in range(lines)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


def _visit(made: Prepared, first: int, count: int, port: int) -> tuple[Load, list[int]]:
    """One turn of the bare framework."""
    requests = [
        f"GET /support/{made.idea}/{user} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        for user in made.users[first : first + count]
    ]
    return _run(requests, port, first)


@contextlib.contextmanager
def _bare(root: Path) -> Iterator[int]:
    """The bare framework behind the same server; gives its port."""
    port = free_port()
    here = Path(__file__).resolve().parent
    environment = {**os.environ, "PYTHONPATH": f"{here}:{root / 'src'}"}
    environment.pop("DJANGO_SETTINGS_MODULE")
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "asginl", "--port", str(port)]
    options = ["--no-ws", "--log-level", "warning", "--backpressure", "6000", "bare:application"]
    process = subprocess.Popen(command + options, cwd=here, env=environment)
    try:
        await_well(f"http://127.0.0.1:{port}/", process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _check(made: Prepared, users: list[int]) -> None:
    """Every accepted one is there once, and the total is the number of rows."""
    from django.db import connection

    from madang.services.square.models import Idea, Support

    connection.close()
    kept = set(
        Support.objects.filter(idea=made.idea, supporter__in=users[:500]).values_list("supporter", flat=True)
    )
    assert kept == set(users[:500])
    total = Idea.objects.get(pk=made.idea).support_total
    assert total == Support.objects.filter(idea=made.idea).count(), total
