"""Replies in a bundle: the table follows from them exactly, and a rare pattern is nobody's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.services.polls.logic import apart, closed

OPTIONS = [{"code": code, "ko": code, "en": code} for code in "abc"]
ROWS = [{"code": code, "ko": code, "en": code} for code in "xy"]
CODE = st.sampled_from("abc")
VALUES = {
    "choice": CODE,
    "scale": CODE,
    "choices": st.lists(CODE, max_size=3, unique=True),
    "ranking": st.lists(CODE, max_size=3, unique=True),
    "matrix": st.dictionaries(st.sampled_from("xy"), CODE),
}


@given(data=st.data(), kind=st.sampled_from(sorted(VALUES)))
def test_the_table_follows_from_what_is_kept_and_no_pattern_is_rare(data: Any, kind: str) -> None:
    replies = data.draw(st.lists(st.none() | VALUES[kind], max_size=40))
    question = {"kind": kind, "options": OPTIONS, "rows": ROWS}
    kept = json.loads(json.dumps(apart.kept(kind, replies)))
    assert closed.table(question, apart.tally_of(kind, kept)) == closed.count(question, replies)
    assert all(one["people"] >= 5 for one in kept["whole"])
    in_pieces = kept["given"] - sum(one["people"] for one in kept["whole"])
    assert in_pieces == 0 or in_pieces >= min(5, kept["given"])
    assert all(often > 0 for *_, often in kept["pieces"])
    # The order in which people replied is gone.
    assert kept == apart.kept(kind, data.draw(st.permutations(replies)))


def test_what_few_said_alike_is_in_pieces_with_enough_others() -> None:
    usual, also, rare = {"x": "a", "y": "b"}, {"x": "b", "y": "b"}, {"x": "c", "y": "a"}
    kept = apart.kept("matrix", [usual] * 9 + [also] * 5 + [rare] * 2)
    # The two alone could be put together again, so the five of the next rarest pattern join them.
    assert kept["whole"] == [{"value": usual, "people": 9}]
    assert kept["pieces"] == [["x", "b", 5], ["x", "c", 2], ["y", "a", 2], ["y", "b", 5]]


def test_an_order_does_not_tell_how_many_were_placed() -> None:
    kept = apart.kept("ranking", [["a", "b", "c"]] * 3 + [["b", "a"]] * 2 + [["c"]])
    assert kept["whole"] == []
    assert {tuple(one[:2]) for one in kept["pieces"]} == {
        (code, what) for code in "abc" for what in ("first", "placed", "points")
    }


def test_a_text_has_no_pattern() -> None:
    with pytest.raises(ValueError, match="nothing to count"):
        apart.kept("text", ["a"])
