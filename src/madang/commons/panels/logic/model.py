"""What a lot is asked to do: people with values, quotas as bounds, one size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Quota:
    """How many seats people with one value of one feature get: at least `low`, at most `high`."""

    feature: int
    value: int
    low: int
    high: int


@dataclass(frozen=True)
class Problem:
    """Draw `size` of the people so that every quota holds.

    Attributes:
        people: for each person one value a feature, as numbers.
        households: for each person the household she belongs to, "" for none; with `apart` at most one of each.
    """

    people: tuple[tuple[int, ...], ...]
    quotas: tuple[Quota, ...]
    size: int
    households: tuple[str, ...] = ()
    apart: bool = False
    _made: dict[str, list[list[int]]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def rows(self) -> list[tuple[list[int], int, int]]:
        """The rules as (who counts, at least, at most). First the size, then the quotas, then the households."""
        every = list(range(len(self.people)))
        found = [(every, self.size, self.size)]
        found += [
            ([at for at in every if self.people[at][quota.feature] == quota.value], quota.low, quota.high)
            for quota in self.quotas
        ]
        return found + [(members, 0, 1) for members in self.homes]

    @property
    def homes(self) -> list[list[int]]:
        """Households of two and more, where that matters. Found once: every panel asks for them."""
        if "homes" not in self._made:
            members: dict[str, list[int]] = {}
            for at, home in enumerate(self.households if self.apart else ()):
                if home:
                    members.setdefault(home, []).append(at)
            self._made["homes"] = [members[home] for home in sorted(members) if len(members[home]) > 1]
        return self._made["homes"]

    def matrix(self) -> tuple[Ints, Ints, Ints]:
        """The rules as a matrix (one line a person, one column a rule) with its lower and upper bounds."""
        rows = self.rows
        table = np.zeros((len(self.people), len(rows)), dtype=np.int64)
        for column, (members, _low, _high) in enumerate(rows):
            table[members, column] = 1
        low = np.array([row[1] for row in rows], dtype=np.int64)
        return table, low, np.array([row[2] for row in rows], dtype=np.int64)

    def kinds(self) -> list[list[int]]:
        """People whom no rule tells apart; leximin gives them the same chance."""
        together: dict[tuple[object, ...], list[int]] = {}
        apart = {at: number for number, members in enumerate(self.homes) for at in members}
        for at, values in enumerate(self.people):
            together.setdefault((*values, apart.get(at, -1)), []).append(at)
        return list(together.values())


def faults(problem: Problem, panel: Sequence[int]) -> list[str]:
    """Why this is no panel, in integers; empty when it is one."""
    wrong = []
    if len(set(panel)) != len(panel) or len(panel) != problem.size:
        wrong.append("size")
    seats = Counter((feature, value) for at in panel for feature, value in enumerate(problem.people[at]))
    for quota in problem.quotas:
        got = seats[quota.feature, quota.value]
        if not quota.low <= got <= quota.high:
            wrong.append(f"quota {quota.feature}.{quota.value}: {got}")
    chosen = set(panel)
    wrong += ["household" for members in problem.homes if len(chosen.intersection(members)) > 1]
    return wrong


def chances(panels: Iterable[Sequence[int]], people: int) -> list[int]:
    """In how many of the panels each person sits."""
    seats = Counter(at for panel in panels for at in panel)
    return [seats[at] for at in range(people)]


def apportion(shares: Sequence[int], seats: int) -> list[int]:
    """Seats by the largest remainder, in integers; of equal remainders the earlier one wins.

    Raises:
        ValueError: no share, or a negative one.
    """
    total = sum(shares)
    if total <= 0 or min(shares) < 0:
        raise ValueError("shares must be positive")
    given = [share * seats // total for share in shares]
    rest = sorted(range(len(shares)), key=lambda at: (-(shares[at] * seats % total), at))
    for at in rest[: seats - sum(given)]:
        given[at] += 1
    return given
