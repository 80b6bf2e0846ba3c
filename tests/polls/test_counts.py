"""Counts add up: any division gives the same, and they are what counting by hand gives."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.services.polls.logic import association, reading, store, tokens, words
from madang.services.polls.logic.counts import Counts, Pairs

WORDS = ["정부", "혁신", "소통", "참여", "공정", "버스"]
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS), max_size=5).map(lambda found: ", ".join(found) + "."), max_size=12
)


def plain(pairs: Pairs, vocabulary: tuple[str, ...]) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (vocabulary[one], vocabulary[other]): (int(windows), int(answers))
        for one, other, windows, answers in zip(
            pairs.one, pairs.other, pairs.windows, pairs.answers, strict=True
        )
    }


@settings(max_examples=40)
@given(TEXTS, st.integers(0, 12))
def test_two_halves_are_the_whole(texts: list[str], cut: int) -> None:
    how = reading.usual()
    whole = reading.read(texts, how)
    parts = [reading.read(texts[:cut], how), reading.read(texts[cut:], how)]
    joined = store.joined(parts)
    assert joined.to_bytes() == whole.to_bytes()
    assert store.Chunk.from_bytes(whole.to_bytes()).to_bytes() == whole.to_bytes()
    one, other = (Counts.of(part) for part in parts)
    assert (one + other).table() == (other + one).table() == Counts.of(whole).table()


@settings(max_examples=40)
@given(TEXTS)
def test_counts_are_those_made_by_hand(texts: list[str]) -> None:
    chunk = reading.read(texts, reading.usual())
    counts = Counts.of(chunk)
    sets = [{noun.word for noun in found} for found in tokens.nouns(texts)]
    assert counts.table() == dict(sorted(Counter(word for found in sets for word in found).items()))
    by_hand = Counter(pair for found in sets for pair in combinations(sorted(found), 2))
    pairs = Pairs.of(chunk, np.ones(len(counts.vocabulary), bool))
    assert plain(pairs, counts.vocabulary) == {pair: (n, n) for pair, n in by_hand.items()}
    assert plain(pairs + pairs, counts.vocabulary) == {pair: (2 * n, 2 * n) for pair, n in by_hand.items()}


def test_in_a_long_answer_words_meet_in_a_sentence_only() -> None:
    long = (
        "정부는 소통한다. "
        + "그리고 나는 오늘도 걷고 또 걸었다. " * 12
        + "혁신은 참여다. 정부와 소통이 좋다."
    )
    chunk = reading.read([long, "정부와 혁신"], reading.usual())
    counts = Counts.of(chunk)
    found = plain(Pairs.of(chunk, np.ones(len(counts.vocabulary), bool)), counts.vocabulary)
    assert found["소통", "정부"] == (2, 1)
    assert found["정부", "혁신"] == (1, 1)
    assert ("소통", "혁신") not in found
    assert (counts.answers, counts.windows) == (2, 4)


def test_a_batch_that_is_full_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["정부와 혁신과 소통과 참여", "혁신과 버스와 공정"] * 30
    chunk = reading.read(texts, reading.usual())
    all_words = np.ones(len(chunk.vocabulary), bool)
    whole = plain(Pairs.of(chunk, all_words), tuple(chunk.vocabulary))
    monkeypatch.setattr("madang.services.polls.logic.counts._AT_ONCE", 7)
    assert plain(Pairs.of(chunk, all_words), tuple(chunk.vocabulary)) == whole


def test_what_goes_with_a_word_is_strongest_first_and_never_by_chance_alone() -> None:
    texts = ["정부와 혁신"] * 9 + ["버스와 혁신"] * 3 + ["버스"] * 40 + ["정부"] * 5
    chunk = reading.read(texts, reading.usual())
    counts = Counts.of(chunk)
    pairs = Pairs.of(chunk, np.ones(len(counts.vocabulary), bool))
    rows = words.together(counts, pairs, "혁신", most=9)
    assert [row["word"] for row in rows] == ["정부"]
    assert rows[0]["g2"] == association.g2(9, 12, 14, 57)
    assert words.together(counts, pairs, "없는말", most=9) == []


def test_keyness_counts_answers_and_turns_its_sign_with_the_side() -> None:
    how = reading.usual()
    here = Counts.of(reading.read(["정부와 혁신"] * 20 + ["버스"] * 5, how))
    there = Counts.of(reading.read(["버스"] * 30 + ["정부"] * 3, how))
    rows = {row["word"]: row for row in words.keyness(here, there, least=5, most=10)}
    back = {row["word"]: row for row in words.keyness(there, here, least=5, most=10)}
    assert rows["혁신"]["g2"] > 0 > rows["버스"]["g2"]
    assert all(rows[word]["g2"] == -back[word]["g2"] for word in rows)
    assert (rows["정부"]["answers"], rows["정부"]["reference_answers"]) == (20, 3)
    assert words.keyness(here, Counts.of(reading.read([], how)), least=5, most=10) == []
