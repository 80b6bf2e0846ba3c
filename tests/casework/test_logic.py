"""What plain Python decides: the type that words point to, and answers to fields."""

from __future__ import annotations

import pytest

from madang.services.casework.logic.fields import Asked, check
from madang.services.casework.logic.typing import Proposed, propose


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("옥상 텃밭에 조례가 적용되나요", "query_law"),
        ("여권은 어디서 신청하나요", "query_procedure"),
        ("난간이 흔들려 아이가 다칠 뻔했어요", "hazard"),
        ("예산 낭비를 신고합니다", "waste"),
        ("회의록 정보공개를 청구합니다", "information"),
        ("버스를 늘려 주세요", "suggestion"),
        ("The railing is dangerous", "hazard"),
    ],
)
def test_words_point_to_a_type(words: str, expected: str) -> None:
    found = propose(words, "")
    assert found.type == expected and found.because


def test_without_cues_the_usual_type_of_the_category_is_proposed() -> None:
    assert propose("나무", "나무가 컸어요", usual="hazard") == Proposed("hazard")
    assert propose("나무", "나무가 컸어요") == Proposed("other")


LIST = Asked("kind", "singlevaluelist", True, ("a", "b"))


@pytest.mark.parametrize(
    ("asked", "given", "kept", "wrong"),
    [
        (LIST, {"kind": "a"}, {"kind": "a"}, {}),
        (LIST, {"kind": "c"}, {}, {"kind": "choice"}),
        (LIST, {}, {}, {"kind": "required"}),
        (LIST, {"kind": []}, {}, {"kind": "required"}),
        (Asked("n", "number"), {"n": "NaN"}, {}, {"n": "number"}),
        (Asked("n", "number"), {"n": "1,234.5"}, {"n": "1234.5"}, {}),
        (Asked("d", "datetime"), {"d": "2026-11-29T09:30"}, {"d": "2026-11-29T09:30:00"}, {}),
        (Asked("d", "datetime"), {"d": "yesterday"}, {}, {"d": "datetime"}),
        (Asked("t", "text"), {"t": "x" * 2001}, {}, {"t": "long"}),
        (Asked("m", "multivaluelist", True, ("a", "b")), {"m": ["b", "a", "b"]}, {"m": ["b", "a"]}, {}),
        (Asked("m", "multivaluelist", True, ("a",)), {"m": ["z"]}, {}, {"m": "choice"}),
        (Asked("s", "string"), {"other": "x"}, {}, {"other": "unknown"}),
    ],
)
def test_answers_are_taken_or_named(asked: Asked, given: dict, kept: dict, wrong: dict) -> None:
    assert check([asked], given) == (kept, wrong)
