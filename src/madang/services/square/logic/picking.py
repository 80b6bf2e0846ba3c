"""How a planning group decides: pure counting, so that anyone can repeat it from the public page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

LEAST = 2
"""Votes without which nothing is decided, however many are out of it."""


class Outcome(StrEnum):
    PICKED = "picked"
    PASSED = "passed"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Count:
    """Seats by what became of them. `silent` are those that have not voted (yet)."""

    in_favour: int = 0
    against: int = 0
    recused: int = 0
    left: int = 0
    silent: int = 0

    @property
    def voted(self) -> int:
        return self.in_favour + self.against

    @property
    def entitled(self) -> int:
        """Seats with a vote: neither out by a conflict nor gone."""
        return self.voted + self.silent

    @property
    def seats(self) -> int:
        return self.entitled + self.recused + self.left


def count(words: Iterable[str]) -> Count:
    """Seats by their last word: `for`, `against`, `recused`, `left`, or nothing.

    Raises:
        ValueError: a word that is none of these.
    """
    found = Counter(words)
    unknown = set(found) - {"for", "against", "recused", "left", "silent", ""}
    if unknown:
        raise ValueError(f"no such words: {sorted(unknown)}")
    return Count(
        in_favour=found["for"],
        against=found["against"],
        recused=found["recused"],
        left=found["left"],
        silent=found["silent"] + found[""],
    )


def needed(entitled: int, quorum: int) -> int:
    """How many votes of so many are needed for a decision. `quorum` is in percent; never fewer than `LEAST`."""
    return max(-(-entitled * quorum // 100), LEAST)


def outcome(counted: Count, quorum: int) -> Outcome:
    """Picked by more votes for than against; a tie does not pick; without the quorum nothing is decided.

    As with every quorum, whoever is against may prevent a decision by staying away: the page then names her as silent.
    """
    if counted.voted < needed(counted.entitled, quorum):
        return Outcome.UNDECIDED
    return Outcome.PICKED if counted.in_favour > counted.against else Outcome.PASSED
