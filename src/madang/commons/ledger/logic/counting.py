"""Do the running numbers in the entries leave no act out? Each kind of act is counted from 1."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

MAX_NAMED = 5


@dataclass
class Kind:
    """The numbers of one kind of act seen so far. Memory stays small while they come in order."""

    reached: int = 0
    ahead: set[int] = field(default_factory=set)
    doubled: list[int] = field(default_factory=list)

    def take(self, number: int) -> None:
        if number <= self.reached or number in self.ahead:
            self.doubled.append(number)
            return
        self.ahead.add(number)
        while self.reached + 1 in self.ahead:
            self.reached += 1
            self.ahead.remove(self.reached)

    @property
    def missing(self) -> list[tuple[int, int]]:
        """Ranges, both ends included, that are below the highest number seen but absent."""
        gaps, before = [], self.reached
        for number in sorted(self.ahead):
            if number > before + 1:
                gaps.append((before + 1, number - 1))
            before = number
        return gaps


def running_number(entry: bytes) -> tuple[str, int | None]:
    """The kind of act of an entry and its number; `None` in entries of version 1, -1 if it is no number."""
    try:
        value = json.loads(entry)
        act, number = str(value.get("act", "")), value.get("n")
    except (ValueError, AttributeError, RecursionError):
        return "", None
    if number is None:
        return act, None
    return act, number if type(number) is int and number > 0 else -1


class Counts:
    """Takes entries in the order of the log. Entries of version 1 have no number and are only counted."""

    def __init__(self) -> None:
        self.kinds: dict[str, Kind] = {}
        self.unnumbered = 0
        self.odd: list[int] = []
        """Places of entries without a number although their kind was numbered before, or with a strange one."""

    def take(self, index: int, entry: bytes) -> None:
        """Note one entry."""
        act, number = running_number(entry)
        if number is None:
            self.unnumbered += 1
            if act in self.kinds:
                self.odd.append(index)
        elif number > 0:
            self.kinds.setdefault(act, Kind()).take(number)
        else:
            self.odd.append(index)

    @property
    def faults(self) -> list[str]:
        """What is wrong, a line each: which numbers of which kind are missing or stand twice."""
        found = []
        for act, kind in sorted(self.kinds.items()):
            if kind.missing:
                found.append(f"{act}: missing {_ranges(kind.missing)}")
            if kind.doubled:
                found.append(f"{act}: twice {_ranges([(n, n) for n in sorted(set(kind.doubled))])}")
        if self.odd:
            found.append(f"without a number: entry {_ranges([(n, n) for n in self.odd])}")
        return found


def _ranges(ranges: list[tuple[int, int]]) -> str:
    named = ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in ranges[:MAX_NAMED])
    return named + (", …" if len(ranges) > MAX_NAMED else "")
