"""Copies: the same, nearly the same, and what only looks so; whatever order they come in."""

from __future__ import annotations

import random

import numpy as np
import pytest

from madang.commons.opinions.logic.gate import grams, likeness
from madang.services.polls.logic import copies, reading
from madang.services.polls.logic.analysis import Answer, Settings, analyse

LONG = "주민센터의 저녁 시간 운영을 늘려서 직장인도 민원을 볼 수 있게 해 주세요"
TEXTS = [
    LONG,
    LONG + "!!",
    LONG.replace("직장인도", "회사원도"),
    "공정",
    "공정!",
    "공평",
    "전혀 다른 이야기로 버스 배차 간격을 줄이고 새벽 첫차를 앞당겨 주십시오",
    "",
]


def found(texts: list[str]) -> copies.Copies:
    return copies.found(reading.read(texts, reading.usual()))


def test_what_is_a_copy_of_what() -> None:
    same = found(TEXTS)
    assert same.same.tolist() == [0, 0, 2, 3, 3, 5, 6, 7]
    first = same.first.tolist()
    assert len({first[0], first[1], first[2]}) == 1
    assert first[3:] == [3, 3, 5, 6, 7]


def test_the_order_of_the_file_decides_nothing() -> None:
    groups = {frozenset(np.flatnonzero(found(TEXTS).first == at)) for at in set(found(TEXTS).first.tolist())}
    for seed in range(5):
        order = random.Random(seed).sample(range(len(TEXTS)), len(TEXTS))
        again = found([TEXTS[at] for at in order]).first
        assert {
            frozenset(order[at] for at in np.flatnonzero(again == one)) for one in set(again.tolist())
        } == groups


def test_nearly_all_pairs_at_the_limit_are_found() -> None:
    """Against comparing all pairs: of those with a likeness of 0.8 and more hardly one is missed, and none below is joined."""
    draw = random.Random(7)
    letters = "가나다라마바사아자차카타파하거너더러머버"
    texts = []
    for _ in range(60):
        one = "".join(draw.choices(letters, k=40))
        other = list(one)
        for _ in range(draw.randrange(1, 7)):
            other[draw.randrange(40)] = draw.choice(letters)
        texts += [one, "".join(other)]
    same = found(texts)
    pairs = [(at, at + 1, likeness(grams(texts[at]), grams(texts[at + 1]))) for at in range(0, 120, 2)]
    near = [pair for pair in pairs if pair[2] >= copies.NEAR]
    missed = [pair for pair in near if same.first[pair[0]] != same.first[pair[1]]]
    assert len(near) > 20
    assert len(missed) <= 2
    assert all(same.first[a] != same.first[b] for a, b, alike in pairs if alike < copies.NEAR)


@pytest.mark.parametrize(("mode", "counted"), [("all", 7), ("persons", 5), ("texts", 4)])
def test_a_voice_is_counted_once_and_another_persons_same_words_again(mode: str, counted: int) -> None:
    people = ["p1", "p1", "p2", "p3", "p3", "p4", "p5", "p6"]
    answers = [
        Answer(str(at), text, person) for at, (text, person) in enumerate(zip(TEXTS, people, strict=True))
    ]
    document = analyse(answers, Settings(copies=mode, least=1, resamples=40))
    assert document["counted"]["answers"] == counted
    found = document["cleaning"]["copies"]
    assert (found["exact"], found["near"], found["not_counted"]) == (2, 1, 7 - counted)
    assert found["repeated"][0]["answers"] == 3
    assert found["repeated"][0]["persons"] == 2
    assert document["cleaning"]["kinds"]["empty"] == 1
