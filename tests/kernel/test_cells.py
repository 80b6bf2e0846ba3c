"""Cells of tables: never a formula, and read back as they were."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from madang.kernel import saying
from madang.kernel.logic import cells
from madang.kernel.web import saving

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


def test_a_table_opens_readably_and_runs_nothing() -> None:
    made = cells.written([["이름", "n"], ["=1+1", None], [date(2026, 11, 29), -3], []])
    assert made == "\ufeff이름,n\r\n'=1+1,\r\n2026-11-29,-3\r\n\r\n"
    answer = saving.table([["이름"]], "names.csv")
    assert answer.content == "\ufeff이름\r\n".encode()
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="names.csv"'


@pytest.mark.parametrize(
    ("language", "found"), [("ko", "ko"), ("en", "en"), ("en-gb", "en"), (None, "ko"), ("ko-kr", "ko")]
)
def test_which_language_is_read(language: str | None, found: str) -> None:
    with translation.override(language):
        assert (saying.tongue(), saying.in_english()) == (found, found == "en")
