"""Intervals, tests and agreement against independent implementations, to a millionth."""

from __future__ import annotations

import math
from datetime import date

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats import contingency_tables, proportion

from madang.commons.opinions.logic.persons import bootstrap
from madang.kernel.logic import intervals as iv
from madang.services.polls.logic import agreement as agreed

CLOSE = 1e-6
TODAY = date(2026, 11, 28)
shares = st.integers(1, 5_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])


@given(shares, levels)
def test_wilson(share: tuple[int, int], level: float) -> None:
    theirs = proportion.proportion_confint(*share, alpha=1 - level, method="wilson")
    assert iv.wilson(*share, level) == pytest.approx(theirs, abs=CLOSE)


@given(st.lists(st.integers(0, 900), min_size=2, max_size=12).filter(any), levels)
def test_goodman(counts: list[int], level: float) -> None:
    theirs = proportion.multinomial_proportions_confint(counts, alpha=1 - level, method="goodman")
    ours = iv.goodman(counts, level)
    for count, mine, other in zip(counts, ours, theirs, strict=True):
        assert mine == pytest.approx(tuple(other), abs=CLOSE), count


@given(shares, shares, levels)
def test_two_shares(one: tuple[int, int], two: tuple[int, int], level: float) -> None:
    found = iv.two_shares(*one, *two, level)
    low, high = proportion.confint_proportions_2indep(
        *one, *two, compare="diff", method="newcomb", alpha=1 - level
    )
    assert (found["low"], found["high"]) == pytest.approx((low, high), abs=CLOSE)
    assume(0 < one[0] + two[0] < one[1] + two[1])
    z, p = proportion.proportions_ztest([one[0], two[0]], [one[1], two[1]])
    assert (found["z"], found["p"]) == pytest.approx((z, p), abs=CLOSE)


@given(st.integers(0, 400), st.integers(0, 400))
def test_order(first: int, second: int) -> None:
    assume(first + second)
    found = iv.order_test(first, second)
    theirs = contingency_tables.mcnemar([[9, first], [second, 9]], exact=False, correction=False)
    assert (found["z"] ** 2, found["p"]) == pytest.approx((theirs.statistic, theirs.pvalue), abs=CLOSE)


tables = st.tuples(st.integers(2, 5), st.integers(2, 5)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 300), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


@given(tables)
def test_g2(table: list[list[int]]) -> None:
    full = np.array(table)
    assume((full.sum(axis=0) > 0).all() and (full.sum(axis=1) > 0).all())
    theirs = stats.chi2_contingency(full, correction=False, lambda_="log-likelihood")
    ours = iv.g2(table)
    assert ours["df"] == theirs.dof
    assert (ours["g2"], ours["p"]) == pytest.approx((theirs.statistic, theirs.pvalue), abs=CLOSE, rel=1e-9)


def test_g2_leaves_empty_rows_and_columns_out() -> None:
    assert iv.g2([[5, 0, 9], [0, 0, 0], [7, 0, 2]]) == iv.g2([[5, 9], [7, 2]])
    assert iv.g2([]) == iv.g2([[3, 4]]) == {"g2": 0.0, "df": 0, "p": 1.0}


@given(st.floats(0, 2_000), st.integers(1, 40))
def test_chi_squared(value: float, df: int) -> None:
    assert iv.chi2_tail(value, df) == pytest.approx(stats.chi2.sf(value, df), abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_refuses_together_what_stepping_down_refuses(chances: list[float]) -> None:
    """The definition: with the chances in order, go on while p ≤ error / (number left)."""
    raised = iv.holm(chances)
    assert all(mine >= own for mine, own in zip(raised, chances, strict=True))
    for error in (0.01, 0.05, 0.2):
        refused = set()
        for done, at in enumerate(sorted(range(len(chances)), key=lambda at: chances[at])):
            if chances[at] * (len(chances) - done) > error:
                break
            refused.add(at)
        assert {at for at, one in enumerate(raised) if one <= error} == refused


@given(st.lists(st.integers(0, 400), min_size=1, max_size=9), st.booleans())
def test_ranks(counts: list[int], together: bool) -> None:
    spans = iv.rank_intervals([[count] * len(counts) for count in counts], together=together)
    for count, (best, worst) in zip(counts, spans, strict=True):
        ahead = sum(other > count for other in counts)
        level = sum(other == count for other in counts)
        assert 1 <= best <= ahead + 1
        assert ahead + level <= worst <= len(counts)


def test_ranks_by_hand() -> None:
    """300 and 214 are far apart, 214 and 193 are not, 20 is behind all."""
    counts = [193, 300, 20, 214]
    assert iv.rank_intervals([[count] * 4 for count in counts]) == [(2, 3), (1, 1), (4, 4), (2, 3)]


@pytest.mark.parametrize("wrong", [(3, 2), (-1, 2)])
def test_no_share(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="is no share"):
        iv.wilson(*wrong)


ratings = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(st.sampled_from([None, "a", "b", "c", "d"]), min_size=coders, max_size=coders),
        min_size=1,
        max_size=25,
    )
)


