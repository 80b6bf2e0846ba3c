"""Thresholds replayed: on the real file, on dated supports, and as a property."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.services.square import histories
from madang.services.square.domain import ideas, importing
from madang.services.square.logic import backtest
from madang.services.square.logic.backtest import Item
from tests import factories as f

SEOUL = ZoneInfo("Asia/Seoul")


def item(total: int, *, origin: str = "individual", on: date = date(2020, 1, 5), **more: object) -> Item:
    return Item(origin=origin, category="기타", filed_on=on, total=total, **more)  # type: ignore[arg-type]


@pytest.mark.realdata
@pytest.mark.django_db
def test_the_real_file(shared_data: Path) -> None:
    path = shared_data / "square" / "gwanghwamoon-2020-05-24.csv"
    importing.run(path, lambda done, total: None)
    items = histories.imported()
    spread = backtest.spread(items)
    assert (spread.items, spread.median, spread.most) == (1644, 0, 269)
    assert round(spread.none_share) == 58
    assert set(spread.went_on) == {"organised"}
    assert backtest.months(items) == 20
    # The same once more from the file itself, counted in another way.
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    likes: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row["title"], row["body"])
        likes[key] = max(likes.get(key, 0), int(row["likes"]))
    for threshold in (1, 10, 50, 100, 269, 270):
        found = backtest.outcome(items, threshold)
        assert found.qualified == sum(1 for value in likes.values() if value >= threshold)
        assert sum(found.by_origin.values()) == found.qualified == sum(found.by_category.values())
    assert sum(1 for row in rows if row["state"] == "과제추진중") == 52
    assert {row["author_kind"] for row in rows if row["state"] == "과제추진중"} == {"organised"}
    # What agencies took up had no support to speak of: no threshold above one would have let it through.
    assert backtest.outcome(items, 2).went_on == 0


def test_without_dates_a_total_is_all_there_is() -> None:
    found = backtest.outcome([item(0), item(9), item(10), item(11)], 10, days=1)
    assert (found.qualified, found.items, found.share) == (2, 4, 50.0)


def test_with_dates_it_has_to_come_in_time() -> None:
    filed = datetime(2027, 1, 31, 9, tzinfo=SEOUL)

    def reached(days: int) -> Item:
        moment = filed + timedelta(days=days)
        return item(10, on=filed.date(), filed_at=filed, supports={10: moment})

    found = backtest.outcome([reached(3), reached(40), item(9, filed_at=filed)], 10, days=30)
    assert found.qualified == 1
    assert backtest.outcome([reached(3), reached(40)], 10).qualified == 2
    # Answers are owed in the month of qualifying, not of filing.
    assert reached(3).qualified_on(10, 30) == date(2027, 2, 3)


def test_a_month_counts_from_first_to_last_filing() -> None:
    items = [item(5, on=date(2019, 11, 30)), item(5, on=date(2020, 2, 1)), item(0, on=date(2020, 2, 2))]
    found = backtest.outcome(items, 5)
    assert (found.months, found.per_month, found.busiest) == (4, 0.5, 1)
    assert backtest.outcome([], 5).per_month == 0.0


def test_a_threshold_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        backtest.outcome([item(1)], 0)


@given(st.lists(st.integers(0, 60), max_size=60), st.integers(1, 50))
def test_a_higher_threshold_never_lets_more_through(totals: list[int], threshold: int) -> None:
    items = [item(total) for total in totals]
    assert backtest.outcome(items, threshold).qualified >= backtest.outcome(items, threshold + 1).qualified


@pytest.mark.django_db
def test_own_ideas_are_replayed_by_the_moment_of_their_supports() -> None:
    made = f.process(threshold=50)
    target = f.idea(made, author=f.UserFactory())
    people = [f.UserFactory() for _ in range(3)]
    for person in people:
        ideas.support(actor=f.actor(person), idea=target)
    ideas.unsupport(actor=f.actor(people[0]), idea=target)
    ideas.tally()
    (found,) = histories.own((2, 3))
    assert set(found.supports) == {2}  # support that was taken back is no supporter number three
    assert backtest.outcome([found], 2, days=1).qualified == 1
    assert backtest.outcome([found], 3, days=1).qualified == 0
