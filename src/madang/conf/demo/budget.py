"""A participatory budget of Haedam that is over: 1,200 made-up ballots of four quarters, one of them larger than the rest."""

from __future__ import annotations

import random
from collections.abc import Callable

SEED = 20261025
BUDGET = 600_000_000
# quarter, share of the voters in percent; projects: name, cost in won, how many in a hundred of each quarter like it
QUARTERS = (("새말", 52), ("옛장터", 21), ("바닷가", 15), ("산마루", 12))
PROJECTS: tuple[tuple[str, int, tuple[int, int, int, int]], ...] = (
    ("새말 중앙공원 물놀이터", 180_000_000, (72, 6, 4, 5)),
    ("새말 학교 앞 보행로 넓히기", 150_000_000, (66, 8, 5, 4)),
    ("새말 도서관 밤 10시까지 열기", 120_000_000, (61, 9, 6, 6)),
    ("새말 자전거 보관소", 90_000_000, (55, 4, 5, 3)),
    ("새말 버스 정류장 그늘막", 60_000_000, (48, 7, 8, 6)),
    ("옛장터 골목 가로등", 70_000_000, (5, 64, 9, 12)),
    ("옛장터 빈 점포 공유 부엌", 85_000_000, (7, 51, 8, 9)),
    ("옛장터 경로당 승강기", 95_000_000, (4, 47, 6, 11)),
    ("바닷가 산책로 난간 고치기", 65_000_000, (14, 12, 71, 7)),
    ("바닷가 쓰레기 줍는 배", 110_000_000, (9, 6, 52, 5)),
    ("산마루 마을버스 한 대 늘리기", 80_000_000, (3, 11, 6, 78)),
    ("산마루 눈 치우는 차", 55_000_000, (2, 7, 4, 66)),
    ("온 시내 휠체어 지도", 30_000_000, (24, 31, 28, 33)),
    ("온 시내 나눔 냉장고 열 곳", 40_000_000, (19, 35, 26, 38)),
)
VOTERS = 1_200
MOST = 5


def _ballots() -> list[list[int]]:
    draw = random.Random(SEED)  # noqa: S311 - made-up people
    found: list[list[int]] = []
    for place, (_name, share) in enumerate(QUARTERS):
        for _voter in range(VOTERS * share // 100):
            liked = [at for at, row in enumerate(PROJECTS) if draw.randrange(100) < row[2][place]]
            if len(liked) > MOST:
                liked = sorted(draw.sample(liked, MOST))
            found.append(liked or [draw.randrange(len(PROJECTS))])
    draw.shuffle(found)
    return found


def election() -> str:
    """The file of the ballots, in Pabulib's format."""
    ballots = _ballots()
    votes = [sum(at in ballot for ballot in ballots) for at in range(len(PROJECTS))]
    left, funded = BUDGET, set()
    for at in sorted(range(len(PROJECTS)), key=lambda at: (-votes[at], at)):
        if PROJECTS[at][1] <= left:
            funded.add(at)
            left -= PROJECTS[at][1]
    meta = {
        "description": "해담시 주민참여예산 2026 (체험용, 지어낸 자료)",
        "country": "체험용",
        "unit": "해담시",
        "instance": "2026",
        "num_projects": len(PROJECTS),
        "num_votes": len(ballots),
        "budget": BUDGET,
        "vote_type": "approval",
        "rule": "greedy",
        "date_begin": "05.10.2026",
        "date_end": "25.10.2026",
        "min_length": 1,
        "max_length": MOST,
        "language": "ko",
        "currency": "KRW",
    }
    lines = ["META", "key;value", *(f"{key};{value}" for key, value in meta.items())]
    lines += ["PROJECTS", "project_id;cost;votes;name;selected"]
    lines += [
        f"{at + 1};{cost};{votes[at]};{name};{int(at in funded)}"
        for at, (name, cost, _liked) in enumerate(PROJECTS)
    ]
    lines += ["VOTES", "voter_id;vote"]
    lines += [
        f"{number};{','.join(str(at + 1) for at in ballot)}" for number, ballot in enumerate(ballots, 1)
    ]
    return "\n".join(lines) + "\n"


def tell(report: Callable[[str], None]) -> None:
    """The election is brought in like one from elsewhere, and counted at once."""
    from madang.services.budgeting.domain import counting, importing

    importing.bring_in(election().encode(), slug="haedam-2026", source="해담시 (체험용)", is_demo=True)
    counting.count_waiting()
    report(tell.__doc__ or "")
