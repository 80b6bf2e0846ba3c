"""Scores against an independent computation in floats, and the rule of ties."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.kernel.logic import rubric
from madang.services.hackathons.logic import scoring

TEAMS, CRITERIA = (1, 2, 3, 4), (10, 11, 12)


@st.composite
def juries(draw):
    first = draw(st.integers(1, 98))
    second = draw(st.integers(1, 99 - first))
    weights = dict(zip(CRITERIA, (first, second, 100 - first - second), strict=True))
    marks = {
        juror: {
            team: {key: draw(st.integers(0, 5)) for key in CRITERIA}
            for team in TEAMS
            if juror == 100 or draw(st.booleans())  # a conflict: no points
        }
        for juror in range(100, 100 + draw(st.integers(1, 4)))
    }
    votes = {team: draw(st.integers(0, 50)) for team in TEAMS}
    return weights, marks, votes, draw(st.integers(0, 50))


@given(juries())
def test_totals_are_those_of_another_computation(case) -> None:
    weights, marks, votes, public = case
    found = {one.team: one for one in scoring.results(TEAMS, weights, marks, votes, public_weight=public)}
    for team in TEAMS:
        means = [
            sum(of[team][key] * weights[key] / 100 for key in CRITERIA) for of in marks.values() if team in of
        ]
        jury = sum(means) / len(means)
        cast = sum(votes.values())
        total = (100 - public) * jury / 5 + (public * votes[team] / cast if cast else 0)
        assert float(found[team].total) == pytest.approx(total)
        assert float(found[team].jury) == pytest.approx(jury)
        for key in CRITERIA:
            column = [of[team][key] for of in marks.values() if team in of]
            assert found[team].ranges[key] == max(column) - min(column)


@given(juries())
def test_places_follow_from_the_order_and_ties_share_one(case) -> None:
    weights, marks, votes, public = case
    found = scoring.results(TEAMS, weights, marks, votes, public_weight=public)
    for ahead, behind in pairwise(found):
        assert ahead.total >= behind.total
        assert ahead.place <= behind.place
    for one in found:
        better = [other for other in found if other.place < one.place]
        assert one.place == len(better) + 1
        assert one.tied == (sum(other.place == one.place for other in found) > 1)


@given(juries(), st.permutations(TEAMS))
def test_no_order_of_founding_matters(case, order) -> None:
    weights, marks, votes, public = case
    one = scoring.results(TEAMS, weights, marks, votes, public_weight=public)
    other = scoring.results(order, weights, marks, votes, public_weight=public)
    assert {row.team: row.place for row in one} == {row.team: row.place for row in other}


def test_equal_totals_go_to_the_jury_then_to_the_weightiest_criterion() -> None:
    weights = {10: 50, 11: 50}
    same = {100: {1: {10: 3, 11: 5}, 2: {10: 5, 11: 3}, 3: {10: 4, 11: 4}, 4: {10: 4, 11: 4}}}
    found = scoring.results((1, 2, 3, 4), weights, same, {}, public_weight=20)
    assert [(one.team, one.place, one.tied) for one in found] == [
        (2, 1, False),
        (3, 2, True),
        (4, 2, True),
        (1, 4, False),
    ]
    # Jury 4 against 3 of 5: 10 points of 50; one vote in five more for the other: 10 points of 50.
    close = {100: {1: {10: 4, 11: 4}, 2: {10: 3, 11: 3}}}
    found = scoring.results((1, 2), weights, close, {1: 2, 2: 3}, public_weight=50)
    assert [one.total for one in found] == [Fraction(60), Fraction(60)]
    assert [one.team for one in found] == [1, 2]


def test_a_team_without_a_juror_has_no_place() -> None:
    found = scoring.results((1, 2), {10: 100}, {100: {1: {10: 0}}}, {2: 9}, public_weight=50)
    assert [(one.team, one.place, one.total) for one in found] == [(1, 1, Fraction(0)), (2, None, None)]


@pytest.mark.parametrize("points", [{10: 6}, {10: -1}, {11: 3}, {}])
def test_points_out_of_scale_are_refused(points: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="points"):
        rubric.mark(points, {10: 100}, most=scoring.MOST)
