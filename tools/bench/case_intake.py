"""Cases with photos that come in at a steady rate while officials work, and everything is killed once in between.

Open311 clients file `BENCH_RATE` (20) cases a second for `BENCH_SECONDS` (600), each with a photo of its own bytes, with as
many connections as it takes: a slow answer holds nobody up, so waiting counts as time. `BENCH_OFFICIALS` (200) look at their
desk and at a case once a minute each. At a fifth of the time the web process is killed (SIGKILL), at two fifths the worker,
at three fifths the database, which is started again. Whoever got no answer files the same again, as clients do, and waits as
long as a full site asks for (`Retry-After`). In the end every service request id that was handed out must be a case with its
photo, and no case be there twice.

PostgreSQL of its own (`cluster`), files in a temporary folder, `BENCH_WEB` (1) web processes; the load is made on the same machine.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import random
import re
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from cluster import Cluster, cluster, free_port
from crashes import kill
from hot import accounts, await_well, sessions, settled, site
from report import ms, quantile, table

KEYS = 24  # apps, each within its own limit
TRIES = 12
WAIT = 20.0  # seconds after which a client gives up on an answer and asks again
THINK = 60.0
EDGE = "--the-edge-between-parts--"


@dataclass
class Prepared:
    """What clients and officials need."""

    keys: list[str]
    officials: list[str]
    cases: list[int] = field(default_factory=list)


@dataclass
class Seen:
    """What came back."""

    filed: dict[int, str] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    calm: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    again: Counter[str] = field(default_factory=Counter)
    lost: list[int] = field(default_factory=list)


def run(root: Path) -> None:
    import django
    from django.core.management import call_command

    rate, seconds = int(os.environ.get("BENCH_RATE", "20")), int(os.environ.get("BENCH_SECONDS", "600"))
    people = int(os.environ.get("BENCH_OFFICIALS", "200"))
    with cluster() as server, tempfile.TemporaryDirectory(prefix="madang-cases-") as home:
        os.environ |= {"DATABASE_URL": server.url, "MADANG_HOME": home, "MADANG_DEMO": "0"}
        django.setup()
        call_command("migrate", verbosity=0)
        made, port = prepare(people), free_port()
        with site(root, port, WEB_WORKERS=os.environ.get("BENCH_WEB", "1")) as up:
            seen = asyncio.run(_story(made, port, rate, seconds, up.pid, server))
            await_well(f"http://127.0.0.1:{port}/healthz", up, 60)
        missing, double, bare = check(seen)
    asked = rate * seconds
    rows = [
        ["filed", f"{len(seen.filed):,} of {asked:,}"],
        ["p50, p99 ms of filing with its photo, tries after kills included", f"{ms(quantile(seen.times, 0.5))}, {ms(quantile(seen.times, 0.99))}"],
        ["the same more than 15 s away from a kill", f"{ms(quantile(seen.calm, 0.5))}, {ms(quantile(seen.calm, 0.99))}"],
        [f"pages of {people} officials: number, p50, p99 ms", f"{len(seen.pages):,}, {ms(quantile(seen.pages, 0.5))}, {ms(quantile(seen.pages, 0.99))}"],
        ["asked again, by cause", ", ".join(f"{cause}: {many}" for cause, many in seen.again.most_common()) or "never"],
        ["given up by the client", len(seen.lost)],
        ["handed out and not there", missing],
        ["there twice", double],
        ["without its photo", bare],
    ]  # fmt: skip
    table(f"{rate} cases a second for {seconds} s, with three kills (PostgreSQL)", ["what", "number"], rows)
    assert (missing, double, bare) == (0, 0, 0)


def prepare(people: int) -> Prepared:
    """A center whose rules are in force, apps with keys, officials who are signed in, and some cases on their desk."""
    from datetime import date

    from madang.kernel import actors, clock
    from madang.kernel.models import Mandate, Organisation, Post, User
    from madang.portal.api import tokens
    from madang.services.casework.domain import centers, filing
    from madang.services.casework.models import Category

    host = Organisation.objects.create(
        code="desk", name_ko="민원실", name_en="Desk", valid_from=date(2020, 1, 1)
    )
    center = centers.set_up(
        actor=actors.system("bench"), host=host, code="bench", title_ko="시험", title_en="Bench"
    )
    Category.objects.create(
        center=center,
        code="LAMP",
        name_ko="가로등",
        name_en="Lamp",
        default_type="grievance",
        place="required",
    )
    users = accounts(KEYS + people)
    keys = [
        tokens.make(
            actor=actors.person(User.objects.get(pk=user)), name="app", scopes=("cases:write",), days=90
        )[1]
        for user in users[:KEYS]
    ]
    post = Post.objects.create(organisation=host, role="triage", title_ko="분류", title_en="Triage")
    Mandate.objects.bulk_create(
        Mandate(user_id=user, post=post, valid_from=clock.now()) for user in users[KEYS:]
    )
    cases = [
        filing.file_case(
            actor=actors.person(User.objects.get(pk=users[0])), center=center, title=f"Lamp {at} is out",
            body="It has been dark in this street for a week.", is_public=True, case_type="grievance",
        ).case.pk
        for at in range(40)
    ]  # fmt: skip
    signed = sessions(users[KEYS:])
    settled()
    return Prepared(keys, signed, cases)


def photo(place: int) -> bytes:
    """A JPEG of 1600 × 1200 with bytes of its own, about as large as a phone's small one."""
    from PIL import Image

    small = Image.frombytes("RGB", (160, 120), random.Random(place).randbytes(160 * 120 * 3))  # noqa: S311
    out = io.BytesIO()
    small.resize((1600, 1200)).save(out, "JPEG", quality=70)
    return out.getvalue()


