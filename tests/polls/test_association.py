"""G², its probability, NPMI, %DIFF and Holm against other implementations."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, chi2_contingency
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.multitest import multipletests

from madang.services.polls.logic import association

TABLES = st.tuples(*(st.integers(0, 5_000) for _ in range(4)))


@given(TABLES)
def test_g2_is_that_of_scipy(cells: tuple[int, int, int, int]) -> None:
    a, b, c, d = cells
    assume(min(a + b, c + d, a + c, b + d) > 0)
    value = association.g2(a, a + b, a + c, a + b + c + d)
    reference = chi2_contingency([[a, b], [c, d]], correction=False, lambda_="log-likelihood")
    assert abs(value) == pytest.approx(reference.statistic, abs=1e-6)
    assert association.p_of(value) == pytest.approx(chi2.sf(abs(value), 1), rel=1e-5, abs=1e-12)
    assert value == 0 or (value > 0) == (a * d >= b * c)


def test_a_table_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="no table"):
        association.g2(5, 4, 6, 10)


@given(TABLES)
def test_npmi_is_what_its_definition_says(cells: tuple[int, int, int, int]) -> None:
    a, b, c, d = cells
    assume(a > 0 and b + c + d > 0)
    total = a + b + c + d
    px, py, pxy = (a + b) / total, (a + c) / total, a / total
    assert association.npmi(a, a + b, a + c, total) == pytest.approx(
        math.log(pxy / (px * py)) / -math.log(pxy), abs=1e-6
    )


@given(TABLES)
def test_the_difference_has_the_interval_of_statsmodels(cells: tuple[int, int, int, int]) -> None:
    a, b, c, d = cells
    assume(min(cells) > 0)
    middle, low, high = association.difference(a, a + b, c, c + d)
    table = Table2x2([[a, b], [c, d]])
    assert middle == pytest.approx(100 * (table.riskratio - 1), rel=1e-6, abs=0.006)
    expected = [100 * (end - 1) for end in table.riskratio_confint()]
    assert [low, high] == pytest.approx(expected, rel=1e-6, abs=0.006)


def test_a_word_that_is_nowhere_on_one_side_still_has_an_interval() -> None:
    middle, low, high = association.difference(5, 100, 0, 100)
    assert low < middle < high


@settings(max_examples=20)  # the peer takes long for each
@given(st.lists(st.floats(1e-6, 1, allow_nan=False), min_size=1, max_size=30))
def test_holm_is_that_of_statsmodels(chances: list[float]) -> None:
    expected = multipletests(chances, method="holm")[1]
    assert association.holm(chances) == pytest.approx(list(expected), rel=1e-5)
