"""Codebooks: what is wrong is named, two versions are compared in words, codings move on only where that is safe."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.services.polls.logic import checks, versions
from madang.services.polls.logic.codebook import KEYWORD, Coded, book_of, plan_book


def raw() -> dict[str, Any]:
    return copy.deepcopy(plan_book().as_dict())


def kinds(book: Any) -> list[str]:
    return [problem["kind"] for problem in checks.problems(book)]


def test_the_draft_for_the_plan_is_sound_and_says_whose_it_is() -> None:
    book = plan_book()
    assert checks.problems(raw()) == []
    assert book_of(book.as_dict()) == book
    keywords = [code for code in book.codes if code.kind == KEYWORD]
    assert 12 <= len(keywords) <= 15
    assert len(book.groups) == 3
    assert sum(code.listed for code in keywords) == 8
    assert "reconstructed by Madang" in book.origin["en"]
    assert all(code.examples["ko"] and code.examples["en"] for code in book.codes)


def _drop(kind: str):
    def change(book: dict[str, Any]) -> None:
        book["codes"] = [code for code in book["codes"] if code["kind"] != kind]

    return change


def _set(at: int, **values: Any):
    return lambda book: book["codes"][at].update(values)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (_drop("other"), "no_other"),
        (_drop("not_codable"), "no_not_codable"),
        (_drop("keyword"), "no_codes"),
        (_set(1, key="communication"), "same_key"),
        (_set(1, key="두 말"), "no_key"),
        (_set(1, name={"ko": "국민과의  소통과 협력", "en": "X"}), "same_name"),
        (_set(1, name={"ko": "ＡＢ", "en": ""}), "no_name"),
        (_set(1, examples={"ko": ["국민과 소통하는 정부!"]}), "same_example"),
        (_set(1, examples={}), "no_example"),
        (_set(1, definition={"ko": "다른 뜻", "en": "Offices that work together."}), None),
        (
            _set(1, definition={"ko": "다른 뜻", "en": "Hers"}),
            None,
        ),  # stands in “others”, and is no word of it
        (_set(1, definition=plan_book().codes[0].definition), "same_definition"),
        (
            _set(
                1, definition={"ko": "참여. " + plan_book().codes[0].definition["ko"], "en": "Other words."}
            ),
            "inside",
        ),
        (_set(1, definition={"ko": "뜻"}), "no_definition"),
        (_set(1, examples={"ko": ["경청"]}), "claimed"),
        (_set(1, group="nowhere"), "no_group"),
        (_set(1, kind="odd"), "kind"),
        (_set(-1, group="participation"), "grouped"),
        (_set(0, kind="other", group=None), "two_apart"),
        (lambda book: book.update(label="both"), "label"),
        (
            lambda book: book["groups"].append({"key": "new", "name": {"ko": "새", "en": "New"}}),
            "empty_group",
        ),
        (lambda book: book.update(codes="all"), "shape"),
        (lambda book: book["codes"].append({"key": "x"}), "shape"),
        (_set(1, group=["participation"]), "shape"),
        (lambda book: book["groups"][0].update(key={}), "shape"),
    ],
)
def test_what_is_wrong_is_named(change: Any, kind: str | None) -> None:
    book = raw()
    change(book)
    found = checks.problems(book)
    assert (kind in [one["kind"] for one in found]) if kind else not found
    assert all(one["text"] and "{" not in one["text"] for one in found)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["key", "version", "title", "label", "groups", "codes", "name", "kind", "group", "examples"]
            ),
            inner,
            max_size=8,
        )
    ),
    max_leaves=30,
)


@given(json_like)
def test_whatever_is_uploaded_gets_an_answer(anything: Any) -> None:
    assert checks.problems(anything)


@given(json_like, st.sampled_from(["groups", "codes", "title", "label"]), st.integers(0, 16))
def test_a_book_with_one_odd_part_gets_an_answer(anything: Any, part: str, at: int) -> None:
    book = raw()
    book[part] = anything
    checks.problems(book)
    book = raw()
    book["codes"][at] = anything
    checks.problems(book)


def second() -> dict[str, Any]:
    book = raw()
    book["version"] = "2"
    book["codes"][0]["definition"]["en"] = "The government should listen to people and answer them."
    book["codes"][1]["name"]["en"] = "Citizens take part"
    book["codes"] = [code for code in book["codes"] if code["key"] not in ("safety", "authority")]
    book["codes"].insert(
        3, {**copy.deepcopy(raw()["codes"][3]), "key": "data", "name": {"ko": "데이터", "en": "Data"}}
    )
    return book


def test_two_versions_are_compared_in_words() -> None:
    changes = versions.diff(plan_book(), book_of(second()))
    lines = versions.readable(changes, "en")
    assert "New: Data" in lines
    assert "Gone: Safety and health" in lines
    assert "Citizens take part: name changed. Broad citizen engagement → Citizens take part" in lines
    definition = next(change for change in changes if change["field"] == "definition")
    old = "".join(text for mark, text in definition["words"] if mark != "+")
    new = "".join(text for mark, text in definition["words"] if mark != "-")
    assert (old, new) == (definition["old"], definition["new"])
    assert definition["border"]
    assert versions.diff(plan_book(), plan_book()) == []
    assert all(versions.readable(changes, "ko"))


def test_codings_move_on_where_no_reading_is_needed() -> None:
    rows = [
        Coded("a", "p", ("engagement",)),
        Coded("b", "p", ("safety",)),
        Coded("c", "q", ("opening", "safety")),
        Coded("d", "q", ("authority",)),
        Coded("e", "r", ("communication",)),
    ]
    found = versions.remap(
        rows, plan_book(), book_of(second()), {"safety": "quality", "opening": ["opening", "data"]}
    )
    assert found["rows"] == [
        Coded("a", "p", ("engagement",)),
        Coded("b", "p", ("quality",)),
        Coded("e", "r", ("communication",)),
    ]
    assert {one["answer"]: one["because"] for one in found["read"]} == {
        "c": [["opening", "split"]],
        "d": [["authority", "gone"]],
        "e": [["communication", "border"]],
    }
    assert found["read"][0]["kept"] == ["quality"]
    assert {"old": "safety", "new": "quality", "answers": 2} in found["moved"]


@given(
    st.lists(
        st.lists(st.sampled_from(plan_book().code_keys()), min_size=1, max_size=3, unique=True), max_size=20
    ),
    st.dictionaries(
        st.sampled_from(plan_book().code_keys()),
        st.none() | st.sampled_from(book_of(second()).code_keys()) | st.just(["quality", "data"]),
    ),
)
def test_no_answer_is_lost_or_has_a_code_that_the_new_book_has_not(
    codes: list[list[str]], mapping: dict[str, Any]
) -> None:
    new = book_of(second())
    rows = [Coded(str(at), "p", tuple(some)) for at, some in enumerate(codes)]
    found = versions.remap(rows, plan_book(), new, mapping)
    assert {row.answer for row in found["rows"]} | {one["answer"] for one in found["read"]} == {
        row.answer for row in rows
    }
    assert all(new.has(code) for row in found["rows"] for code in row.codes)
    assert all(row.codes for row in found["rows"])


def test_a_mapping_to_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        versions.remap([], plan_book(), plan_book(), {"safety": "nowhere"})
