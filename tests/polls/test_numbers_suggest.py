"""Suggestions: the same every time, learned from people's decisions, with a confidence that means something."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.kernel.logic import suggest
from madang.kernel.logic.features import features_of, runs
from madang.kernel.logic.parts import parts_of
from madang.services.polls.logic import trial

WORDS = {
    "fair": ["공정", "투명", "정의", "청렴", "부패"],
    "quality": ["행복", "복지", "생활", "주거", "여가"],
    "safety": ["안전", "재난", "소방", "의료", "치안"],
}


def made_up(count: int, noise: float, seed: int = 3) -> tuple[list[str], list[str], list[str]]:
    """Texts of three words, mostly of one code; people who wrote three each."""
    random = np.random.default_rng(seed)
    codes = [str(random.choice(list(WORDS))) for _ in range(count)]
    texts = []
    for code in codes:
        pool = [
            WORDS[str(random.choice(list(WORDS)))] if random.random() < noise else WORDS[code] for _ in "abc"
        ]
        texts.append(" ".join(str(random.choice(words)) for words in pool))
    return texts, codes, [f"p{at // 3}" for at in range(count)]


def features_for(texts: list[str]):
    return features_of(texts, [text.split() for text in texts])


@settings(max_examples=40)
@given(st.lists(st.text("가나다라 ab!", max_size=12), min_size=1, max_size=30))
def test_features_agree_with_the_definition(texts: list[str]) -> None:
    found = features_for(texts)
    dense = np.zeros((found.size, found.width))
    for at in range(found.size):
        own = slice(found.start[at], found.start[at + 1])
        dense[at, found.feature[own]] = found.weight[own]
    assert np.all(np.linalg.norm(dense, axis=1) < 1 + 1e-9)
    assert found.likeness() == pytest.approx(dense @ dense.T, abs=1e-9)
    weights = np.arange(found.width * 2.0).reshape(found.width, 2)
    assert found.times(weights) == pytest.approx(dense @ weights, abs=1e-9)
    values = np.arange(found.size * 2.0).reshape(found.size, 2)
    assert found.gathered(values) == pytest.approx(dense.T @ values, abs=1e-9)
    back = found.rows(np.arange(found.size)[::-1])
    assert back.likeness() == pytest.approx(found.likeness()[::-1, ::-1], abs=1e-9)


def test_odd_texts_have_no_features_and_get_a_suggestion() -> None:
    texts, codes, _ = made_up(60, 0.1)
    odd = ["", "ㅋ", "😀😀", "x" * 100_000]
    found = features_for(texts + odd)
    model = suggest.learn(found, list(enumerate(codes)))
    assert model is not None
    for some in model.suggest(found)[60:]:
        assert len(some) == 3
        assert 0 <= some[0]["confidence"] <= 1
    assert len(runs("x" * 100_000)) < 7_000


def test_what_is_held_out_is_what_a_model_without_that_person_says() -> None:
    texts, codes, persons = made_up(45, 0.3)
    found = features_for(texts)
    model = suggest.learn(found, list(enumerate(codes)), persons)
    assert model is not None
    target = np.array([[code == one for one in model.codes] for code in codes], float)
    like = found.likeness()
    for person in ("p0", "p7"):
        own = np.array([one == person for one in persons])
        strength = np.linalg.solve(
            like[~own][:, ~own] + suggest.PENALTY * np.eye((~own).sum()), (target - target.mean(axis=0))[~own]
        )
        expected = like[own][:, ~own] @ strength + target.mean(axis=0)
        assert model.held_out[own] == pytest.approx(expected, abs=1e-9)


def test_it_learns_and_its_confidence_is_kept() -> None:
    texts, codes, persons = made_up(900, 0.45)
    found = features_for(texts)
    model = suggest.learn(found, list(enumerate(codes))[:600], persons)
    assert model is not None
    right = total = 0.0
    for some, code in zip(model.suggest(found.rows(np.arange(600, 900))), codes[600:], strict=True):
        right += some[0]["code"] == code
        total += some[0]["confidence"]
    assert right / 300 > 0.6
    assert total / 300 == pytest.approx(right / 300, abs=0.07)
    said = model.calibration()
    assert said["error"] < 0.05
    assert said["top1"] <= said["top3"] == 1.0
    assert sum(one["answers"] for one in said["bins"]) == said["answers"] == 600


def test_the_same_every_time_and_in_any_order_of_texts() -> None:
    texts, codes, _ = made_up(80, 0.3)
    one, two = (suggest.learn(features_for(texts), list(enumerate(codes))) for _ in range(2))
    assert one is not None
    assert two is not None
    assert one.suggest(features_for(texts)) == two.suggest(features_for(texts))
    around = features_for(texts[::-1])
    back = suggest.learn(around, list(enumerate(codes[::-1])))
    assert back is not None
    first = [some[0]["code"] for some in one.suggest(features_for(texts))]
    assert [some[0]["code"] for some in back.suggest(around)][::-1] == first


def test_nothing_to_tell_apart() -> None:
    found = features_for(["공정", "공정한"])
    assert suggest.learn(found, []) is None
    assert suggest.learn(found, [(0, "fair"), (1, "fair")]) is None


def test_the_least_certain_are_asked_for() -> None:
    shares = np.array([[0.9, 0.05, 0.05], [0.4, 0.39, 0.21], [0.5, 0.3, 0.2], [0.4, 0.39, 0.21]])
    assert suggest.uncertain(shares, [0, 1, 2, 3], 3) == [1, 3, 2]
    assert suggest.uncertain(shares, [0, 2], 5) == [2, 0]
    assert suggest.uncertain(shares, [], 5) == []


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=60))
def test_nobody_is_in_two_parts(persons: list[str]) -> None:
    part = parts_of(persons)
    for person in set(persons):
        assert len({int(part[at]) for at, one in enumerate(persons) if one == person}) == 1
    assert list(parts_of(persons[::-1]))[::-1] == list(part)


def test_reading_more_agrees_more() -> None:
    texts, codes, persons = made_up(300, 0.5)
    found = trial.reading(
        features_for(texts), codes, persons, [f"{at}" for at in range(300)], (0.2, 0.6, 1.0)
    )
    assert [one["read"] for one in found] == [60, 180, 300]
    assert found[0]["alpha"] < found[1]["alpha"] < found[2]["alpha"] == 1.0


@pytest.mark.realdata
def test_the_real_categories_are_suggested_better_than_by_the_most_frequent(shared_data: Path) -> None:
    source = shared_data / "square" / "gwanghwamoon-2020-05-24.csv"
    text = io.StringIO(source.read_text(encoding="utf-8"))
    rows = list({row["title"]: row for row in csv.DictReader(text)}.values())
    texts, codes, persons = ([row[name] for row in rows] for name in ("title", "category", "author"))
    said = trial.held_out(features_for(texts), codes, persons)
    found = trial.accuracy([[one["code"] for one in some] for some in said], codes, persons)
    most = max(map(codes.count, set(codes))) / len(codes)
    assert found["top1"][0] > most + 0.05
    assert found["top1"][1] <= found["top1"][0] <= found["top1"][2] < found["top3"][0]