async def _story(made: Prepared, port: int, rate: int, seconds: int, up: int, server: Cluster) -> Seen:
    seen, kills = Seen(), [seconds / 5, seconds * 2 / 5, seconds * 3 / 5]
    photos = [photo(place) for place in range(32)]  # each is made different by what is put behind its end
    working = [
        asyncio.create_task(_official(port, made, place, seen)) for place in range(len(made.officials))
    ]
    killing = asyncio.create_task(_kills(kills, up, server))
    filing = []
    began = time.perf_counter()
    for place in range(rate * seconds):
        await asyncio.sleep(max(0.0, began + place / rate - time.perf_counter()))
        since = time.perf_counter() - began
        is_calm = all(not 0 <= since - kill < 15 for kill in kills)
        picture = photos[place % len(photos)] + str(place).encode()
        filing.append(asyncio.create_task(_file(port, made, place, picture, is_calm, seen)))
    await asyncio.gather(*filing, killing)
    for task in working:
        task.cancel()
    await asyncio.gather(*working, return_exceptions=True)
    return seen


async def _ask(port: int, head: str, body: bytes = b"") -> tuple[int, bytes, int]:
    """One request on a connection of its own; status, body and the seconds to wait where it says so, or 0 and what went wrong.

    Written to the socket as it is: a client library on the same two cores would cost as much as half of the site.
    """
    try:
        async with asyncio.timeout(WAIT):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                length = f"Content-Length: {len(body)}\r\n" if body else ""
                writer.write(f"{head}Host: localhost\r\nConnection: close\r\n{length}\r\n".encode() + body)
                answer = await reader.read()
            finally:
                writer.close()
        top, _gap, content = answer.partition(b"\r\n\r\n")
        later = re.search(rb"(?i)\r\nretry-after: *(\d+)", top)
        return int(top[9:12]), content, int(later[1]) if later else 0
    except (OSError, TimeoutError, ValueError) as error:
        return 0, type(error).__name__.encode(), 0


def filing_of(made: Prepared, place: int, picture: bytes) -> tuple[str, bytes]:
    """Head and body of a client's filing with its photo."""
    sent = {
        "api_key": made.keys[place % KEYS], "service_code": "LAMP", "lat": f"{37.4 + place % 997 * 0.0001:.4f}",
        "long": f"{126.9 + place % 991 * 0.0001:.4f}", "non_public": "false",
        "description": f"Lamp number {place} is out and the street is dark.",
    }  # fmt: skip
    part = f"--{EDGE}\r\nContent-Disposition: form-data; name="
    fields = "".join(f'{part}"{name}"\r\n\r\n{value}\r\n' for name, value in sent.items())
    file = f'{part}"media"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    head = (
        f"POST /open311/v2/requests.json HTTP/1.1\r\nContent-Type: multipart/form-data; boundary={EDGE}\r\n"
    )
    return head, f"{fields}{file}".encode() + picture + f"\r\n--{EDGE}--\r\n".encode()


async def _file(port: int, made: Prepared, place: int, picture: bytes, is_calm: bool, seen: Seen) -> None:
    """File one case until an answer comes; the same again, as a client that retries does."""
    head, body = filing_of(made, place, picture)
    began = time.perf_counter()
    for turn in range(TRIES):
        status, content, later = await _ask(port, head, body)
        if status in (200, 201):
            seen.filed[place] = json.loads(content)[0]["service_request_id"]
            took = time.perf_counter() - began
            seen.times.append(took)
            if is_calm and not turn:
                seen.calm.append(took)
            return
        seen.again[str(status or content.decode())] += 1
        if status == 400:
            raise SystemExit(content.decode())
        await asyncio.sleep(later or 0.5 * (turn + 1))
    seen.lost.append(place)


async def _official(port: int, made: Prepared, place: int, seen: Seen) -> None:
    """One look at the desk or at a case in each minute."""
    chance = random.Random(place)  # noqa: S311
    await asyncio.sleep(chance.random() * THINK)
    while True:
        where = "/desk/cases/" if chance.random() < 0.5 else f"/desk/cases/{chance.choice(made.cases)}/"
        began = time.perf_counter()
        status, _page, _later = await _ask(
            port, f"GET {where} HTTP/1.1\r\nCookie: sessionid={made.officials[place]}\r\n"
        )
        if status == 200:
            seen.pages.append(time.perf_counter() - began)
        elif 0 < status < 500:
            raise SystemExit(f"{where}: {status}")
        await asyncio.sleep(THINK)


async def _kills(moments: list[float], up: int, server: Cluster) -> None:
    began = time.perf_counter()
    for victim, moment in zip(("web", "worker", "database"), moments, strict=True):
        await asyncio.sleep(max(0.0, moment - (time.perf_counter() - began)))
        await asyncio.to_thread(kill, victim, up, server)


def check(seen: Seen) -> tuple[int, int, int]:
    """Handed out and not there; there twice; without its photo."""
    from django.db import connection

    from madang.commons.matters.models import Attachment, Matter

    connection.close()
    rows = list(Matter.objects.filter(body__startswith="Lamp number ").values_list("pk", "number", "body"))
    bodies = Counter(body for _pk, _number, body in rows)
    photos = Attachment.objects.filter(matter__body__startswith="Lamp number ")
    whole = {one.matter_id for one in photos if one.file.storage.exists(one.file.name)}
    missing = set(seen.filed.values()) - {number for _pk, number, _body in rows}
    return (
        len(missing),
        sum(many - 1 for many in bodies.values()),
        sum(pk not in whole for pk, _n, _b in rows),
    )
