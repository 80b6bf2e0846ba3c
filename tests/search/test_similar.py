"""What is offered as saying much the same."""

from __future__ import annotations

import csv
import random
import statistics
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from madang.commons.search import api
from madang.commons.search.logic import likeness, terms
from madang.commons.search.tokens import tokens
from madang.kernel import clock, text
from tests.search.conftest import START

TITLE = "초등학교 앞 통학로에 보행 신호를 놓아 주세요"
BODY = "아침마다 아이들이 차 사이로 길을 건넙니다. 보행 신호가 먼저 켜지면 안전합니다."


def test_the_same_text_is_one(put) -> None:
    put(TITLE, BODY)
    assert api.similar(TITLE, BODY)[0].score == 1.0
    assert api.similar(TITLE)[0].score == 1.0


def test_edits_lower_the_score_but_keep_the_place(put) -> None:
    put(TITLE, BODY)
    put("공원에 벤치를 놓아 주세요", "쉴 곳이 없습니다.")
    for title in (
        "통학로 보행 신호 설치",
        "보행 신호를 초등학교 앞 통학로에",
        "초등학교앞 통학로 보행신호 놓기",
    ):
        best = api.similar(title)[0]
        assert best.reference == "idea:1"
        assert 0.3 <= best.score < 1.0


def test_unrelated_is_not_offered(put) -> None:
    put(TITLE, BODY)
    assert api.similar("구청 누리집 글씨를 크게", "돋보기가 없으면 읽지 못합니다.") == []
    assert api.similar("주세요") == []
    assert api.similar("") == []


def test_kinds_exclude_limit(put) -> None:
    for _ in range(4):
        put(TITLE, BODY)
    put(TITLE, BODY, kind="answer")
    assert [row.reference for row in api.similar(TITLE, limit=2)] == ["idea:1", "idea:2"]
    assert "idea:1" not in [row.reference for row in api.similar(TITLE, exclude="idea:1")]
    assert [row.reference for row in api.similar(TITLE, kinds=("answer",))] == ["idea:5"]


def test_rarest_tokens_are_looked_up_under_a_cap() -> None:
    counts = {"문제": 900, "통학": 3, "학로": 4, "없다": 0, "제안": 950}
    assert likeness.selective(counts, most=2, rows=6_000) == ["통학", "학로"]
    assert likeness.selective(counts, most=12, rows=100) == ["통학", "학로"]
    assert likeness.selective({"제안": 950}, most=12, rows=100) == ["제안"]
    assert likeness.selective({"없다": 0}, most=12, rows=100) == []


@pytest.mark.parametrize(
    ("word", "rest"),
    [
        ("통학로에서는", "통학로"),
        ("안전을", "안전"),
        ("어린이", "어린이"),
        ("제도", "제도"),
        ("전문가", "전문가"),
        ("정책은", "정책"),
    ],
)
def test_particles(word: str, rest: str) -> None:
    assert terms.without_particle(word) == rest


def edits(title: str, chance: random.Random) -> dict[str, str]:
    """What people do to a title: other particles, another order, a word left out, no spaces."""
    words = title.split()
    other = [terms.without_particle(word) + chance.choice(["", "을", "에", "의"]) for word in words]
    shuffled = chance.sample(words, len(words))
    dropped = [word for place, word in enumerate(words) if place != chance.randrange(len(words))]
    return {
        "particles": " ".join(other),
        "order": " ".join(shuffled),
        "dropped": " ".join(dropped),
        "joined": "".join(words),
    }


@pytest.mark.realdata
@pytest.mark.django_db
def test_real_titles_are_found_again(shared_data: Path, capsys) -> None:
    """Each edited title must bring back a row with the original title among the first five."""
    with (shared_data / "square" / "gwanghwamoon-2020-05-24.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    api.index_many(
        [
            api.Entry(
                reference=f"idea:{number}",
                kind="idea",
                title=row["title"],
                body=row["body"],
                category=row["category"],
                happened_at=datetime.fromisoformat(row["date"]).replace(tzinfo=clock.SEOUL)
                + timedelta(seconds=number),
            )
            for number, row in enumerate(rows)
        ]
    )
    chance = random.Random(20181024)
    titles = sorted({row["title"] for row in rows if len(row["title"].split()) >= 3})
    hits: dict[str, list[bool]] = {}
    took = []
    for title in chance.sample(titles, 150):
        for name, edited in edits(title, chance).items():
            began = time.perf_counter()
            offered = api.similar(edited)
            took.append(time.perf_counter() - began)
            hits.setdefault(name, []).append(any(row.title == title for row in offered))
    recall = {name: sum(found) / len(found) for name, found in hits.items()}
    with capsys.disabled():
        print(f"\nrecall@5 {recall}; median {statistics.median(took) * 1000:.0f} ms")
    assert recall["particles"] >= 0.95
    assert recall["order"] >= 0.95
    assert recall["dropped"] >= 0.95
    assert recall["joined"] >= 0.9


@pytest.mark.realdata
@pytest.mark.django_db
def test_real_strangers_are_seldom_offered(shared_data: Path) -> None:
    """Everyday sentences that are no proposals bring back next to nothing."""
    with (shared_data / "square" / "gwanghwamoon-2020-05-24.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    api.index_many(
        [
            api.Entry(
                reference=f"idea:{n}", kind="idea", title=row["title"], body=row["body"], happened_at=START
            )
            for n, row in enumerate(rows)
        ]
    )
    strangers = [
        ("김치찌개 끓이는 순서", "돼지고기를 먼저 볶다가 묵은지를 넣고 푹 끓입니다."),
        ("뜨개질 코 늘리는 법", "털실을 바늘에 두 번 감아 주면 됩니다."),
        ("별자리 이름의 유래", "오리온은 그리스 신화의 사냥꾼입니다."),
        ("피아노 소나타 감상", "느린 악장의 선율이 아름다웠습니다."),
        ("첼로 활 고르기", "브라질나무와 탄소섬유는 소리가 다릅니다."),
    ]
    offered = [(title, api.similar(title, body)) for title, body in strangers]
    assert [title for title, rows_ in offered if rows_] == []


def test_what_is_typed_becomes_clauses() -> None:
    clauses = terms.parse('통학로에 5G 길 parking "국민 참여"', words=text.words, tokens=tokens)
    assert clauses == [
        terms.Phrase(("국민", "참여"), "국민 참여"),
        terms.Either(
            (terms.Phrase(("통학", "학로", "로에"), "통학로에"), terms.Phrase(("통학", "학로"), "통학로"))
        ),
        terms.Phrase(("5g",), "5g"),
        terms.Syllable("길"),
        terms.Prefix("parking"),
    ]
    assert (
        len(terms.parse("가나 " * 10 + "다라 마바 사아", words=text.words, tokens=tokens)) == 4
    )  # once each
