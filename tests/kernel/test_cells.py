"""Cells of tables: never a formula, and read back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.kernel.logic import cells

ODD = st.text(alphabet="=+-@'\t\r\n＝＋－＠1.%가a ", max_size=8)


@given(ODD | st.text())
def test_reading_gives_back_what_was_written(words: str) -> None:
    assert cells.read(str(cells.safe(words))) == words


@given(ODD | st.text())
def test_only_a_number_begins_with_a_sign(words: str) -> None:
    kept = str(cells.safe(words))
    assert not kept.startswith(tuple("=+-@\t\r\n＝＋－＠")) or float(kept.rstrip("%")) is not None


@pytest.mark.parametrize("number", ["-1", "+2.5", "-3%", "7"])
def test_numbers_stay_numbers(number: str) -> None:
    assert cells.safe(number) == number
    assert cells.safe(-1) == -1
