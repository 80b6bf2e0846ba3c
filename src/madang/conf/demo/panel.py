"""A panel of a hundred, drawn from a made-up register of a thousand through the same functions as the pages."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, datetime, time, timedelta

from madang.commons.ledger.sequencer import sequence
from madang.commons.panels.domain import lots, making, preparing, seats, sittings
from madang.commons.panels.models import Panel, Seat
from madang.conf.demo.story import office
from madang.kernel import actors
from madang.kernel.actors import Actor
from madang.kernel.models import User
from madang.services.square.models import Idea

PEOPLE = 1000
SEATS = 100
SHARES: dict[str, dict[str, tuple[int, float]]] = {
    # value: people of the made-up city, and how much likelier than others to have signed up
    "성별": {"여성": (61_200, 1.2), "남성": (59_800, 1.0)},
    "지역": {
        "중앙동": (21_400, 1.3), "해안동": (18_900, 1.0), "솔숲동": (16_300, 0.8), "새터동": (27_600, 1.1),
        "가람동": (12_800, 0.9), "바람골": (24_000, 0.7),
    },
    "학력": {"고졸 이하": (52_300, 0.6), "대졸": (57_100, 1.3), "대학원 이상": (11_600, 1.9)},
    "집": {"자가": (68_400, 1.1), "전세·월세": (52_600, 0.9)},
    "장애": {"있음": (6_200, 0.8), "없음": (114_800, 1.0)},
}  # fmt: skip
AGES = {"18–29": (19_800, 0.7), "30–39": (18_600, 1.0), "40–49": (21_900, 1.2), "50–59": (22_400, 1.2), "60–69": (20_100, 1.0), "70+": (18_200, 0.6)}  # fmt: skip
SPANS = {"18–29": (19, 29), "30–39": (31, 39), "40–49": (41, 49), "50–59": (51, 59), "60–69": (61, 69), "70+": (71, 92)}  # fmt: skip


def register(today: date) -> str:
    """The file as an office would upload it: a thousand good rows, and six that have to be left out."""
    chance = random.Random("Haedam panel")  # noqa: S311 - the same made-up people every time
    table = io.StringIO()
    write = csv.writer(table, lineterminator="\n")
    write.writerow(["이름", "생년월일", "연락처", *SHARES])
    rows = []
    for number in range(PEOPLE):
        band = _pick(chance, AGES)
        birth = date(today.year - chance.randint(*SPANS[band]), chance.randint(1, 12), chance.randint(1, 28))
        rows.append(
            [f"체험주민{number:04d}", str(birth), f"010-0000-{number:04d}"]
            + [_pick(chance, shares) for shares in SHARES.values()]
        )
    write.writerows(rows)
    write.writerow(rows[3])
    write.writerow(["체험주민1001", "1984-02-30", "010-0001-0001", *rows[0][3:]])
    write.writerow(["체험주민1002", "2191-05-05", "010-0001-0002", *rows[1][3:]])
    write.writerow(["체험주민1003", "1990-05-05", "010-0000-0007", *rows[2][3:]])
    write.writerow(["", "1990-05-05", "010-0001-0004", *rows[2][3:]])
    write.writerow(["체험주민1005", "1971-09-09", "010-0001-0005", *rows[4][3:-1], ""])
    return table.getvalue()


def _pick(chance: random.Random, shares: dict[str, tuple[int, float]]) -> str:
    return chance.choices(list(shares), [people * keen for people, keen in shares.values()])[0]


def _as(name: str) -> Actor:
    return actors.person(User.objects.get(email=f"{name}@haedam.example"))


def draw() -> Panel:
    """The whole ceremony. Runs outside of a transaction: the log publishes the freeze before the dice fall."""
    from madang.kernel import clock

    panel = preparing.create(
        actor=_as("officer"),
        host=office("transport"),
        slug="walking",
        title_ko="걷기 좋은 길 시민위원단",
        title_en="Residents' panel on walkable streets",
        purpose_ko="추첨으로 뽑힌 주민 100명이 보행환경 계획을 함께 따져 보고 권고를 내요.",
        purpose_en="A hundred residents drawn by lot weigh the plan for walking and give their advice.",
        about=Idea.objects.get(matter__title__startswith="하천 산책로와 자전거길").matter.reference,
        size=SEATS,
        # Made-up people have no privacy to lose: everything of this lot can be checked from outside.
        min_cell=1,
    )
    preparing.upload(
        actor=_as("officer"), panel=panel, data=register(clock.today()).encode("cp949", "replace")
    )
    panel.refresh_from_db()
    roles = {"이름": "name", "생년월일": "birth", "연락처": "contact"} | dict.fromkeys(SHARES, "feature")
    panel = preparing.take(actor=_as("officer"), panel=panel, roles=roles, age="나이")
    figures = SHARES | {"나이": AGES}
    rows = list(panel.quotas.all())
    populations = {row.pk: figures[row.feature][row.value][0] for row in rows}
    given = preparing.proposed(panel, populations)
    preparing.plan(
        actor=_as("officer"),
        panel=panel,
        bounds={row.pk: (populations[row.pk], given[row.pk], given[row.pk]) for row in rows},
        source="해담시 체험용 인구(지어낸 수치)",
    )
    witnesses = [
        User.objects.get(email=f"{name}@haedam.example") for name in ("arbiter", "neighbour", "group")
    ]
    round_ = making.make(making.order(actor=_as("officer"), panel=panel, witnesses=witnesses))
    round_ = lots.freeze(actor=_as("approver"), round_=round_)
    while sequence().added:
        pass
    round_ = lots.open_(actor=actors.system("lot"), round_=round_)
    for witness, dice in zip(
        ("arbiter", "neighbour", "group"), ("3641522416", "1165243256", "6214435321"), strict=True
    ):
        round_ = lots.throw(actor=_as(witness), round_=round_, dice=dice)
    for at, seat in enumerate(Seat.objects.filter(round=round_).select_related("round__panel")):
        if at % 13 != 5:
            seats.answer(seat=seat, accepts=at % 17 != 3)
    _sessions(panel)
    return panel


def _sessions(panel: Panel) -> None:
    """One session that was held today, and two to come in the afternoon."""
    from madang.kernel import clock

    panel.refresh_from_db()
    seats_of = list(
        Seat.objects.filter(round__panel=panel, state=Seat.State.ACCEPTED).values_list("pk", flat=True)
    )
    for title, days, missing in (
        ("첫 모임: 서로 알기, 계획 듣기", 0, 9),
        ("현장 걷기: 통학로와 시장길", 7, 0),
        ("권고 쓰기", 21, 0),
    ):
        later = datetime.combine(clock.today() + timedelta(days=days), time(14), clock.SEOUL)
        moment = later if days else clock.now()
        sitting = sittings.plan(
            actor=_as("officer"), panel=panel, title=title, place="해담시청 2층 큰마당", at=moment
        )
        if missing:
            came = [pk for at, pk in enumerate(seats_of) if at % missing]
            sittings.record(actor=_as("officer"), sitting=sitting, came=came)
