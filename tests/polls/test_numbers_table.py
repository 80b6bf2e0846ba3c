"""The report's table: the plan's own comes out of 2,143 rows, parts and wholes agree, units are always there."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.kernel import plan
from madang.services.polls.logic import rounding, table
from madang.services.polls.logic.codebook import MULTI, SINGLE, Coded, plan_book
from tests.polls.plan_rows import rows

KEYS = plan_book().code_keys()
answers = st.lists(st.lists(st.sampled_from(KEYS), min_size=0, max_size=3, unique=True), max_size=40).map(
    lambda lists: [Coded(f"a{at}", f"p{at // 2}", tuple(codes)) for at, codes in enumerate(lists)]
)


def test_the_rows_of_the_plan_give_the_table_of_the_plan() -> None:
    found = table.build(plan_book(), rows())
    poll = plan.load().poll
    assert (found["denominator"], found["people"], found["unit"]) == (2143, 2143, "answer")
    assert [line["percent"] for line in found["groups"]] == ["22.0", "44.3", "33.7"]
    for group, printed in zip(found["groups"], poll.groups, strict=True):
        assert group["name"] == {"ko": printed.name.ko, "en": printed.name.en}
        assert rounding.trimmed(group["percent"]) == str(printed.share)
        shown = [
            (code["name"]["en"], rounding.trimmed(code["percent"]))
            for code in group["codes"]
            if code["listed"]
        ]
        assert shown == [(keyword.name.en, str(keyword.share)) for keyword in printed.keywords]
    assert [line["count"] for line in found["apart"]] == [0, 0]
    assert [group["unlisted"]["percent"] for group in found["groups"]] == ["9.1", "22.3", "2.1"]


@given(answers, st.sampled_from([SINGLE, MULTI]))
def test_parts_and_wholes(coded: list[Coded], label: str) -> None:
    found = table.build(plan_book(), coded, label=label, times=0)
    assert found["denominator"] + found["uncoded"] == len(coded)
    lines = [
        *found["groups"],
        *(code for group in found["groups"] for code in group["codes"]),
        *found["apart"],
    ]
    for line in lines:
        assert 0 <= line["low"] <= line["share"] <= line["high"] <= 1
        assert line["count"] <= found["denominator"]
    for group in found["groups"]:
        within = sum(code["count"] for code in group["codes"])
        assert group["count"] == within if label == SINGLE else group["count"] <= within
    if label == SINGLE:
        assert sum(line["count"] for line in [*found["groups"], *found["apart"]]) == found["denominator"]
    assert json.loads(json.dumps(found)) == found


@given(answers, st.integers(0, 2**32))
def test_the_order_of_rows_and_the_names_of_people_change_nothing(coded: list[Coded], salt: int) -> None:
    renamed = [row._replace(person=f"{hash((row.person, salt))}") for row in reversed(coded)]
    one, two = (table.build(plan_book(), some, times=50) for some in (coded, renamed))
    assert one == two


@given(answers)
def test_largest_remainders_sum_to_a_hundred(coded: list[Coded]) -> None:
    found = table.build(plan_book(), coded, label=SINGLE, method=rounding.LARGEST_REMAINDER, times=0)
    parts = [line["percent"] for line in [*found["groups"], *found["apart"]]]
    tenths = sum(int(part.replace(".", "")) for part in parts)
    assert tenths == (1000 if found["denominator"] else 0)
    for group in found["groups"]:
        inner = sum(int(code["percent"].replace(".", "")) for code in group["codes"])
        assert inner == int(group["percent"].replace(".", ""))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.sampled_from([100, 1000]))
def test_a_largest_remainder_is_never_a_unit_off(counts: list[int], whole: int) -> None:
    found = rounding.largest_remainder(counts, whole)
    total = sum(counts)
    for part, count in zip(found, counts, strict=True):
        assert abs(part * total - count * whole) < max(total, 1)


def test_two_answers_of_one_person_widen_the_interval_over_persons() -> None:
    apart = [Coded(f"{at}", f"{at}", ("quality" if at % 2 else "safety",)) for at in range(200)]
    pairs = [row._replace(person=f"{at % 2}-{at // 10}") for at, row in enumerate(apart)]
    low, high = _persons(table.build(plan_book(), apart))
    lower, higher = _persons(table.build(plan_book(), pairs))
    assert higher - lower > 1.5 * (high - low)


def _persons(found: dict) -> list[float]:
    return next(code["persons"] for code in found["groups"][1]["codes"] if code["key"] == "quality")


@pytest.mark.parametrize(
    ("coded", "said"),
    [
        ([Coded("a", "p", ("nothing",))], "which the codebook has not"),
        ([Coded("a", "p", ("other",)), Coded("a", "q", ("other",))], "comes twice"),
    ],
)
def test_what_cannot_be_counted_is_refused(coded: list[Coded], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        table.build(plan_book(), coded)


def test_overlapping_parts_are_not_made_to_sum_to_a_hundred() -> None:
    with pytest.raises(ValueError, match="do not sum to 100"):
        table.build(plan_book(), rows(), label=MULTI, method=rounding.LARGEST_REMAINDER)


def test_nothing_answered() -> None:
    found = table.build(plan_book(), [])
    assert found["denominator"] == 0
    assert found["groups"][0]["percent"] == "0.0"
    assert (found["groups"][0]["low"], found["groups"][0]["high"]) == (0.0, 1.0)
