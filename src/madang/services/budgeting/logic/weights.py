"""Weights of Korean composites, dated, each with its source. `checked` False: taken from a secondary account."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

EVOTE = "evote"
"""The part that comes from the ballots of the file; every other part is a column of its projects."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Percentages of the parts, which add up to 100."""

    key: str
    since: str
    parts: tuple[tuple[str, Fraction], ...]
    source: str
    checked: bool


KNOWN = (
    Weights(
        "seoul-2015",
        "2015-01-01",
        (("committee", Fraction(45)), (EVOTE, Fraction(45)), ("survey", Fraction(10))),
        "Seoul participatory budgeting 2015: committee 45 %, citizen e-vote 45 %, survey 10 %; the day is not known",
        False,
    ),
    Weights(
        "seoul-2018",
        "2018-01-01",
        ((EVOTE, Fraction(50)), ("committee", Fraction(40)), ("school", Fraction(10))),
        "Seoul participatory budgeting 2018: e-vote 50 %, committee 40 %, budget school 10 %; the day is not known",
        False,
    ),
)
