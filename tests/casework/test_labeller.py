"""Suggested labels: learned, calibrated, the same every time, and measured without looking."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from madang.services.casework.logic import labelled, labeller, measuring
from madang.services.casework.logic.labeller import Text

WORDS = {
    "roads": ["도로", "포장", "보도블록", "구멍", "차선"],
    "trash": ["쓰레기", "수거", "재활용", "악취", "무단투기"],
    "lights": ["가로등", "조명", "꺼짐", "어두움", "전구"],
}


def made_up(count: int, noise: float, seed: int = 5) -> tuple[list[Text], list[str], list[str]]:
    """Texts of four words, mostly of one label; people who wrote two each."""
    random = np.random.default_rng(seed)
    labels = [str(random.choice(list(WORDS))) for _ in range(count)]
    texts = []
    for label in labels:
        pools = [
            WORDS[str(random.choice(list(WORDS)))] if random.random() < noise else WORDS[label]
            for _ in "abcd"
        ]
        some = [str(random.choice(pool)) for pool in pools]
        texts.append(Text(" ".join(some[:2]), " ".join(some[2:])))
    return texts, labels, [f"p{at // 2}" for at in range(count)]


def test_it_learns_and_its_confidence_is_kept() -> None:
    texts, labels, who = made_up(600, 0.4)
    model = labeller.learn(texts[:400], labels[:400], who[:400])
    assert model is not None
    said = [model.suggest(*text)[0] for text in texts[400:]]
    right = sum(one.label == label for one, label in zip(said, labels[400:], strict=True)) / 200
    assert right > 0.6
    assert sum(one.confidence for one in said) / 200 == pytest.approx(right, abs=0.09)


def test_the_same_texts_make_the_same_bytes_and_bytes_make_the_same_model() -> None:
    texts, labels, who = made_up(80, 0.2)
    one, two = (labeller.learn(texts, labels, who) for _ in range(2))
    assert one is not None
    assert two is not None
    data = one.dumped()
    assert data == two.dumped()
    again = labeller.loaded(data)
    assert again.dumped() == data
    assert again.suggest("가로등이 꺼짐") == one.suggest("가로등이 꺼짐")
    assert again.facts["digest"] == labeller.digest(texts, labels)
    with pytest.raises(ValueError, match="no model"):
        labeller.loaded(b"something else")


def test_a_word_that_one_person_alone_uses_is_not_in_the_model() -> None:
    texts, labels, who = made_up(60, 0.2)
    texts += [Text("김비밀 가로등"), Text("김비밀 쓰레기")]
    labels += ["lights", "trash"]
    model = labeller.learn(texts, labels, [*who, "one", "one"])
    assert model is not None
    for known in model.vocabularies:
        assert not [part for part in known.parts if "비밀" in part]
    shared = labeller.learn(texts, labels, [*who, "one", "two"])
    assert shared is not None
    assert [part for part in shared.vocabularies[1].parts if "비밀" in part] == ["김비밀"]


def test_what_has_nothing_in_common_gets_no_suggestion() -> None:
    texts, labels, who = made_up(60, 0.2)
    model = labeller.learn(texts, labels, who)
    assert model is not None
    for title in ("", "!!!", "😀", "xyzzy qwfp"):
        assert model.suggest(title) == []
    assert labeller.learn([], []) is None
    assert labeller.learn([Text("같은 말"), Text("같은 말")], ["a", "a"]) is None
    assert labeller.learn([Text("가"), Text("나")], ["a", "b"]) is None


def test_repeats_count_once_and_a_copy_is_not_learned_from() -> None:
    texts = [Text("가로등 고장"), Text("가로등, 고장"), Text("다른 말"), Text("또 다른 말")]
    kept = measuring.distinct(texts, ["a", "a", "b", "a"], ["x", "y", "y", "z"])
    assert [(row.text.title, row.label, row.group) for row in kept] == [
        ("가로등 고장", "a", "x"),
        ("다른 말", "b", "y"),
        ("또 다른 말", "a", "z"),
    ]
    # The same text under two labels by two people: neither may be told by the other.
    twice = [Text(f"{word} 이야기 {at} 를 두 사람이 말해요") for at in range(15) for word in ("길", "길")]
    labels = ["a" if at % 2 else "b" for at in range(30)]
    found = measuring.measured(twice, labels, [f"p{at}" for at in range(30)])
    assert found["texts"] == 30
    assert found["ways"]["nearest"]["top1"]["share"] <= 0.6  # it would be 0 or 1 if copies told


def test_labels_that_mean_nothing_are_not_learned() -> None:
    """A measure that looked at what it is asked about would find much here."""
    random = np.random.default_rng(2)
    texts, _labels, who = made_up(300, 0.0)
    drawn = [str(random.choice(["a", "b", "c", "d"])) for _ in who]
    found = measuring.measured(texts, drawn, who)
    low, high = found["ways"]["model"]["top1"]["wilson"]
    assert low < 0.33
    assert high < 0.40
    assert found["calibration"]["after"]["error"] < 0.12


def test_few_rows_and_many_labels_are_measured_too() -> None:
    texts = [Text(f"이야기 {at}") for at in range(9)]
    found = measuring.measured(texts, [f"l{at % 8}" for at in range(9)])
    assert (found["texts"], found["labels"], found["single"]) == (9, 8, 7)
    with pytest.raises(ValueError, match="labels"):
        measuring.measured(texts, ["one"] * 9)
    with pytest.raises(ValueError, match="groups"):
        measuring.measured(texts, ["a", *["b"] * 8], ["me"] * 9)


def test_confidence_and_truth_are_compared() -> None:
    found = measuring.reliability(np.array([0.95, 0.95, 0.15, 1.0]), np.array([1, 0, 0, 1]))
    assert [one["texts"] for one in found["bins"]] == [1, 3]
    assert found["bins"][1]["right"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["error"] == pytest.approx((0.15 + 3 * abs((0.95 * 2 + 1) / 3 - 2 / 3)) / 4, abs=1e-4)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_files_of_any_kind_are_read(encoding: str, between: str) -> None:
    rows = [
        ["제목", "내용", "분류"],
        ["가로등", "꺼졌어요", "조명"],
        ["", "", "조명"],
        ["쓰레기", "", ""],
        ["길", "", "도로"],
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=between).writerows(rows)
    held = labelled.read(out.getvalue().encode(encoding), ["제목", "내용"], "분류")
    assert held.texts == [Text("가로등", "꺼졌어요"), Text("길", "")]
    assert (held.labels, held.left_out, held.groups) == (["조명", "도로"], 2, None)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"text,label\n", "empty"),
        (b"text,kind\na,b\n", "columns"),
        (b"\x80\x80\xff,\xfe", "encoding"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(labelled.LabelledError) as caught:
        labelled.read(data, ["text"], "label")
    assert caught.value.code == code


@pytest.mark.realdata
def test_the_real_categories_are_suggested_better_than_by_plain_ways(shared_data: Path) -> None:
    source = shared_data / "square" / "gwanghwamoon-2020-05-24.csv"
    held = labelled.read(source.read_bytes(), ["title"], "category", "author")
    found = measuring.measured(held.texts, held.labels, held.groups)
    own = found["ways"]["model"]
    assert own["top1"]["share"] > found["ways"]["frequent"]["top1"]["share"] + 0.04
    assert own["top3"]["by_groups"][0] > found["ways"]["frequent"]["top3"]["share"]
    assert own["top3"]["share"] > found["ways"]["nearest"]["top3"]["share"]
    assert found["calibration"]["after"]["error"] < 0.06
