"""Ballots taken over HTTP on PostgreSQL with a million ballots stored, signed in, session and CSRF checked.

The limit of the same run is the database alone: as many connections write the two rows of a ballot in one statement, a
commit each. Turns of both alternate. Afterwards web process, worker, a database process and the database are killed in turn
while people vote; whoever got no answer votes again. Every receipt that was handed out must find its ballot, each person
must have one ballot, and there must be no other. BENCH_STORED (1,000,000) ballots; BENCH_RUNS (20) kills.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from cluster import Cluster, cluster, free_port
from hot import CSRF, Load, accounts, await_well, sessions, settled, site
from report import ms, quantile, table

LINES = 16
SECONDS = 10.0  # of each path, in turns
ROUNDS = 5
EACH = 3_000  # people of a turn: more than answer in its seconds
PROJECTS = 20
BEFORE, AFTER = 20, 40  # accepted ballots before a kill and after it
RESTS = 4  # seconds


def run(root: Path) -> None:
    import django
    from django.core.management import call_command

    stored, kills = int(os.environ.get("BENCH_STORED", "1000000")), int(os.environ.get("BENCH_RUNS", "20"))
    with cluster() as server:
        os.environ["DATABASE_URL"] = server.url
        django.setup()
        call_command("migrate", verbosity=0)
        made = prepare(stored, EACH * ROUNDS + 200 * kills)
        port = free_port()
        with site(root, port, MADANG_DEMO="0") as up:
            raw, own, accepted, rate, spent = [], [], [], [], 0.0
            for turn in range(ROUNDS):
                raw.append(_raw(made, SECONDS / ROUNDS))
                load = Load(made.requests(turn * EACH, EACH), SECONDS / ROUNDS)
                before = _cpu(up.pid)
                asyncio.run(load.run(port, LINES))
                spent += _cpu(up.pid) - before
                assert not load.refused, load.refused
                own += load.times
                rate.append(load.rate)
                accepted += [turn * EACH + place for place in load.accepted]
            limit, mine = sum(raw) / ROUNDS, sum(rate) / ROUNDS
            killed, receipts, took = _kills(made, EACH * ROUNDS, kills, port, up, server)
        lost, double, wrong = check(made, accepted, receipts)
    rows = [
        ["the database alone, both rows in one statement", f"{limit:,.0f}", "", "", "", ""],
        ["Madang, `PUT /api/v1/rounds/…/ballots/…`", f"{mine:,.0f}", ms(quantile(own, 0.5)), ms(quantile(own, 0.99)), f"{mine / limit:.0%}", ms(spent / len(own))],
    ]  # fmt: skip
    columns = ["path", "accepted/s", "p50 ms", "p99 ms", "of the database", "CPU ms of the web process"]
    table(f"Ballots with {stored:,} stored (PostgreSQL, {LINES} connections)", columns, rows)
    rows = [[f"SIGKILL of the {name}", many] for name, many in killed.items()]
    rows += [["receipts handed out meanwhile", len(receipts)], ["p99 ms of those", ms(quantile(took, 0.99))]]
    rows += [["lost", lost], ["double", double], ["rows that belong to nobody", wrong]]
    table("Kills during the vote", ["what", "number"], rows)
    assert (lost, double, wrong) == (0, 0, 0)


@dataclass
class Vote:
    """An open vote, people who are signed in, and what each will choose."""

    slug: str
    pot: int
    codes: list[str]
    stored: int
    users: list[int]
    sessions: list[str]
    raw: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def requests(self, first: int, count: int) -> list[bytes]:
        return [self.request(place) for place in range(first, first + count)]

    def request(self, place: int) -> bytes:
        chance = random.Random(place)  # noqa: S311 - made-up votes
        body = json.dumps({"choices": chance.sample(self.codes, chance.randint(1, 5))}).encode()
        head = (
            f"PUT /api/v1/rounds/{self.slug}/ballots/city HTTP/1.1\r\nHost: localhost\r\n"
            f"Cookie: sessionid={self.sessions[place]}; csrftoken={CSRF}\r\nX-CSRFToken: {CSRF}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def prepare(stored: int, people: int) -> Vote:
    """An open vote in the database that DATABASE_URL names."""
    from django.db import connection

    from madang.kernel import clock
    from madang.kernel.levels import Level
    from madang.kernel.models import Organisation, Rule, User
    from madang.services.budgeting.domain import slips
    from madang.services.budgeting.models import Pot, Project, Round

    now, since = clock.now(), date(2020, 1, 1)
    host = Organisation.objects.create(code="intake", name_ko="예산과", name_en="Budget", valid_from=since)
    rule = Rule.objects.create(code="budgeting.intake", version=1, valid_from=since, body={})
    author = User.objects.create(email="budget@example.org")
    round_ = Round.objects.create(
        slug="intake", host=host, rule=rule, created_by=author, created_at=now, state=Round.State.VOTING,
        title_ko="투표 시험", title_en="A vote to measure", year=2027, level=Level.CONTACT, most=5, frozen={},
        intake_from=now - timedelta(days=60), intake_until=now - timedelta(days=40), votes_from=now - timedelta(days=1),
        votes_until=now + timedelta(days=6), results_on=(now + timedelta(days=20)).date(),
        settles_on=(now + timedelta(days=500)).date(),
    )  # fmt: skip
    pot = Pot.objects.create(
        round=round_, code="city", title_ko="온 도시", title_en="Whole city", amount=10**9
    )
    codes = [f"P{number:02d}" for number in range(1, PROJECTS + 1)]
    for code in codes:
        Project.objects.create(
            round=round_, pot=pot, code=code, title=f"사업 {code}", about="사업", cost=10**8, created_at=now,
            state=Project.State.ON_BALLOT,
        )  # fmt: skip
    slips.need_secret(round_)
    key = "('x' || substr(md5('k' || n), 1, 15))::bit(60)::bigint"  # random, as the real ones
    series = "FROM generate_series(1, %s) AS s(n)"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO budgeting_ballot (id, pot_id, choices, salt, seal, code)"
            f" SELECT {key}, %s, %s, md5('a' || n) || md5('b' || n), md5('c' || n) || md5('d' || n),"
            f" md5('e' || n) || md5('f' || n) {series}",
            [pot.pk, json.dumps(codes[:3]), stored],
        )
        cursor.execute(
            f"INSERT INTO budgeting_voter (ballot_id, pot_id, pseudonym) SELECT {key}, %s, md5('p' || n) {series}",
            [pot.pk, stored],
        )
    users = accounts(people)
    made = Vote(round_.slug, pot.pk, codes, stored, users, sessions(users))
    settled()
    return made


def _cpu(up: int) -> float:
    """CPU seconds that the web processes of a site have used."""
    from crashes import below

    total = 0
    for pid in below(up):
        if b"madang.conf.asgi" in Path(f"/proc/{pid}/cmdline").read_bytes():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def _raw(made: Vote, seconds: float) -> float:
    """Ballots a second that the database takes from as many connections, its own statements alone."""
    import psycopg

    statement = (
        "WITH b AS (INSERT INTO budgeting_ballot (id, pot_id, choices, salt, seal, code)"
        " VALUES (%s, %s, %s, %s, %s, %s) RETURNING id)"
        " INSERT INTO budgeting_voter (ballot_id, pot_id, pseudonym) SELECT id, %s, %s FROM b"
    )
    done = [0] * LINES
    until = time.perf_counter() + seconds
    chosen = json.dumps(made.codes[:3])

    def append(place: int) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            while time.perf_counter() < until:
                salt, seal, code = (f"{random.getrandbits(256):064x}" for _ in range(3))
                key, name = random.getrandbits(62), f"{random.getrandbits(128):032x}"
                connection.execute(statement, [key, made.pot, chosen, salt, seal, code, made.pot, name])
                done[place] += 1

    threads = [threading.Thread(target=append, args=(place,)) for place in range(LINES)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made.raw += sum(done)
    return sum(done) / (time.perf_counter() - began)


def _kills(
    made: Vote, first: int, kills: int, port: int, up: object, server: Cluster
) -> tuple[Counter[str], dict[int, str], list[float]]:
    """What was killed how often; the newest receipt of each person who got one; how long accepted ballots took."""
    from crashes import kill

    victims = ["web", "worker", "database process", "database"]
    killed: Counter[str] = Counter()
    crowd = _Crowd(made, port, first)
    for turn in range(kills):
        victim = victims[turn % len(victims)]
        asyncio.run(crowd.story(lambda victim=victim: kill(victim, up.pid, server)))  # type: ignore[attr-defined,misc]
        killed[victim] += 1
        await_well(f"http://127.0.0.1:{port}/healthz", up, 60)  # type: ignore[arg-type]
        # The web server gives itself up when a process of its dies within 3.5 s of its start; that is not what is asked here.
        time.sleep(RESTS)
    return killed, crowd.receipts, crowd.times


class _Crowd:
    """People who vote one after the other over several connections; whoever gets no answer votes again."""

    def __init__(self, made: Vote, port: int, first: int) -> None:
        self.made, self.port, self.next = made, port, first
        self.receipts: dict[int, str] = {}
        self.times: list[float] = []
        self.unanswered: list[int] = []

    async def story(self, kill: Callable[[], None]) -> None:
        self.enough, self.changed = False, asyncio.Event()
        lines = [asyncio.create_task(self._line()) for _ in range(LINES)]
        await self._until(len(self.receipts) + BEFORE)
        kill()
        await self._until(len(self.receipts) + AFTER)
        self.enough = True
        await asyncio.gather(*lines)

    async def _until(self, count: int) -> None:
        async with asyncio.timeout(90):
            while len(self.receipts) < count:
                self.changed.clear()
                await self.changed.wait()

    async def _line(self) -> None:
        while not self.enough:
            if self.unanswered:
                place = self.unanswered.pop()
            else:
                place, self.next = self.next, self.next + 1
            began = time.perf_counter()
            code = await self._vote(place)
            if code:
                self.receipts[place] = code
                self.times.append(time.perf_counter() - began)
                self.changed.set()
            else:
                self.unanswered.append(place)
                await asyncio.sleep(0.2)

    async def _vote(self, place: int) -> str:
        try:
            async with asyncio.timeout(20):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    writer.write(self.made.request(place))
                    head = await reader.readuntil(b"\r\n\r\n")
                    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n", 1)[0])
                    body = await reader.readexactly(length)
                finally:
                    writer.close()
        except (OSError, TimeoutError, EOFError, IndexError):
            return ""
        return str(json.loads(body)["code"]) if b" 200 " in head[:16] else ""


def check(made: Vote, accepted: list[int], receipts: dict[int, str]) -> tuple[int, int, int]:
    """Ballots lost of those accepted, people with two, and rows beyond those of people who voted."""
    from django.db import connection

    from madang.kernel import ids
    from madang.kernel.models import User
    from madang.services.budgeting.domain import slips
    from madang.services.budgeting.models import Ballot, Pot, Voter

    connection.close()
    pot = Pot.objects.select_related("round").get(pk=made.pot)
    names = {slips.pseudonym(pot.round, pot, User(pk=user)): place for place, user in enumerate(made.users)}
    rows = list(Voter.objects.filter(pot=pot).values_list("pseudonym", "ballot_id"))
    found = Counter(names[name] for name, _ in rows if name in names)
    lost = sum(1 for place in {*accepted, *receipts} if place not in found)
    kept = dict(Ballot.objects.filter(pot=pot).values_list("code", "pk"))
    owner = {ballot: names.get(name) for name, ballot in rows}
    lost += sum(1 for place, code in receipts.items() if owner.get(kept.get(ids.code_hash(code), 0)) != place)
    double = sum(many - 1 for many in found.values())
    wrong = len(kept) - made.stored - made.raw - len(found)
    return lost, double, wrong
