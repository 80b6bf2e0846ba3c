"""Nouns: the lexicon, denial, names, and where they stand."""

from __future__ import annotations

import pytest

from madang.services.polls.logic import cleaning, lexicon, tokens


def words(text: str) -> list[str]:
    return [noun.word for noun in next(tokens.nouns([text]))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("적극행정과 갑질", ["적극행정", "갑질"]),
        ("적극 행정이 답", ["적극행정", "답"][:1]),
        ("탈원전은 사회적가치를", ["탈원전", "사회적 가치"]),
        ("사회적 가치와 삶의질", ["사회적 가치", "삶의 질"]),
        ("투명성, 투명한 정부", ["투명", "투명", "정부"]),
        ("불공정과 비효율", ["불공정", "비효율"]),
        ("깨끗한 공직", ["깨끗", "공직"]),
        ("민원처리좀", ["민원", "처리"]),
        ("이 점 부탁드립니다", []),
        ("#소통 Innovation for AI", ["소통", "혁신", "인공지능"]),
        ("👍", []),
    ],
)
def test_what_is_counted(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_denial_is_noted_and_ends_with_the_sentence_or_the_next_noun() -> None:
    found = next(tokens.nouns(["소통이 없다. 참여는 좋다. 공정하지 않은 정부. 예산이 아니라 사람"]))
    assert [noun.word for noun in found if noun.denied] == ["소통", "공정", "예산"]


def test_names_of_persons_are_told_apart_from_places_and_bodies() -> None:
    found = next(tokens.nouns(["김철수 장관과 홍길동 씨는 고양시, 한반도, 남양주시와 이마트를"]))
    assert [noun.form for noun in found if noun.name] == ["김철수", "홍길동"]
    assert all(not noun.word for noun in found if noun.name)


def test_places_lead_back_to_what_was_typed() -> None:
    raw = "  ﻿정부\r\n는   0\u200b10-1234-5678 투명하지  않다"
    clean = cleaning.clean(raw)
    for noun in next(tokens.nouns([clean.text])):
        start, end = clean.aligned.span(noun.start, noun.end)
        assert raw[start:end] == noun.form


def test_twice_and_with_more_threads_it_is_the_same() -> None:
    texts = [f"{at}번째 제안: 소통이 없는 정부는 혁신하지 못한다. 버스 {at % 7}대" for at in range(300)]
    once = list(tokens.nouns(texts))
    assert list(tokens.nouns(texts)) == once
    assert list(tokens.nouns(texts, threads=2)) == once


@pytest.mark.parametrize(
    ("rows", "korean", "english"),
    [
        ("wrod,협치,", "2번째 줄", "Line 2"),
        ("word,,", "2번째 줄", "Line 2"),
        ("same,협치,", "대표 낱말", "count under"),
        ("same,가,나\nsame,가,다", "하나만", "Keep one"),
        ("same,가,나\nsame,나,다", "바로 이어", "leads on"),
    ],
)
def test_a_lexicon_with_a_mistake_says_where(rows: str, korean: str, english: str) -> None:
    with pytest.raises(lexicon.LexiconError) as refused:
        lexicon.read("# version mine\n" + rows)
    assert korean in str(refused.value)
    assert english in str(refused.value)


def test_the_version_changes_with_the_words_and_not_with_their_order() -> None:
    one = lexicon.read("# version mine\nword,협치,\nstop,건의,")
    assert one.version == lexicon.read("# version mine\nstop,건의,\nword,협치,").version
    assert one.version != lexicon.read("# version mine\nword,협치,").version
    assert one.version.startswith("mine+")
    assert lexicon.listed().version.startswith("civic-")
