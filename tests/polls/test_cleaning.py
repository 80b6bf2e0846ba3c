"""Cleaning: what each sort of text becomes, and that every letter still knows where it stood."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.services.polls.logic import boilerplate, cleaning

LISTED = boilerplate.listed()


@pytest.mark.parametrize(
    ("raw", "text", "kind"),
    [
        ("", "", "empty"),
        (" \u200b\t\r\n ", "", "empty"),
        ("법", "법", "one_letter"),
        ("a.", "a.", "one_letter"),
        ("👍👍🏽", "👍👍🏽", "no_letters"),
        ("?!…", "?!…", "no_letters"),
        ("소통  이   답", "소통 이 답", "korean"),
        ("한\r\n\r\n\r\n줄", "한\n줄", "korean"),
        ("Openness for all", "Openness for all", "latin"),
        ("AI 행정", "AI 행정", "mixed"),
        ("政府", "政府", "other"),
        ("소\u200b통", "소통", "korean"),
        ("각오", "각오", "korean"),
        ("ㅋ" * 100_000, "ㅋ" * 8, "korean"),
        ("혁신\ud800", "혁신", "korean"),
    ],
)
def test_every_sort_of_text_has_its_outcome(raw: str, text: str, kind: str) -> None:
    found = cleaning.clean(unicodedata.normalize("NFD", raw) if raw == "각오" else raw, LISTED)
    assert (found.text, found.kind) == (text, kind)


def test_a_hundred_thousand_letters_are_cut_and_it_is_said() -> None:
    found = cleaning.clean("가나" * 50_000)
    assert (len(found.text), found.cut) == (cleaning.LONGEST, True)
    assert not cleaning.clean("가나" * 10_000).cut


def test_personal_data_is_masked_and_named() -> None:
    found = cleaning.clean("저는 010-1234-5678, hong@example.kr 입니다. 예산은 3,000만 원.")
    assert found.personal == ("phone", "email")
    assert found.text == "저는 ○○○, ○○○ 입니다. 예산은 3,000만 원."


@pytest.mark.parametrize(
    "raw",
    [
        "[2020정부혁신제안 이벤트 응모] 통행료 인하",
        "(2020정부혁신제안이벤트응모)통행료 인하",
        "[혁신제안이벤트응모]   통행료 인하",
        "통행료 인하 혁신제안톡 이벤트 응모",
    ],
)
def test_contest_wording_is_taken_out_however_it_is_spaced(raw: str) -> None:
    found = cleaning.clean(raw, LISTED)
    assert found.text == "통행료 인하"
    assert len(found.boilerplate) == 1
    assert cleaning.clean(raw).boilerplate == ()


@given(
    st.text(
        alphabet=st.sampled_from(list("가각ㄱ\u1100\u1161\u11a8e\u0301 \n\r\u200b0123-@.a👍")), max_size=60
    )
)
def test_every_letter_stands_for_a_part_of_what_was_typed(raw: str) -> None:
    found = cleaning.clean(raw, LISTED)
    assert cleaning.clean(found.text, LISTED).text == found.text or found.personal
    before = (0, 0)
    for at, letter in enumerate(found.text):
        start, end = found.aligned.span(at, at + 1)
        assert 0 <= start < end <= len(raw)
        assert start >= before[0]
        before = (start, end)
        if not letter.isspace() and letter != "○":
            assert letter in unicodedata.normalize("NFC", raw[start:end].replace("\u200b", ""))


def test_what_many_share_is_proposed_and_what_one_person_repeats_is_not() -> None:
    texts = [f"[세종시 아이디어 공모전] 제안 {at}번 {'가나다라마바사'[at % 7]}" for at in range(12)]
    people = [f"p{at % 6}" for at in range(12)]
    found = proposals(texts, people)
    assert (found[0].phrase, found[0].answers, found[0].persons) == ("세종시 아이디어 공모전", 12, 6)
    assert found[0].bracketed
    assert found[0].marked
    assert proposals(texts, ["p1"] * 12) == []


def proposals(texts: list[str], people: list[str]) -> list[boilerplate.Proposal]:
    codes = [sorted(boilerplate.codes(text)) for text in texts]
    answer = np.repeat(np.arange(len(texts)), [len(one) for one in codes])
    number = np.array([sorted(set(people)).index(person) for person in people])
    shared = boilerplate.common(np.array([code for one in codes for code in one]), answer, number)
    return boilerplate.proposed(list(zip(texts, people, strict=True)), set(shared.tolist()))


def test_own_boilerplate_has_its_own_version() -> None:
    own = boilerplate.made(["서울 시민 의견", "서울  시민의견"])
    assert own.phrases in {("서울 시민 의견",), ("서울 시민의견",)}
    assert own.version != LISTED.version
    assert cleaning.clean("서울시민의견: 버스", own).text == ": 버스"
