"""A hundred kills: SIGKILL of a web process, of a worker, of a database process or of the whole database, in the
middle of people supporting an idea. Every accepted support must be there once, none twice, the total right.

BENCH_RUNS (100) says how often; BENCH_ENGINE=sqlite does the same on SQLite, where no database can be killed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from pathlib import Path

from cluster import Cluster, cluster, free_port
from hot import Prepared, await_well, prepare, site
from report import table

LINES = 8
BEFORE, AFTER = 10, 20  # accepted supports before a kill and after it


def run(root: Path) -> None:
    runs = int(os.environ.get("BENCH_RUNS", "100"))
    if os.environ.get("BENCH_ENGINE", "postgresql") == "sqlite":
        _runs(root, runs, None)
        return
    with cluster() as server:
        os.environ["DATABASE_URL"] = server.url
        _runs(root, runs, server)


def _runs(root: Path, runs: int, server: Cluster | None) -> None:
    from supports import django_ready

    django_ready()
    made = prepare(0, runs * 400)
    victims = ["web", "worker"] + (["database process", "database"] if server else [])
    port, accepted, killed = free_port(), [], Counter[str]()
    first, began = 0, time.perf_counter()
    with site(root, port) as up:
        for turn in range(runs):
            victim = victims[turn % len(victims)]
            crowd = _Crowd(port, made, first)
            asyncio.run(crowd.story(lambda victim=victim: kill(victim, up.pid, server)))
            first = crowd.next
            accepted += crowd.accepted
            killed[victim] += 1
            await_well(f"http://127.0.0.1:{port}/healthz", up, 60)
            lost, double, wrong = check(made, accepted)
            assert (lost, double, wrong) == (0, 0, 0), (turn, victim, lost, double, wrong)
    rows = [[name, count] for name, count in killed.items()]
    rows += [
        ["accepted supports", len(accepted)],
        ["lost", 0],
        ["double", 0],
        ["totals that differ from the rows", 0],
    ]
    rows += [["minutes", f"{(time.perf_counter() - began) / 60:.1f}"]]
    table(f"{runs} kills ({'PostgreSQL' if server else 'SQLite'})", ["what", "number"], rows)


def check(made: Prepared, accepted: list[int], seconds: float = 30) -> tuple[int, int, int]:
    """Lost supports, doubled ones, and by how much the total is wrong once the worker has counted."""
    from django.db import OperationalError, connection

    from madang.services.square.models import Idea, Support

    until = time.monotonic() + seconds
    while True:
        try:
            connection.close()
            rows = list(Support.objects.filter(idea=made.idea).values_list("supporter", flat=True))
            waiting = Support.objects.filter(idea=made.idea, uncounted__isnull=False).count()
            total = Idea.objects.get(pk=made.idea).support_total
        except OperationalError:
            waiting, rows, total = 1, [], 0
        if not waiting or time.monotonic() > until:
            return len(set(accepted) - set(rows)), len(rows) - len(set(rows)), total - len(rows)
        time.sleep(0.2)


class _Crowd:
    """People who support one after the other over several connections, and come back after a failure."""

    def __init__(self, port: int, made: Prepared, first: int) -> None:
        self.port, self.made, self.next = port, made, first
        self.accepted: list[int] = []
        self.changed = asyncio.Event()
        self.enough = False

    async def story(self, kill: object) -> None:
        lines = [asyncio.create_task(self._line()) for _ in range(LINES)]
        await self._until(BEFORE)
        kill()  # type: ignore[operator]
        await self._until(len(self.accepted) + AFTER)
        self.enough = True
        await asyncio.gather(*lines)

    async def _until(self, count: int) -> None:
        async with asyncio.timeout(90):
            while len(self.accepted) < count:
                self.changed.clear()
                await self.changed.wait()

    async def _line(self) -> None:
        while not self.enough:
            place, self.next = self.next, self.next + 1
            try:
                async with asyncio.timeout(20):
                    reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    try:
                        writer.write(self.made.requests(place, 1)[0])
                        status = await reader.readline()
                    finally:
                        writer.close()
            except (OSError, TimeoutError):
                status = b""
            if b" 200 " in status:
                self.accepted.append(self.made.users[place])
                self.changed.set()
            else:
                await asyncio.sleep(0.2)


def kill(victim: str, up: int, server: Cluster | None) -> None:
    if victim == "database process":
        assert server is not None and server.kill_backend()
    elif victim == "database":
        assert server is not None
        server.kill()
        server.start()
    else:
        word = b"madang.conf.asgi" if victim == "web" else b"\0worker\0"
        found = [pid for pid in below(up) if word in Path(f"/proc/{pid}/cmdline").read_bytes() + b"\0"]
        # Of the web server the process that answers, not the one that watches it.
        os.kill(found[-1], signal.SIGKILL)


def below(pid: int) -> list[int]:
    """Children and their children, the elder first."""
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return found + [deeper for child in found for deeper in below(child)]
