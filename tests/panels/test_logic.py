"""The lottery itself: valid, equal, the same every time, and as good as trying everything."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.panels.logic import columns, leximin, lottery, shortage, splitting
from madang.commons.panels.logic.leximin import NoPanelError
from madang.commons.panels.logic.model import Problem, Quota, apportion, chances, faults
from madang.commons.panels.logic.solver import solve
from tests.panels.support import problem

pools = st.builds(
    problem,
    count=st.integers(8, 40),
    size=st.integers(2, 8),
    cards=st.sampled_from([(2,), (2, 3), (3, 2, 2), (2, 2, 2, 2)]),
    seed=st.integers(0, 10_000),
    slack=st.integers(0, 1),
)


@settings(max_examples=40)
@given(pool=pools)
def test_every_panel_is_one_and_every_count_is_what_was_promised(pool: Problem) -> None:
    made = lottery.build(pool, 60, turns=60)
    assert len(made.panels) == 60
    assert [faults(pool, panel) for panel in made.panels] == [[]] * 60
    assert list(made.counts) == chances(made.panels, len(pool.people))
    assert sum(made.counts) == 60 * pool.size
    assert all(level.bound * 60 >= level.count for level in made.proof)


@settings(max_examples=25)
@given(pool=pools, cut=st.integers(2, 3))
def test_households_are_kept_apart(pool: Problem, cut: int) -> None:
    homes = tuple(str(at // cut) if at < 6 else "" for at in range(len(pool.people)))
    apart = Problem(pool.people, pool.quotas, pool.size, homes, True)
    try:
        made = lottery.build(apart, 30, turns=60)
    except NoPanelError:
        assert not panels_of(apart) if len(apart.people) <= 16 else True
        return
    assert [faults(apart, panel) for panel in made.panels] == [[]] * 30


def panels_of(pool: Problem) -> list[tuple[int, ...]]:
    return [one for one in combinations(range(len(pool.people)), pool.size) if not faults(pool, one)]


def by_force(pool: Problem) -> list[float]:
    """Leximin over every panel there is, with one linear program a level."""
    panels = panels_of(pool)
    sits = np.array(
        [[person in panel for panel in panels] for person in range(len(pool.people))], dtype=float
    )
    fixed: dict[int, float] = {}
    while len(fixed) < len(pool.people):
        rows = [(range(len(panels)), np.ones(len(panels)))]
        low = [1.0]
        for person, row in enumerate(sits):
            free = person not in fixed
            rows.append(([*range(len(panels)), len(panels)], [*row, -1.0 if free else 0.0]))
            low.append(0.0 if free else fixed[person] - 1e-7)
        cost = np.zeros(len(panels) + 1)
        cost[-1] = 1
        found = solve(cost, rows, low, [1.0, *[np.inf] * len(sits)], np.zeros(len(cost)), np.ones(len(cost)))
        assert found is not None
        held = [at for at in range(len(sits)) if at not in fixed and abs(found.duals[1 + at]) > 1e-7]
        if found.objective > 1 - 1e-9:
            held = [at for at in range(len(sits)) if at not in fixed]
        for at in held:
            fixed[at] = found.objective
        assert held
    return [fixed[at] for at in range(len(sits))]


@pytest.mark.parametrize("seed", range(12))
def test_small_pools_get_what_trying_every_panel_gives(seed: int) -> None:
    pool = problem(9 + seed % 3, 3 + seed % 2, (2, 3, 2), seed)
    made = lottery.build(pool, 1000)
    for count, best in zip(made.counts, by_force(pool), strict=True):
        # A count is a whole number of panels; where no panel count fits, the search panel by panel rounds by a few.
        assert abs(count / 1000 - best) <= (0.0011 if made.method == "leximin" else 0.01)


def test_the_same_pool_gives_the_same_lottery_and_another_one_another() -> None:
    pool = problem(50, 10, (2, 3, 3))
    assert lottery.build(pool, 100) == lottery.build(pool, 100)
    assert lottery.build(pool, 100) != lottery.build(problem(50, 10, (2, 3, 3), seed=2), 100)


def test_where_fractions_promise_what_no_panel_keeps_panels_are_sought_one_by_one() -> None:
    """Three pairs of which each must hold exactly one: a triangle, which halves could satisfy and people cannot."""
    pool = Problem(
        ((0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 1, 1)),
        (Quota(0, 0, 1, 1), Quota(1, 0, 1, 1), Quota(2, 0, 1, 1)),
        2,
    )
    equal = leximin.equalise(pool)
    assert min(equal.targets) == pytest.approx(0.5)
    assert panels_of(pool) == []
    with pytest.raises(splitting.StuckError):
        splitting.split(pool, equal.targets, 10, random.Random(1))
    with pytest.raises(NoPanelError):
        lottery.build(pool, 10)
    wider = Problem((*pool.people, (0, 1, 1), (1, 0, 1)), (*pool.quotas[:2], Quota(2, 0, 0, 1)), 2)
    made = lottery.build(wider, 100)
    assert {faults(wider, panel).__len__() for panel in made.panels} == {0}


def test_the_search_panel_by_panel_is_as_equal() -> None:
    pool = problem(30, 6, (2, 3, 2))
    found = columns.by_columns(pool, 1000, random.Random(1), turns=400)
    assert [faults(pool, panel) for panel in found] == [[]] * 1000
    best = lottery.build(pool, 1000)
    assert min(chances(found, 30)) >= min(best.counts) - 5


@settings(max_examples=30)
@given(pool=pools, noise=st.lists(st.integers(-50, 50), min_size=40, max_size=40))
def test_no_weights_prove_less_than_what_a_lottery_reaches(pool: Problem, noise: list[int]) -> None:
    """The bound holds for any weights at all: a liar can make it blunt, never false."""
    made = lottery.build(pool, 60, turns=60)
    table, low, high = pool.matrix()
    weights = noise[: table.shape[1]]
    limit = leximin.bound(table, low, high, weights, [None] * len(pool.people))
    assert limit >= Fraction(min(made.counts), 60)


@settings(max_examples=25)
@given(pool=pools, place=st.integers(0, 3), more=st.integers(1, 4))
def test_a_shortage_is_named_with_the_smallest_change(pool: Problem, place: int, more: int) -> None:
    place %= len(pool.quotas)
    quota = pool.quotas[place]
    asked = list(pool.quotas)
    asked[place] = Quota(quota.feature, quota.value, quota.low + more, quota.high + more)
    short = Problem(pool.people, tuple(asked), pool.size)
    changes = shortage.explain(short)
    assert changes is not None, "putting the quota back would have helped"
    for change in changes:
        one = asked[change.quota]
        asked[change.quota] = Quota(one.feature, one.value, change.low, change.high)
    relaxed = Problem(pool.people, tuple(asked), pool.size)
    assert shortage.explain(relaxed) == []
    moved = sum(abs(a.low - b.low) + abs(a.high - b.high) for a, b in zip(asked, short.quotas, strict=True))
    assert moved <= 2 * more, "putting the quota back would have been smaller"


def test_too_few_people_cannot_be_mended_by_quotas() -> None:
    assert shortage.explain(Problem(((0,), (0,)), (Quota(0, 0, 0, 9),), 3)) is None


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=12).filter(any), st.integers(1, 500))
def test_apportioned_seats_add_up_and_keep_to_their_share(shares: list[int], seats: int) -> None:
    given_ = apportion(shares, seats)
    assert sum(given_) == seats
    for share, many in zip(shares, given_, strict=True):
        assert share * seats // sum(shares) <= many <= -(-share * seats // sum(shares))
