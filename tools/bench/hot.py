# ruff: noqa: S608 - nothing in a statement comes from outside
"""One hot idea with many supports already stored, people who are signed in and about to support, and a client
that sends their requests as fast as they are answered."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CSRF = "k" * 32


@dataclass
class Prepared:
    """The idea, and a request for each person who has not supported yet."""

    number: str
    idea: int
    users: list[int] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)

    def requests(self, first: int, count: int) -> list[bytes]:
        """`PUT /api/v1/ideas/…/support` of so many people."""
        return [
            (
                f"PUT /api/v1/ideas/{self.number}/support HTTP/1.1\r\nHost: localhost\r\n"
                f"Cookie: sessionid={key}; csrftoken={CSRF}\r\nX-CSRFToken: {CSRF}\r\nContent-Length: 0\r\n\r\n"
            ).encode()
            for key in self.sessions[first : first + count]
        ]


def prepare(already: int, people: int) -> Prepared:
    """Fill the database that DATABASE_URL names: `already` supports of as many people, `people` more signed in."""
    from django.db import connection

    from madang.kernel import actors, clock
    from madang.kernel.models import User
    from madang.services.square.domain import ideas
    from madang.services.square.models import Idea, Process

    process = Process.objects.get(slug="neighbourhood")
    author = User.objects.get(email="resident@haedam.example")
    idea, filed = ideas.file(
        actor=actors.person(author),
        process=process,
        title="밤에도 다니는 마을버스를 놓아 주세요",
        body="막차가 일찍 끊깁니다. " * 4,
    )
    number = filed.matter.number or ""
    now = clock.now()
    many = already + people
    users = accounts(many)
    with connection.cursor() as cursor:
        # Users of a real city have other columns filled by other parts; these need none of them.
        last = users[already - 1] if already else 0
        cursor.execute(
            "INSERT INTO square_support (idea_id, supporter_id, at, changed_at, channel)"
            " SELECT %s, id, %s, %s, 'web' FROM kernel_user WHERE email LIKE 'hot%%' AND id <= %s",
            [idea.pk, now, now, last],
        )
    Idea.objects.filter(pk=idea.pk).update(support_total=already, threshold=10 * many + 1)
    made = Prepared(number, idea.pk, users[already:])
    made.sessions = sessions(made.users)
    settled()
    return made


def accounts(many: int) -> list[int]:
    """So many people with an account."""
    from django.db import connection

    from madang.kernel import clock
    from madang.kernel.models import User

    series = (
        "SELECT n FROM generate_series(1, %s) AS s(n)"
        if connection.vendor == "postgresql"
        else "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %s) SELECT n FROM s"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_user (password, email, name, language, mail_notices, is_active, is_demo, date_joined)"
            " SELECT '!hot', 'hot' || n || '@example.org', '', 'ko', %s, %s, %s, %s FROM ("
            + series
            + ") AS numbers",
            [True, True, False, clock.now(), many],
        )
    return list(User.objects.filter(email__startswith="hot").order_by("pk").values_list("pk", flat=True))


def sessions(users: list[int]) -> list[str]:
    """A session of each of them, as signing in leaves it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.models import Session

    from madang.kernel import clock
    from madang.kernel.models import Device, User
    from madang.kernel.sessions import SessionStore, stored

    now = clock.now()
    hashed = User(password="!hot").get_session_auth_hash()  # noqa: S106 - no password fits it
    store = SessionStore()
    rows, keys = [], []
    for user in users:
        key = store._get_new_session_key() if not rows else f"hot{user:029d}"
        data = {
            SESSION_KEY: str(user),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: hashed,
        }
        rows.append(
            Session(
                session_key=stored(key),
                session_data=store.encode(data),
                expire_date=now.replace(year=now.year + 1),
            )
        )
        keys.append(key)
    Session.objects.bulk_create(rows, batch_size=1000)
    devices = [Device(user_id=user, session=row.session_key) for user, row in zip(users, rows, strict=True)]
    Device.objects.bulk_create(devices, batch_size=1000)
    return keys


def settled() -> None:
    """The database knows what it holds, and nothing of this process is open on it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    connection.close()


@contextlib.contextmanager
def site(root: Path, port: int, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """`madang up` with this environment, well, and ended afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", "madang.conf.cli", "up"],
        cwd=root,
        env={**os.environ, "PORT": str(port), "MADANG_URL": f"http://localhost:{port}", **environment},
        stdout=subprocess.DEVNULL,
    )
    try:
        await_well(f"http://127.0.0.1:{port}/healthz", process)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def await_well(url: str, process: subprocess.Popen[bytes], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
            if answer.status == 200:
                return
        if process.poll() is not None:
            raise SystemExit("the server ended before it was well")
        time.sleep(0.2)
    raise SystemExit(f"not well after {seconds} s: {url}")


class _Line(asyncio.Protocol):
    """One connection: sends the next request when the last is answered."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._next()

    def _next(self) -> None:
        place = self.load.take()
        if place is None:
            self.transport.close()
            return
        self.place, self.began = place, time.perf_counter()
        self.transport.write(self.load.requests[place])

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, gap, body = self.buffer.partition(b"\r\n\r\n")
        if not gap:
            return
        lower = head.lower()
        at = lower.find(b"content-length:")
        length = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(body) < length:
            return
        self.buffer = b""
        self.load.answered(self.place, int(head[9:12]), time.perf_counter() - self.began)
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


@dataclass
class Load:
    """Requests sent over `lines` connections for at most `seconds`; what came back."""

    requests: list[bytes]
    seconds: float
    times: list[float] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)
    took: float = 0.0
    _next: int = 0
    _until: float = 0.0

    def take(self) -> int | None:
        if self._next >= len(self.requests) or time.perf_counter() > self._until:
            return None
        self._next += 1
        return self._next - 1

    def answered(self, place: int, status: int, seconds: float) -> None:
        if 200 <= status < 300:
            self.accepted.append(place)
            self.times.append(seconds)
        else:
            self.refused[status] = self.refused.get(status, 0) + 1

    async def run(self, port: int, lines: int) -> None:
        loop = asyncio.get_running_loop()
        began = time.perf_counter()
        self._until = began + self.seconds
        made = [
            (await loop.create_connection(lambda: _Line(self), "127.0.0.1", port))[1] for _ in range(lines)
        ]
        await asyncio.gather(*(line.done for line in made))
        self.took = time.perf_counter() - began

    @property
    def rate(self) -> float:
        return len(self.accepted) / self.took
