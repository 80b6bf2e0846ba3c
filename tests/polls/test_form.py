"""Replies against questions: pure Python, so anybody can repeat what was taken and what was refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.services.polls.logic.form import Asked, flaws, read

ABC = ("1", "2", "3")


def _codes(question: Asked, raw: object) -> tuple[object, list[str]]:
    found = read([question], {question.number: raw})  # type: ignore[dict-item]
    return found.values.get(question.number), [one.code for one in found.findings]


@pytest.mark.parametrize(
    ("question", "raw", "value", "codes"),
    [
        (Asked(1, "text"), "말", "말", []),
        (Asked(1, "text", is_required=True), "", None, ["required_text"]),
        (Asked(1, "text", longest=3), "네글자다", None, ["too_long"]),
        (Asked(1, "text", least=3), "둘이", None, ["too_short"]),
        (Asked(1, "text", least=3), "", None, []),
        (Asked(1, "text"), ["x"], None, []),
        (Asked(1, "choice", options=ABC), "2", "2", []),
        (Asked(1, "choice", options=ABC), "9", None, ["unknown"]),
        (Asked(1, "choice", options=ABC, is_required=True), "", None, ["required_choice"]),
        (Asked(1, "scale", options=ABC), "3", "3", []),
        (Asked(1, "choices", options=ABC), ["3", "1"], ["1", "3"], []),
        (Asked(1, "choices", options=ABC), "2", ["2"], []),
        (Asked(1, "choices", options=ABC, most=1), ["1", "2"], None, ["too_many"]),
        (Asked(1, "choices", options=ABC, least=2), ["1"], None, ["too_few"]),
        (Asked(1, "choices", options=ABC, least=2), [], None, []),
        (Asked(1, "choices", options=ABC), ["1", "x"], None, ["unknown"]),
        (Asked(1, "ranking", options=ABC), {"1": "2", "2": "1", "3": "3"}, ["2", "1", "3"], []),
        (Asked(1, "ranking", options=ABC), ["3", "2", "1"], ["3", "2", "1"], []),
        (Asked(1, "ranking", options=ABC, most=2), {"3": "1", "1": "2"}, ["3", "1"], []),
        (Asked(1, "ranking", options=ABC), {"1": "1", "2": "1"}, None, ["same_place"]),
        (Asked(1, "ranking", options=ABC), {"1": "1", "2": "3"}, None, ["gap"]),
        (Asked(1, "ranking", options=ABC), {"1": "4"}, None, ["place"]),
        (Asked(1, "ranking", options=ABC), {"1": "²"}, None, ["place"]),
        (Asked(1, "ranking", options=ABC), {"1": "", "2": ""}, None, []),
        (Asked(1, "ranking", options=ABC), {"9": "1"}, None, ["unknown"]),
        (Asked(1, "matrix", options=ABC, lines=("1", "2")), {"1": "3"}, {"1": "3"}, []),
        (Asked(1, "matrix", options=ABC, lines=("1", "2"), is_required=True), {"1": "3"}, None, ["line"]),
        (Asked(1, "matrix", options=ABC, lines=("1", "2")), {"1": "9"}, None, ["unknown"]),
        (Asked(1, "matrix", options=ABC, lines=("1", "2")), {"9": "1"}, None, ["unknown"]),
        (Asked(1, "file"), "polls/files/x.png", "polls/files/x.png", []),
        (Asked(1, "file", is_required=True), "", None, ["required_file"]),
    ],
)
def test_one_reply(question: Asked, raw: object, value: object, codes: list[str]) -> None:
    assert _codes(question, raw) == (value, codes)


CHAIN = (
    Asked(1, "choice", options=ABC),
    Asked(2, "choice", options=ABC, on=1, any_of=("1", "2")),
    Asked(3, "text", is_required=True, on=2, any_of=("3",)),
)


def test_a_condition_hides_what_hangs_on_it_and_what_hangs_on_that() -> None:
    shown = read(CHAIN, {1: "1", 2: "3", 3: "말"})
    assert shown.values == {1: "1", 2: "3", 3: "말"}
    hidden = read(CHAIN, {1: "3", 2: "3", 3: "말"})
    assert hidden.values == {1: "3"}
    assert hidden.findings == ()
    asked = read(CHAIN, {1: "2", 2: "3", 3: ""})
    assert [(one.number, one.code) for one in asked.findings] == [(3, "required_text")]


def test_a_condition_may_hang_on_several_of_several() -> None:
    rows = (Asked(1, "choices", options=ABC), Asked(2, "text", on=1, any_of=("3",)))
    assert read(rows, {1: ["1", "3"], 2: "말"}).values == {1: ["1", "3"], 2: "말"}
    assert read(rows, {1: ["1"], 2: "말"}).values == {1: ["1"]}


@pytest.mark.parametrize(
    ("questions", "codes"),
    [
        ((), ["none"]),
        ((Asked(1, "text"),), []),
        ((Asked(1, "text", is_worded=False),), ["words"]),
        ((Asked(1, "choice", options=("1",)),), ["few_options"]),
        ((Asked(1, "matrix", options=ABC),), ["few_lines"]),
        ((Asked(1, "choices", options=ABC, least=3, most=2),), ["bounds"]),
        ((Asked(1, "choices", options=ABC, most=4),), ["bounds_options"]),
        ((Asked(1, "text", on=2, any_of=("1",)), Asked(2, "choice", options=ABC)), ["condition"]),
        ((Asked(1, "text"), Asked(2, "text", on=1, any_of=("1",))), ["condition"]),
        ((Asked(1, "choice", options=ABC), Asked(2, "text", on=1)), ["condition_option"]),
        ((Asked(1, "choice", options=ABC), Asked(2, "text", on=1, any_of=("9",))), ["condition_option"]),
        (
            (Asked(1, "choice", options=ABC, is_trait=True), Asked(2, "text", on=1, any_of=("1",))),
            ["condition_trait"],
        ),
        (tuple(Asked(n, "text") for n in range(1, 62)), ["too_many_questions"]),
    ],
)
def test_what_cannot_be_asked(questions: tuple[Asked, ...], codes: list[str]) -> None:
    assert [one.code for one in flaws(questions)] == codes


RAW = (
    st.text(max_size=6)
    | st.sampled_from(ABC)
    | st.lists(st.sampled_from([*ABC, "x"]), max_size=4)
    | st.dictionaries(st.sampled_from([*ABC, "x"]), st.sampled_from([*ABC, "", "x"]), max_size=4)
)


@given(
    st.sampled_from(["text", "choice", "choices", "scale", "ranking", "matrix"]),
    RAW,
    st.booleans(),
)
def test_what_is_kept_is_always_one_of_what_was_asked(kind: str, raw: object, needed: bool) -> None:
    question = Asked(1, kind, is_required=needed, options=ABC, lines=("1", "2"), longest=4)
    found = read([question], {1: raw})  # type: ignore[dict-item]
    value = found.values.get(1)
    assert (value is None) or not found.findings
    if needed:
        assert value or found.findings
    if kind == "text" and value is not None:
        assert len(value) <= 4
    if kind in ("choice", "scale") and value is not None:
        assert value in ABC
    if kind in ("choices", "ranking") and value is not None:
        assert set(value) <= set(ABC)
        assert len(set(value)) == len(value)
    if kind == "ranking" and value is not None:
        assert len(value) == 3
    # What is kept is taken again as it is.
    if value is not None:
        assert read([question], {1: value}).values == {1: value}
