"""What one support costs the processor of a web process, and where: the whole way through the bridge, in one thread,
without server, client and other threads. Processor time, so other work on the machine disturbs it less than a rate.

A sampler looks every millisecond of processor time at which part is at work; the innermost one that is named counts.
"""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

from cluster import cluster
from hot import Prepared, prepare
from report import quantile, table

BATCH, BATCHES = 50, 50
PARTS = {
    ("kernel/sessions.py", "load"): "session, with the person",
    ("contrib/sessions/backends/db.py", "load"): "session, with the person",
    ("auth/middleware.py", "get_user"): "the look at who is signed in",
    ("web/limits.py", "spend"): "two limits",
    ("square/reading.py", "bare_idea"): "the idea with its rules",
    ("kernel/rows.py", "insert_once"): "the insert",
    ("api/door.py", "_through"): "the API: door, policy, answer",
    ("backends/base/base.py", "connect"): "a connection for the request",
    ("backends/base/base.py", "close_if_unusable_or_obsolete"): "a connection for the request",
}
REST = "framework, middleware, addresses"


def run(root: Path) -> None:
    with cluster() as server:
        os.environ["DATABASE_URL"] = server.url
        from supports import django_ready

        django_ready()
        _measure(prepare(1000, 2 * BATCH * BATCHES + BATCH))


def _measure(made: Prepared) -> None:
    from madang.conf import asgi

    asgi.keep_connection()  # as in each thread of the bridge
    scopes = [_scope(request) for request in made.requests(0, len(made.users))]

    def ask(scope: dict[str, Any]) -> None:
        with tempfile.SpooledTemporaryFile(1000) as body:
            status, *_ = asgi.bridge._run(scope, body)
        assert status == 200, status

    for scope in scopes[:BATCH]:
        ask(scope)
    times = []
    for batch in range(BATCHES):
        began = time.thread_time()
        for scope in scopes[BATCH * (batch + 1) : BATCH * (batch + 2)]:
            ask(scope)
        times.append((time.thread_time() - began) / BATCH)
    seen: Counter[str] = Counter()

    def look(number: int, frame: FrameType | None) -> None:
        seen[_part(frame)] += 1

    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    for scope in scopes[BATCH * (BATCHES + 1) :]:
        ask(scope)
    signal.setitimer(signal.ITIMER_PROF, 0)
    quiet = quantile(times, 0.1)
    rows = [["one support: tenth, median of batches of 50", f"{_ms(quiet)}, {_ms(quantile(times, 0.5))}"]]
    rows += [[f"… {part}", _ms(quiet * n / seen.total())] for part, n in seen.most_common()]
    table("Processor time of one support in the web process (PostgreSQL)", ["what", "time"], rows)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


def _part(frame: FrameType | None) -> str:
    while frame is not None:
        code = frame.f_code
        for (file, name), part in PARTS.items():
            if code.co_name == name and code.co_filename.endswith(file):
                return part
        frame = frame.f_back
    return REST


def _scope(request: bytes) -> dict[str, Any]:
    """The request as a server hands it on."""
    first, *lines = request.partition(b"\r\n\r\n")[0].split(b"\r\n")
    method, path, _version = first.split()
    headers = [(name.lower(), value) for name, _gap, value in (line.partition(b": ") for line in lines)]
    return {
        "method": method.decode(), "path": path.decode(), "raw_path": path, "query_string": b"", "root_path": "",
        "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 9),
        "headers": headers,
    }  # fmt: skip
