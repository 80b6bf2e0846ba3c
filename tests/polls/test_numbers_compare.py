"""Rounds, recodings and groups of people beside each other."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.services.polls.logic import compare, table
from madang.services.polls.logic.codebook import Coded, book_of, plan_book
from tests.polls.plan_rows import rows

BOOK = plan_book()
AGES = ("young", "middle", "old")


def _by(found: dict) -> dict:
    return {row["key"]: row for row in found["rows"]}


def test_two_rounds() -> None:
    second = [row for row in rows() if row.codes != ("efficiency",)]
    found = compare.rounds(BOOK, rows(), second)
    assert found["denominators"] == [2143, 1959]
    gone = _by(found)["efficiency"]
    assert (gone["counts"], gone["percents"], gone["sure"]) == ([184, 0], ["8.6", "0.0"], True)
    assert gone["low"] < gone["difference"] < gone["high"] < 0
    assert not _by(found)["engagement"]["sure"]
    assert [row["difference"] for row in compare.rounds(BOOK, rows(), rows())["rows"]] == [0.0] * len(
        found["rows"]
    )


def test_the_same_answers_coded_again() -> None:
    raw = copy.deepcopy(BOOK.as_dict())
    raw["version"] = "2"
    raw["codes"] = [code for code in raw["codes"] if code["key"] != "safety"]
    after = [
        row._replace(codes=("quality",)) if row.codes == ("safety",) else row
        for row in rows()
        if row.answer != "answer-0"
    ]
    found = compare.recoded(BOOK, rows(), book_of(raw), after)
    assert (found["denominator"], found["only_before"], found["only_after"]) == (2142, 1, 0)
    assert found["moves"] == [{"old": "safety", "new": "quality", "answers": 200}]
    assert found["same"] == 1942
    safety = _by(found)["safety"]
    assert (safety["counts"], safety["gained"], safety["lost"]) == ([200, 0], 0, 200)
    assert _by(found)["quality"]["gained"] == 200


people = st.lists(
    st.tuples(st.sampled_from(BOOK.code_keys()[:6] + BOOK.code_keys()[-2:]), st.sampled_from([*AGES, None])),
    max_size=120,
)


@settings(max_examples=60)
@given(people)
def test_across_groups_of_people(given_by: list[tuple[str, str | None]]) -> None:
    coded = [Coded(str(at), str(at), (code,)) for at, (code, _) in enumerate(given_by)]
    found = compare.across(BOOK, coded, {str(at): age for at, (_, age) in enumerate(given_by)}, AGES)
    assert found["denominator"] == len(coded)
    if found["withheld"]:
        assert found["rows"] == []
        return
    assert sum(column["denominator"] for column in found["columns"]) == len(coded)
    assert all(column["denominator"] >= found["least"] for column in found["columns"])
    whole = table.build(BOOK, coded, times=0)
    counts = {group["key"]: group["count"] for group in whole["groups"]}
    for row in found["rows"]:
        if row["kind"] == "group":
            assert row["count"] == counts[row["key"]]
        shown = [cell["count"] for cell in row["cells"] if not cell["hidden"]]
        assert all(count == 0 or count >= found["least"] for count in shown)
        assert all(
            value is None
            for cell in row["cells"]
            if cell["hidden"]
            for name, value in cell.items()
            if name != "hidden"
        )
    assert (found["test"] is None) == bool(found["hidden"])


def test_small_groups_of_people_are_put_together() -> None:
    given_by = [("quality", "young")] * 60 + [("safety", "old")] * 2 + [("quality", "middle")] * 40
    coded = [Coded(str(at), str(at), (code,)) for at, (code, _) in enumerate(given_by)]
    found = compare.across(BOOK, coded, {str(at): age for at, (_, age) in enumerate(given_by)}, AGES)
    few = next(column for column in found["columns"] if column["key"] == "few")
    assert few == {"key": "few", "denominator": 42, "joined": ["middle", "old"]}


def test_a_group_that_nobody_named_is_refused() -> None:
    with pytest.raises(ValueError, match="martian"):
        compare.across(BOOK, [Coded("a", "p", ("other",))], {"p": "martian"}, AGES)
