"""The whole map: does not depend on who is who, and holds where there is nearly nothing to draw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.opinions.logic import kernels
from madang.commons.opinions.logic.opinion_map import OpinionMap, Settings, make_map

QUICK = Settings(starts=5, resamples=6)


def camps(
    people: int, statements: int, seen: float, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two camps of the same size that disagree on every statement but the first three; nine in ten follow theirs."""
    lot = np.random.default_rng(seed)
    person, statement = np.nonzero(lot.random((people, statements)) < seen)
    side = np.where(person % 2, 1, -1)
    side[statement < 3] = 1
    return person, statement, np.where(lot.random(len(person)) < 0.9, side, 0)


def test_two_camps_are_found_and_certified() -> None:
    person, statement, value = camps(200, 30, 0.6)
    found = make_map(person, statement, value, settings=QUICK)
    assert found.certificate.verdict == "stable"
    assert [group.size for group in found.groups] == [100, 100]
    named = found.label >= 0
    assert len(set(zip(found.label[named].tolist(), (np.flatnonzero(named) % 2).tolist(), strict=True))) == 2
    assert {row.statement for row in found.consensus} == {0, 1, 2}
    assert all(row.statement >= 3 for row in found.dividing)
    assert len(found.dividing) == 10
    assert all(row.significant for group in found.groups for row in group.representative)


def test_one_cloud_is_not_called_groups() -> None:
    lot = np.random.default_rng(5)
    leaning = lot.normal(size=(400, 2))
    loads = lot.normal(size=(2, 40))
    value = np.clip(np.rint(leaning @ loads * 0.35 + lot.normal(size=(400, 40))), -1, 1).astype(int)
    person, statement = np.nonzero(lot.random((400, 40)) < 0.8)
    found = make_map(person, statement, value[person, statement], settings=QUICK)
    assert found.certificate.verdict == "no_groups"
    assert found.certificate.reasons[0] == "cloud"
    assert found.groups == ()
    assert set(found.standing) == {"no_groups"}
    assert (found.label == -1).all()


def same(one: OpinionMap, other: OpinionMap, order: np.ndarray) -> bool:
    return (
        np.array_equal(one.components.loadings, other.components.loadings)
        and np.array_equal(one.places.xy[order], other.places.xy)
        and np.array_equal(one.label[order], other.label)
        and np.array_equal(one.standing[order], other.standing)
        and one.certificate == other.certificate
        and one.groups == other.groups
        and (one.consensus, one.dividing) == (other.consensus, other.dividing)
    )


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.integers(12, 40))
def test_neither_the_order_of_votes_nor_of_people_changes_a_bit(seed: int, people: int) -> None:
    person, statement, value = camps(people, 12, 0.7, seed)
    first = make_map(person, statement, value, people=people, statements=12, settings=QUICK)
    lot = np.random.default_rng(seed + 1)
    shuffled, order = lot.permutation(len(person)), lot.permutation(people)
    number = np.argsort(order)
    again = make_map(
        number[person][shuffled], statement[shuffled], value[shuffled],
        people=people, statements=12, settings=QUICK,
    )  # fmt: skip
    assert same(first, again, order)


@pytest.mark.parametrize(
    ("votes", "people", "statements", "axes"),
    [
        ([], 0, 0, "point"),
        ([], 3, 4, "point"),
        ([(0, 0, 1)], 1, 1, "point"),
        ([(0, 0, 1), (1, 0, -1), (2, 0, 1)], 3, 1, "line"),
        ([(who, what, 0) for who in range(20) for what in range(5)], 20, 5, "point"),
        ([(who, what, 1 - 2 * (who % 2)) for who in range(20) for what in range(5)], 20, 5, "line"),
        # Two statements that have nothing to do with each other: equal eigenvalues.
        (
            [(who, what, 1 - 2 * (who >> what & 1)) for who in range(16) for what in range(2)],
            16,
            2,
            "turning",
        ),
        (
            [(who, what, 1 - 2 * (who >> what & 1)) for who in range(16) for what in range(4)],
            16,
            6,
            "turning",
        ),
    ],
)
def test_where_there_is_nearly_nothing(votes, people: int, statements: int, axes: str) -> None:
    person, statement, value = zip(*votes, strict=True) if votes else ((), (), ())
    found = make_map(person, statement, value, people=people, statements=statements, settings=QUICK)
    assert found.components.axes == axes
    assert len(found.label) == len(found.standing) == people
    assert found.components.loadings.shape == (statements, 2)
    assert np.isfinite(found.components.loadings).all()
    assert found.certificate.verdict in {"stable", "fragile", "no_groups"}


@pytest.mark.parametrize("shape", [(300, 40), (11_000, 6)])
def test_the_compiled_way_makes_the_same_map_to_the_last_bit(
    shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # More than 32 statements search their axes; more than 10,000 people are shared between threads.
    person, statement, value = camps(*shape, 0.5, seed=3)
    once = (person == 0) & (statement != statement[person == 0][0])
    votes = person[~once], statement[~once], value[~once]
    wanted = Settings(starts=3, resamples=3, min_votes=1)
    found = []
    for from_size in (0, 1 << 60):
        monkeypatch.setattr(kernels, "WORTHWHILE", from_size)
        found.append(make_map(*votes, people=shape[0], statements=shape[1], settings=wanted))
    compiled, plain = found
    assert same(compiled, plain, np.arange(shape[0]))
    assert compiled.silhouettes == plain.silhouettes
    assert np.array_equal(compiled.borderline, plain.borderline)
    assert np.array_equal(compiled.nearest, plain.nearest)


@pytest.mark.filterwarnings("error")
def test_whoever_has_cast_one_vote_is_named_to_no_group() -> None:
    person, statement, value = camps(60, 12, 0.9)
    few = np.arange(60, 64)
    person, statement = np.append(person, few), np.append(statement, [4, 5, 6, 7])
    value = np.append(value, [1, -1, 1, -1])
    found = make_map(person, statement, value, settings=Settings(starts=3, resamples=3, min_votes=1))
    assert len(found.groups) == 2
    assert found.borderline[few].all()
    assert (found.label[few] == -1).all()
    assert set(found.standing[few]) == {"borderline"}


def test_left_out_statements_move_nobody() -> None:
    person, statement, value = camps(60, 12, 0.8)
    found = make_map(person, statement, value, excluded=[4, 5], settings=QUICK)
    assert (found.components.loadings[[4, 5]] == 0).all()
    turned = np.where(np.isin(statement, [4, 5]), -value, value)
    again = make_map(person, statement, turned, excluded=[4, 5], settings=QUICK)
    assert np.array_equal(found.places.xy, again.places.xy)
    assert not {4, 5} & {row.statement for row in (*found.consensus, *found.dividing)}
    assert found.tables != again.tables, "the tables count what was cast"