def _theirs(rows: list[list[str | None]]) -> float:
    number = {None: math.nan, "a": 0.0, "b": 1.0, "c": 2.0, "d": 3.0}
    values = np.array([[number[one] for one in row] for row in rows]).T
    return float(krippendorff.alpha(reliability_data=values, level_of_measurement="nominal"))


@given(ratings)
def test_alpha(rows: list[list[str | None]]) -> None:
    paired = {one for row in rows if sum(v is not None for v in row) > 1 for one in row if one is not None}
    if len(paired) < 2:
        assert agreed.alpha(rows) is None
    else:
        assert agreed.alpha(rows) == pytest.approx(_theirs(rows), abs=CLOSE)


def test_alpha_of_a_published_example() -> None:
    """Three coders, fifteen units, half of the values missing: nominal alpha .691 (Krippendorff's textbook data)."""
    coders = ["*****34121133*3", "1*213343*******", "**21344*21133*4"]
    rows = [[None if mark == "*" else mark for mark in unit] for unit in zip(*coders, strict=True)]
    assert len(rows) == 15
    assert agreed.alpha(rows) == pytest.approx(0.691, abs=0.0005)


def test_agreement_tells_what_follows() -> None:
    rows = [["a", "a"], ["b", "b"], ["c", "c"]] * 60 + [["a", "b"]] * 12
    found = agreed.agreement(rows, on=TODAY)
    assert found["low"] < found["alpha"] < found["high"]
    assert (found["verdict"], found["answers"], found["ratings"]) == ("publish", 192, 384)
    assert found == agreed.agreement([list(reversed(row)) for row in rows], on=TODAY)
    assert agreed.agreement([["a", "a"]] * 9, on=TODAY)["verdict"] == "unknown"
    assert agreed.agreement([], on=TODAY)["alpha"] is None


@pytest.mark.parametrize(
    ("value", "said"), [(0.8, "publish"), (0.7999, "tentative"), (0.667, "tentative"), (0.6669, "revise")]
)
def test_limits(value: float, said: str) -> None:
    assert agreed.verdict(value, on=TODAY) == said


def test_each_code_by_itself() -> None:
    rows = [[["a"], ["a"]], [["b"], ["b"]], [["a", "c"], ["a"]], [["b"], None], [["c"], ["c"]]]
    one, two, three = agreed.by_code(rows, ["a", "b", "c"], on=TODAY, times=100)
    assert (one["alpha"], two["alpha"]) == (1.0, 1.0)
    assert three["alpha"] < 1
    assert [entry["given"] for entry in (one, two, three)] == [4, 3, 3]


@settings(max_examples=20)
@given(st.lists(st.integers(0, 3), min_size=5, max_size=60), st.integers(0, 2**40))
def test_the_bootstrap_is_the_same_for_a_seed_and_brackets_the_share(
    given_codes: list[int], seed: int
) -> None:
    counts = [[int(code == at) for at in range(4)] for code in given_codes]
    ones = [1] * len(counts)
    found = bootstrap(counts, ones, seed=seed, times=300)
    assert found == bootstrap(counts, ones, seed=seed, times=300)
    for share, low, high in zip(found["shares"], found["low"], found["high"], strict=True):
        assert low <= share + 0.15
        assert share - 0.15 <= high


def test_the_bootstrap_comes_near_the_known_error() -> None:
    """Of 1,000 people 300 gave the code: the standard error is √(0.3·0.7/1000) = 0.01449."""
    found = bootstrap([[1]] * 300 + [[0]] * 700, [1] * 1000, seed=5, times=4000)
    assert (found["high"][0] - found["low"][0]) / (2 * 1.96) == pytest.approx(0.01449, rel=0.06)
