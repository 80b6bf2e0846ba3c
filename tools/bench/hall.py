"""500 people in one hall answer at once over HTTP: nothing lost, how long an answer takes, how far the wall lags."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cluster import cluster, free_port
from hot import CSRF, site
from report import ms, quantile, table

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "500"))
ANSWERS = 4
THINK = (6.0, 14.0)
"""Seconds between two answers of a person: reading a sentence and deciding."""
STATEMENTS = 12
GROUP = 10
"""So many people have to wait before the wall may move: `2 * opinions.limits.STEP_FROM`."""


def run(root: Path) -> None:
    wanted = os.environ.get("BENCH_HALL", "postgresql,sqlite").split(",")
    for engine in wanted:
        with (
            tempfile.TemporaryDirectory(prefix="madang-hall-") as home,
            cluster() if engine == "postgresql" else contextlib.nullcontext() as server,
        ):
            environment = {"MADANG_HOME": home, "MADANG_LIMITS": "0", "MADANG_DEMO": "0"}
            if server is not None:
                environment["DATABASE_URL"] = server.url
            _one(root, engine, environment)


def _one(root: Path, engine: str, environment: dict[str, str]) -> None:
    import subprocess
    import sys

    port = free_port()
    base = {**os.environ, **environment}
    if engine == "sqlite":
        base.pop("DATABASE_URL", None)
        os.environ.pop("DATABASE_URL", None)

    def madang(*arguments: str, said: str = "") -> str:
        return subprocess.run(
            [sys.executable, "-m", "madang.conf.cli", *arguments],
            cwd=root, env=base, input=said, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    madang("migrate", "-v0")
    made = json.loads(madang("shell", "-v0", said=_PREPARE % (STATEMENTS, PEOPLE)).strip().splitlines()[-1])
    with site(root, port, **environment):
        hall = Hall(port, made["code"], made["cookies"])
        left = asyncio.run(hall.run(lambda: json.loads(madang("shell", "-v0", said=_CLOSE).splitlines()[-1])))
    asked = PEOPLE * ANSWERS
    lags, own = hall.lags(before=left["closed"])
    last = len(hall.posts) - len(lags)
    settled = next((at for at, votes in hall.heard if votes == len(hall.posts)), float("inf"))
    rows = [
        ["people, answers each, seconds between them", f"{PEOPLE}, {ANSWERS}, {THINK[0]:.0f} to {THINK[1]:.0f}"],
        ["answers accepted; rows stored; counted at closing", f"{len(hall.posts)} of {asked}; {left['rows']}; {left['votes']}"],
        ["refused or failed", str(hall.failed)],
        ["answers a second, over the whole time", f"{len(hall.posts) / hall.took:.0f}"],
        ["answer (POST), p50 / p95 / p99 / max", _spread(hall.posts)],
        ["next statement (GET), p50 / p95 / p99 / max", _spread(hall.pages)],
        ["answer accepted → as many on the wall, p50 / p95 / p99 / max", _spread(lags)],
        ["… of that since ten people waited: the wall's own lag", _spread(own)],
        ["the last ones, which wait for the next group until it closes", f"{last} answers"],
        ["closed → all on the wall", f"{ms(settled - left['closed'])} ms"],
        ["tables counted anew are the same", "yes" if left["right"] else "NO"],
    ]  # fmt: skip
    table(f"A hall of {PEOPLE} ({engine}, one web process, one worker)", ["what", "value"], rows)
    assert len(hall.posts) == asked == left["rows"] == left["votes"], "an answer was lost"
    # Fewer than two groups of five people wait.
    assert last < GROUP * ANSWERS and settled < float("inf"), "the wall stopped hearing"


def _spread(times: list[float]) -> str:
    return " / ".join(ms(quantile(times, share)) for share in (0.5, 0.95, 0.99)) + f" / {ms(max(times))} ms"


@dataclass
class Hall:
    """Everybody's browser, and the wall. Moments are those of this process."""

    port: int
    code: str
    cookies: list[str]
    posts: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    failed: int = 0
    accepted: list[float] = field(default_factory=list)
    heard: list[tuple[float, int]] = field(default_factory=list)
    took: float = 0.0

    async def run(self, close: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Everybody answers, then the facilitator closes; what closing found."""
        wall = asyncio.create_task(self._wall())
        await asyncio.sleep(1.5)
        began = time.perf_counter()
        await asyncio.gather(*(self._person(place) for place in range(len(self.cookies))))
        self.took = time.perf_counter() - began
        await asyncio.sleep(4)
        found = await asyncio.to_thread(close)
        await asyncio.sleep(4)
        wall.cancel()
        return found

    def lags(self, *, before: float) -> tuple[list[float], list[float]]:
        """For the n-th accepted answer: how long until the wall said at least n, and how much of that passed after the
        wall might have moved. The last ones wait for closing.

        Whose answers wait is drawn by lot and not known here. Ten answers more than the wall says are taken for those of
        ten people: where one of them gave two, the own lag is overstated.

        Args:
            before: the moment of closing.
        """
        whole, own, place, on_wall = [], [], 0, 0
        accepted, heard = sorted(self.accepted), [event for event in self.heard if event[0] < before]
        for count, moment in enumerate(accepted, 1):
            while place < len(heard) and heard[place][1] < count:
                on_wall = heard[place][1]
                place += 1
            if place == len(heard):
                break
            might = accepted[min(on_wall + GROUP, len(accepted)) - 1]
            whole.append(max(0.0, heard[place][0] - moment))
            own.append(max(0.0, heard[place][0] - max(moment, might)))
        return whole, own

    async def _wall(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET /events/opinions/{self.code}/ HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        while line := await reader.readline():
            if line.startswith(b"data: "):
                self.heard.append((time.perf_counter(), json.loads(line[6:])["votes"]))

    async def _person(self, place: int) -> None:
        dice = random.Random(place)  # noqa: S311 - a made-up person
        numbers = dice.sample(range(STATEMENTS), ANSWERS)
        jar = f"csrftoken={CSRF}; voice_{self.code}={self.cookies[place]}"
        await asyncio.sleep(dice.uniform(0, THINK[1]))
        for number in numbers:
            took, status = await self._ask(f"GET /opinions/{self.code}/", jar)
            self.pages.append(took)
            self.failed += status != 200
            await asyncio.sleep(dice.uniform(*THINK))
            answer = ("agree", "disagree", "pass")[(place + number) % 3 if dice.random() < 0.3 else place % 2]
            took, status = await self._ask(
                f"POST /opinions/{self.code}/answer/", jar, f"statement={number}&answer={answer}"
            )
            if status == 302:
                self.posts.append(took)
                self.accepted.append(time.perf_counter())
            else:
                self.failed += 1

    async def _ask(self, what: str, jar: str, body: str = "") -> tuple[float, int]:
        """One request on a connection of its own, as a phone that was put away between two answers."""
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = f"{what} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {jar}\r\n"
        if body:
            head += f"X-CSRFToken: {CSRF}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        answer = await reader.read()
        writer.close()
        return time.perf_counter() - began, int(answer[9:12])


_PREPARE = """
import datetime, json
from django.core import signing
from madang.commons.opinions.domain import conversations
from madang.commons.opinions.models import Conversation
from madang.kernel import actors
from madang.kernel.models import Organisation
host = Organisation.objects.create(code="hall", name_ko="홀", name_en="Hall", valid_from=datetime.date(2020, 1, 1))
actor = actors.system("bench")
room = conversations.create(actor=actor, host=host, question=conversations.Question("어떻게 할까요?", "What now?"), vote_level="anonymous", seeds=[f"의견 {n}번처럼 해야 한다" for n in range(%d)])
conversations.open_(actor=actor, conversation=room)
name = f"voice_{room.code}"
signer = signing.get_cookie_signer(salt=name + "opinions")
print(json.dumps({"code": room.code, "cookies": [signer.sign(f"{n:032x}") for n in range(%d)]}))
"""
_CLOSE = """
import json, time
from madang.commons.opinions.domain import conversations, counting
from madang.commons.opinions.models import Board, Conversation, Vote
from madang.kernel import actors
conversations.close(actor=actors.system("bench"), conversation=Conversation.objects.get())
closed = time.perf_counter()  # one clock for all processes of a machine
board = Board.objects.get()
print(json.dumps({"rows": Vote.objects.count(), "votes": board.votes, "right": counting.is_right(board.pk), "closed": closed}))
"""
