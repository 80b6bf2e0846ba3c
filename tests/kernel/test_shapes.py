"""Data files are read by their annotations, and a slip stops the reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest

from madang.kernel.logic import shapes


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Inner:
    share: Decimal


@dataclass(frozen=True)
class Outer:
    name: str
    day: date
    colour: Colour
    inner: tuple[Inner, ...]
    names: Mapping[str, int]
    open: bool = False
    number: int | None = None


GOOD: dict[str, Any] = {
    "name": "a",
    "day": "2018-02-01",
    "colour": "red",
    "inner": [{"share": Decimal("8.6")}, {"share": 9}],
    "names": {"x": 1},
}


def test_reads_nested_shapes() -> None:
    assert shapes.read(Outer, GOOD) == Outer(
        name="a",
        day=date(2018, 2, 1),
        colour=Colour.RED,
        inner=(Inner(Decimal("8.6")), Inner(Decimal(9))),
        names={"x": 1},
    )


def test_a_type_may_have_its_own_reader() -> None:
    assert shapes.read(tuple[Inner, ...], ["8"], {Inner: lambda raw: Inner(Decimal(raw))}) == (
        Inner(Decimal(8)),
    )


@pytest.mark.parametrize(
    "slip",
    [
        {"nmae": "a"},
        {"name": 1},
        {"day": "1 February"},
        {"colour": "blue"},
        {"inner": {"share": 1}},
        {"inner": [{"share": 8.6}]},
        {"inner": [{"share": True}]},
        {"inner": [{}]},
        {"open": 1},
        {"number": "7"},
    ],
)
def test_a_slip_stops_the_reading(slip: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        shapes.read(Outer, GOOD | slip)
