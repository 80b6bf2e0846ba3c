"""What one count of a limit costs, in the file that processes share and in Redis, and what it holds in a crowd."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import tempfile
import time
from pathlib import Path

COUNTS = 5000


def store(location: str):
    from django.conf import settings

    if not settings.configured:
        settings.configure()
    from madang.kernel.web import caches

    return (caches.RedisStore if location.startswith("redis") else caches.FileStore)(location, {})


def crowd(location: str, name: str, times: int) -> None:
    one = store(location)
    for _ in range(times):
        one.tick(name, "before", 60)


def measure(location: str) -> str:
    one, taken = store(location), []
    name = f"bench{os.getpid()}{time.time_ns()}"
    for n in range(COUNTS):
        begin = time.perf_counter()
        one.tick(f"{name}{n % 500}", "before", 60)
        taken.append((time.perf_counter() - begin) * 1e6)
    begin = time.perf_counter()
    crew = [multiprocessing.Process(target=crowd, args=(location, name, COUNTS)) for _ in range(4)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    rate = 4 * COUNTS / (time.perf_counter() - begin)
    used, _before = one.tick(name, "before", 60)
    exact = "exact" if used == 4 * COUNTS + 1 else f"{4 * COUNTS + 1 - used} lost"
    p50, p99 = statistics.median(taken), statistics.quantiles(taken, n=100)[98]
    return f"p50 {p50:.0f} µs, p99 {p99:.0f} µs | {rate:,.0f}/s, {exact}"


def run(root: Path) -> None:
    """Prints the table; Redis is measured where REDIS_URL names one."""
    print("| store | one count | four processes at one key |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        print(f"| file | {measure(str(Path(folder) / 'cache.sqlite3'))} |")
    if url := os.environ.get("REDIS_URL"):
        print(f"| Redis | {measure(url)} |")
