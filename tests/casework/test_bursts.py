"""Bursts: a planted one is found within a day, chance alone hardly ever is; numbers behind it are right."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.kernel import clock
from madang.services.casework.domain import bursts as finding
from madang.services.casework.logic import bursts
from madang.services.casework.models import Burst
from tests.casework import made
from tests.factories import UserFactory


@settings(max_examples=50)
@given(st.integers(0, 30), st.floats(0.5, 20), st.floats(0.05, 0.95))
def test_the_tail_is_the_sum_of_its_parts(count: int, shape: float, success: float) -> None:
    below = sum(
        math.exp(math.lgamma(k + shape) - math.lgamma(shape) - math.lgamma(k + 1)
                 + shape * math.log(success) + k * math.log(1 - success))
        for k in range(count)
    )  # fmt: skip
    assert bursts.negative_binomial_tail(count, shape, success) == pytest.approx(
        max(0.0, 1 - below), abs=1e-6
    )


def windows(of: dict[bursts.Key, int]) -> list[Counter[bursts.Key]]:
    return [Counter({**of, bursts.ALL: 100}) for _ in range(8)]


def test_a_rise_is_found_and_little_or_usual_is_not() -> None:
    road, lamp = ("road", "", ""), ("lamp", "", "")
    past = windows({road: 10, lamp: 1})
    assert bursts.detect(Counter({road: 12, lamp: 4, bursts.ALL: 100}), past) == []
    found = bursts.detect(Counter({road: 12, lamp: 16, bursts.ALL: 110}), past)
    assert [one.key for one in found] == [lamp]
    assert found[0].expected == pytest.approx(1.1)


def test_a_rise_of_everything_is_no_topic() -> None:
    """After a holiday everything comes at once."""
    keys = {(name, "", ""): 10 for name in ("road", "lamp", "trash")}
    found = bursts.detect(Counter({**dict.fromkeys(keys, 30), bursts.ALL: 300}), windows(keys))
    assert [one.key for one in found if one.key != bursts.ALL] == []


def test_without_a_past_nothing_is_said() -> None:
    assert bursts.detect(Counter({("road", "", ""): 50, bursts.ALL: 50}), []) == []


def test_korean_words_are_counted_by_how_they_begin() -> None:
    assert bursts.stems(["가로등이"]) & bursts.stems(["가로등을"]) == {"가로", "가로등"}
    assert bursts.stems(["119", "of", "pothole"]) == {"pothole"}


@pytest.mark.django_db
def test_a_planted_burst_is_found_once_and_words_of_private_cases_stay_inside(client) -> None:
    town = made.center()
    water = made.category(town, "water", name_en="Water")
    start = clock.datetime.fromisoformat("2026-11-02T10:00+09:00")
    for week in range(9):
        with clock.at(start - timedelta(weeks=week, hours=2)):
            for at in range(4):
                made.case(town, title=f"이런저런 이야기 {week} {at}", by=UserFactory())
    with clock.at(start - timedelta(hours=3)):
        for at in range(14):
            made.case(town, title=f"수돗물이 흐려요 {at}", category=water, by=UserFactory(), is_public=False)
    with clock.at(start):
        found = finding.find(town)
        assert {one.category for one in found} >= {"water"}
        assert finding.find(town) == []
        page = client.get("/en/cases/figures/").content.decode()
    assert all(not one.is_public for one in found if one.word)
    assert not [one for one in Burst.objects.filter(is_public=True) if one.word]
    assert "수돗" not in page
