"""Near-copies: the compiled walk and the plain one give the same, and letters are compared as the gate compares them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.opinions.logic import kernels
from madang.commons.opinions.logic.gate import grams
from madang.services.polls.logic import near, reading
from madang.services.polls.logic.boilerplate import squeezed

ALPHABET = "가나다라마바사"


def given_to_walk(texts: list[str]) -> tuple[np.ndarray, ...]:
    trace, sizes = near.traces(texts)
    signature = reading.signatures(texts)
    return near._boxes(signature), signature, trace, np.cumsum(sizes, dtype=np.int64) - sizes, sizes


@pytest.mark.skipif(not kernels.available(), reason="no compiler installed")
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(ALPHABET, min_size=12, max_size=30), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 29), st.sampled_from(ALPHABET)), max_size=60),
)
def test_both_ways_give_the_same_leaders(begins: list[str], changes: list[tuple[int, int, str]]) -> None:
    texts = list(begins)
    for which, place, letter in changes:  # copies of copies, with a letter changed each
        one = texts[which % len(texts)]
        texts.append(one[: place % len(one)] + letter + one[place % len(one) + 1 :])
    walk = given_to_walk(texts)
    assert near._compiled()(*walk).tolist() == near._plain(*walk).tolist()


@pytest.mark.skipif(not kernels.available(), reason="no compiler installed")
def test_both_ways_give_the_same_where_boxes_are_full() -> None:
    """More alike texts than a band holds: which are compared is decided in the same way."""
    draw = np.random.default_rng(5)
    texts = []
    for _ in range(40):
        one = draw.choice(list(ALPHABET * 3), 40)
        for changed in range(40):
            again = one.copy()
            again[draw.integers(0, 40, changed % 12)] = "하"
            texts.append("".join(again))
    walk = given_to_walk(texts)
    found = near._compiled()(*walk)
    assert found.tolist() == near._plain(*walk).tolist()
    assert 400 < (found >= 0).sum() < 1600
    assert all(found[at] < at and found[found[at]] == -1 for at in np.flatnonzero(found >= 0))


@given(st.lists(st.text(max_size=30), max_size=6))
def test_a_trace_holds_the_pairs_of_the_gate(texts: list[str]) -> None:
    letters = [squeezed(text.encode("utf-8", "ignore").decode()) for text in texts]
    trace, sizes = near.traces(letters)
    assert len(sizes) == len(letters)
    begin = 0
    for text, size in zip(letters, sizes, strict=True):
        mine = trace[begin : begin + size].tolist()
        begin += size
        assert mine == sorted(mine)
        wanted = grams(text) if len(text) >= near.LEAST_LETTERS else Counter()
        assert sorted(Counter(mine).values()) == sorted(wanted.values())
        assert mine == sorted(number for pair, many in wanted.items() for number in [_number(pair)] * many)


def _number(pair: str) -> int:
    def symbol(letter: str) -> int:
        for low, base in (("가", 36), ("a", 10), ("0", 0)):
            if letter >= low:
                return ord(letter) - ord(low) + base
        raise AssertionError(letter)

    return symbol(pair[0]) << 14 | symbol(pair[1])


def test_nothing_has_no_trace() -> None:
    trace, sizes = near.traces([])
    assert (len(trace), len(sizes)) == (0, 0)
    trace, sizes = near.traces(["", "짧다", "…" * 20])
    assert (len(trace), sizes.tolist()) == (0, [0, 0, 0])
