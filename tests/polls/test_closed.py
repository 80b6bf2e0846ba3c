"""Counting closed questions: against counting by hand, and for any replies."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.services.polls.logic import closed

OPTIONS = [{"code": code, "ko": f"보기 {code}", "en": f"Option {code}"} for code in "abcd"]


def test_one_of_several_is_counted_with_its_denominator() -> None:
    table = closed.count({"kind": "choice", "options": OPTIONS}, ["a", "b", "a", None, ""])
    assert (table["denominator"], table["left_out"]) == (3, 2)
    assert [line["count"] for line in table["options"]] == [2, 1, 0, 0]
    assert [line["percent"] for line in table["options"]] == ["66.7", "33.3", "0.0", "0.0"]
    assert table["options"][0]["name"] == {"ko": "보기 a", "en": "Option a"}


def test_several_of_several_count_a_person_once_an_option() -> None:
    table = closed.count({"kind": "choices", "options": OPTIONS}, [["a", "a", "b"], ["b"], []])
    assert table["denominator"] == 2
    assert [line["count"] for line in table["options"]] == [1, 2, 0, 0]


def test_a_scale_has_mean_and_median_of_its_places() -> None:
    table = closed.count({"kind": "scale", "options": OPTIONS}, ["a", "b", "d", "d"])
    assert (table["mean"], table["median"]) == ("2.75", "3")
    assert closed.count({"kind": "scale", "options": OPTIONS}, ["a", "b", "c", "d"])["median"] == "2.5"
    assert "mean" not in closed.count({"kind": "scale", "options": OPTIONS}, [None])


def test_an_order_gives_points_to_what_was_placed() -> None:
    table = closed.count({"kind": "ranking", "options": OPTIONS}, [["b", "a"], ["b", "c", "a"], ["c"]])
    assert [(line["code"], line["points"], line["first"], line["placed"]) for line in table["options"]] == [
        ("b", 5, 2, 2),
        ("c", 3, 1, 2),
        ("a", 2, 0, 2),
        ("d", 0, 0, 0),
    ]


def test_each_line_of_a_matrix_has_a_denominator_of_its_own() -> None:
    rows = [{"code": "x", "ko": "줄 x", "en": "Line x"}, {"code": "y", "ko": "줄 y", "en": "Line y"}]
    table = closed.count(
        {"kind": "matrix", "options": OPTIONS, "rows": rows}, [{"x": "a", "y": "b"}, {"x": "a"}, {}]
    )
    assert (table["denominator"], table["left_out"]) == (2, 1)
    assert [(row["code"], row["of"], row["mean"]) for row in table["rows"]] == [
        ("x", 2, "1.00"),
        ("y", 1, "2.00"),
    ]


def test_a_text_cannot_be_counted() -> None:
    with pytest.raises(ValueError, match="nothing to count"):
        closed.count({"kind": "text", "options": []}, ["a"])


@given(st.lists(st.one_of(st.none(), st.sampled_from("abcd")), max_size=60))
def test_counts_of_any_replies_are_those_of_a_counter(values: list[str | None]) -> None:
    table = closed.count({"kind": "choice", "options": OPTIONS}, values)
    by_hand = Counter(value for value in values if value)
    assert {line["code"]: line["count"] for line in table["options"] if line["count"]} == dict(by_hand)
    assert table["denominator"] + table["left_out"] == len(values)
    for line in table["options"]:
        assert 0 <= line["low"] <= line["share"] <= line["high"] <= 1


@given(st.lists(st.permutations("abcd").map(lambda order: list(order)[:3]), max_size=30))
def test_points_of_full_orders_add_up(orders: list[list[str]]) -> None:
    table = closed.count({"kind": "ranking", "options": OPTIONS}, orders)
    assert sum(line["points"] for line in table["options"]) == 6 * len(orders)
