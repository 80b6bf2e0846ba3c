"""Registers as they come: doubled, impossible, CP949, short of a column."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.commons.panels.logic.register import RegisterError, day, guess, read, table

TODAY = date(2026, 11, 28)
HEAD = "이름,생년월일,연락처,성별,지역"
ROLES = {"이름": "name", "생년월일": "birth", "연락처": "contact", "성별": "feature", "지역": "feature"}


def codes(*lines: str, **options: object) -> list[tuple[int, str]]:
    reading = read("\n".join([HEAD, *lines]), ROLES, today=TODAY, youngest=18, age="나이", **options)  # type: ignore[arg-type]
    return [(bad.line, bad.code) for bad in reading.bad]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("김하나,1990-02-30,010-1,여,동", "birth"),
        ("김하나,2190-02-03,010-1,여,동", "birth"),
        ("김하나,1890-02-03,010-1,여,동", "birth"),
        ("김하나,,010-1,여,동", "birth"),
        ("김하나,2015-02-03,010-1,여,동", "young"),
        (",1990-02-03,010-1,여,동", "name"),
        ("김하나,1990-02-03,010-1,여,", "missing"),
        ("김하나,1990-02-03,010-1,여", "cells"),
        ("김하나,1990-02-03,010-1,여,동,더", "cells"),
        ("박둘,1980-05-05,010-9,여,동", "twice"),
        ("박 둘,19800505,010-9,여,동", "twice"),
        ("김셋,1980-05-06,+82 10 1234 0000,남,서", "contact-twice"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_are_kept(line: str, code: str) -> None:
    assert codes("박둘,1980-05-05,010-1234-0000,남,서", line) == [(3, code)]


def test_values_that_were_not_agreed_on_are_named() -> None:
    known = {"지역": ["동", "서"]}
    assert codes("박둘,1980-05-05,,남,서", "김하나,1990-01-01,,여,북", known=known) == [(3, "unknown")]


def test_twins_and_people_of_one_name_are_not_the_same() -> None:
    assert codes("박둘,1980-05-05,,남,서", "박셋,1980-05-05,,남,서", "박둘,1981-05-05,,남,서") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), (HEAD, "empty"), ("이름,이름\na,b", "header"), ("이름,\na,b", "header")],
)
def test_a_file_that_is_no_register_says_why(text: str, code: str) -> None:
    with pytest.raises(RegisterError) as refused:
        table(text)
    assert refused.value.args[0] == code


@pytest.mark.parametrize(("mark"), [";", "\t"])
def test_other_separators_and_quoted_lines(mark: str) -> None:
    header, rows = table(f'이름{mark}지역\n"하나\n둘"{mark}동\n\n셋{mark}서')
    assert header == ["이름", "지역"]
    assert rows == [(2, ["하나\n둘", "동"]), (5, ["셋", "서"])]


def test_columns_are_guessed() -> None:
    header, rows = table(
        f"{HEAD},메모\n" + "\n".join(f"이{n},1990-01-01,010-{n},여{n % 2},동,말{n}" for n in range(60))
    )
    assert guess(header, rows) == ROLES | {"지역": "skip", "메모": "skip"}


@given(st.dates(date(1900, 1, 1), date(2026, 11, 28)))
def test_every_usual_way_to_write_a_day_is_read(birth: date) -> None:
    for form in ("%Y-%m-%d", "%Y.%m.%d", "%Y.%m.%d.", "%Y/%m/%d", "%Y%m%d", "%Y년 %m월 %d일"):
        written = form.replace("%Y", f"{birth.year:04}").replace("%m", f"{birth.month:02}")
        assert day(written.replace("%d", f"{birth.day:02}")) == birth
