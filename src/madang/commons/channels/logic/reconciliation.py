"""Whether every sheet of paper is accounted for. Plain Python, so that anyone can rerun it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from madang.kernel.logic import sums


@dataclass(frozen=True, slots=True)
class Count:
    """The sheets of one batch, or of several. `missing` of the spoiled ones never came back."""

    issued: int
    entered: int = 0
    spoiled: int = 0
    unused: int = 0
    pending: int = 0
    out: int = 0
    missing: int = 0

    @property
    def difference(self) -> int:
        """Sheets that nothing explains: issued − (entered + spoiled + unused + pending + out)."""
        return self.issued - (self.entered + self.spoiled + self.unused + self.pending + self.out)

    @property
    def is_settled(self) -> bool:
        """Whether the batch can be closed: issued = entered + spoiled + unused."""
        return self.difference == 0 and self.pending == 0 and self.out == 0


def count(issued: int, states: Iterable[tuple[str, str]]) -> Count:
    """Count sheets from pairs of state and reason for spoiling."""
    pairs = list(states)
    by_state = Counter(state for state, _why in pairs)
    return Count(
        issued=issued,
        entered=by_state["entered"],
        spoiled=by_state["spoiled"],
        unused=by_state["unused"],
        pending=by_state["typed"] + by_state["disputed"],
        out=by_state["out"],
        missing=sum(state == "spoiled" and why == "missing" for state, why in pairs),
    )


def total(counts: Iterable[Count]) -> Count:
    """Several batches as one."""
    return sums.total(Count, counts)


COUNTED = ("entered", "spoiled", "unused")


def by_hand(known: Count, counted: dict[str, int]) -> dict[str, int]:
    """What was counted by hand minus what the records say, for each pile that differs.

    Sheets that never came back lie in no pile.
    """
    expected = {"entered": known.entered, "spoiled": known.spoiled - known.missing, "unused": known.unused}
    return {name: counted[name] - expected[name] for name in COUNTED if counted[name] != expected[name]}


def differences(first: dict[str, str], second: dict[str, str]) -> list[str]:
    """Which fields two people read differently. Spaces at line ends and runs of spaces are nobody's words."""
    return [name for name in first if " ".join(first[name].split()) != " ".join(second.get(name, "").split())]
