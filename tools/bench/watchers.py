"""3,000 open pages watch one live count: how long from a support to the event, and whether pages still answer."""

from __future__ import annotations

import asyncio
import os
import resource
import time
from pathlib import Path

from cluster import cluster, free_port
from hot import Prepared, prepare, site
from report import ms, quantile, table

SUPPORTS = 20
PAUSE = 1.0


def run(root: Path) -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    watchers = min(int(os.environ.get("BENCH_WATCHERS", "3000")), hard - 200)
    with cluster() as server:
        os.environ["DATABASE_URL"] = server.url
        from supports import django_ready

        django_ready()
        made = prepare(1000, SUPPORTS)
        port = free_port()
        with site(root, port):
            asyncio.run(_watch(port, made, watchers))


class _Watcher(asyncio.Protocol):
    """One open page: the moment at which it heard of each count."""

    def __init__(self, path: str, first: asyncio.Semaphore) -> None:
        self.path, self.first = path, first
        self.heard: dict[int, float] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        at = data.rfind(b'"count":')
        if at < 0:
            return
        count = int(data[at + 8 : data.index(b",", at)])
        if not self.heard:
            self.first.release()
        self.heard.setdefault(count, time.perf_counter())


async def _watch(port: int, made: Prepared, watchers: int) -> None:
    loop = asyncio.get_running_loop()
    first = asyncio.Semaphore(0)
    page = f"/ideas/{made.number}/"
    quiet = await _pages(port, page, 5.0)
    began = time.perf_counter()
    pages = [_Watcher(f"/events/ideas/{made.number}/", first) for _ in range(watchers)]
    for start in range(0, watchers, 100):  # within what a listening socket keeps waiting
        await asyncio.gather(
            *(
                loop.create_connection(lambda one=one: one, "127.0.0.1", port)
                for one in pages[start : start + 100]
            )
        )
    for _ in pages:
        await asyncio.wait_for(first.acquire(), 60)
    opened = time.perf_counter() - began
    meanwhile = asyncio.create_task(_pages(port, page, SUPPORTS * PAUSE))
    base = max(pages[0].heard)
    told = []
    for request in made.requests(0, SUPPORTS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        assert b" 200 " in await reader.readline()
        told.append(time.perf_counter())
        writer.close()
        await asyncio.sleep(PAUSE)
    await asyncio.sleep(2)
    busy = await meanwhile
    delays, missed = [], 0
    for place, moment in enumerate(told, 1):
        for one in pages:
            # A page that heard of a newer count knows of this support as well.
            moments = [at for count, at in one.heard.items() if count >= base + place]
            if moments:
                delays.append(max(0.0, min(moments) - moment))
            else:
                missed += 1
    for one in pages:
        one.transport.close()
    rows = [
        ["streams open, each with its first count", f"{watchers:,} in {opened:.1f} s"],
        ["support answered → event received, p50 / p95 / max", " / ".join([ms(quantile(delays, 0.5)), ms(quantile(delays, 0.95)), ms(max(delays))]) + " ms"],
        ["events missed", f"{missed} of {len(told) * watchers:,}"],
        ["page of the idea before, p50 / p95", f"{ms(quantile(quiet, 0.5))} / {ms(quantile(quiet, 0.95))} ms"],
        ["page of the idea meanwhile, p50 / p95", f"{ms(quantile(busy, 0.5))} / {ms(quantile(busy, 0.95))} ms"],
    ]  # fmt: skip
    table("Watchers of one live count (PostgreSQL, one web process)", ["what", "value"], rows)


async def _pages(port: int, path: str, seconds: float) -> list[float]:
    """Two readers open the page again and again; the time of each answer."""
    until = time.perf_counter() + seconds
    times: list[float] = []

    async def read() -> None:
        while time.perf_counter() < until:
            began = time.perf_counter()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read()
            assert answer.startswith(b"HTTP/1.1 200") and answer.rstrip().endswith((b"</html>", b"0")), (
                answer[:200]
            )
            times.append(time.perf_counter() - began)
            writer.close()
            await asyncio.sleep(0.05)

    await asyncio.gather(read(), read())
    return times
