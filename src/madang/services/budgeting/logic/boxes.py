"""Whether every sheet of a ballot box is accounted for. Plain Python, so that anyone can rerun it.

A box adds up when issued = cast + spoiled + unused, when the piles counted by hand are what the records say, and when as many
sheets came from voters as were handed to people whose right had been checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from madang.kernel.logic import sums

NOT_HANDED = ("replaced", "damaged")
"""Spoiled sheets that were no voter's last: another was handed in their place, or they were never handed out."""
PILES = ("cast", "spoiled", "unused")


@dataclass(frozen=True, slots=True)
class Count:
    """The sheets of one box, or of several. `missing` and `aside` (`NOT_HANDED`) are among the spoiled ones."""

    issued: int
    cast: int = 0
    spoiled: int = 0
    unused: int = 0
    pending: int = 0
    out: int = 0
    missing: int = 0
    aside: int = 0

    @property
    def difference(self) -> int:
        """Sheets that nothing explains: issued − (cast + spoiled + unused + pending + out)."""
        return self.issued - (self.cast + self.spoiled + self.unused + self.pending + self.out)

    @property
    def from_voters(self) -> int:
        """Sheets that came out of the box: each was handed to somebody."""
        return self.cast + self.spoiled - self.missing - self.aside


def count(issued: int, states: Iterable[tuple[str, str]]) -> Count:
    """Count sheets from pairs of state and reason for spoiling."""
    pairs = Counter(states)
    by_state: Counter[str] = Counter()
    for (state, _why), many in pairs.items():
        by_state[state] += many
    return Count(
        issued=issued,
        cast=by_state["cast"],
        spoiled=by_state["spoiled"],
        unused=by_state["unused"],
        pending=by_state["typed"] + by_state["disputed"],
        out=by_state["out"],
        missing=pairs["spoiled", "missing"],
        aside=sum(pairs["spoiled", why] for why in NOT_HANDED),
    )


def total(counts: Iterable[Count]) -> Count:
    """Several boxes as one."""
    return sums.total(Count, counts)


def apart(known: Count, handed: int, counted: Mapping[str, int]) -> dict[str, int]:
    """In what an open box does not add up; empty when it does.

    `cast`, `spoiled`, `unused`: counted by hand minus recorded; sheets not seen yet should be the pile of unused ones. `handed`: sheets
    out of the box, and those that voters kept, minus sheets handed to voters.
    """
    should = {
        "cast": known.cast,
        "spoiled": known.spoiled - known.missing,
        "unused": known.unused + known.out,
    }
    found = {pile: counted[pile] - should[pile] for pile in PILES if counted[pile] != should[pile]}
    kept = max(0, -found.get("unused", 0))
    if over := known.from_voters + kept - handed:
        found["handed"] = over
    return found


def split(known: Count, unused: int) -> tuple[int, int]:
    """Of the sheets that nobody has seen: how many are unused, and how many never came back."""
    lie = min(known.out, max(0, unused - known.unused))
    return lie, known.out - lie
