"""The four tables of whole numbers from which the axes of the map follow.

For each pair of statements (j, k), over the people who voted on both: how many they are, the sum of their votes on
j, the sum of their votes on k, and the sum of the products. The second table turned over is the third, so
three are kept. Whole numbers do not care about order: the tables are the same to the last bit whatever the
order of the votes, however they were spread over machines, and a vote that is taken out leaves no trace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import kernels
from madang.commons.opinions.logic.ballots import Ballots

Array = NDArray[Any]

_CELLS = 1 << 22  # cells of a dense block: 16 MB as float32


@dataclass(slots=True, eq=False)
class Tables:
    """`both`, `left` and `product` are square: n_jk, Σv_j and Σv_j·v_k; `people` counts those with a vote.

    The diagonal of `both` says how many voted on a statement, that of `left` the sum of their votes, and that
    of `product` how many did not pass.
    """

    people: int
    both: Array
    left: Array
    product: Array

    @classmethod
    def empty(cls, statements: int) -> Tables:
        shape = (statements, statements)
        return cls(0, np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(shape, np.int32))

    @property
    def statements(self) -> int:
        return len(self.both)

    def change(self, ballot: Mapping[int, int], statement: int, value: int | None) -> None:
        """Counts a vote that is new, changed, or withdrawn (`value` None), in O(votes of the person).

        `ballot` are the votes of the person before the change, by statement; it is not changed here.
        """
        before = ballot.get(statement)
        if before == value:
            return
        others = {other: vote for other, vote in ballot.items() if other != statement}
        at = np.fromiter(others, np.intp, len(others))
        votes = np.fromiter(others.values(), np.int32, len(others))
        if before is not None:
            self._count(at, votes, statement, before, -1)
        if value is not None:
            self._count(at, votes, statement, value, 1)
        if not others:
            self.people += (value is not None) - (before is not None)

    def add(self, ballot: Mapping[int, int], sign: int = 1) -> None:
        """Counts (or with -1 takes out) all votes of one person, whose other votes are not in the tables."""
        if not ballot:
            return
        at = np.fromiter(ballot, np.intp, len(ballot))
        votes = np.fromiter(ballot.values(), np.int32, len(ballot))
        grid = np.ix_(at, at)
        self.both[grid] += np.int32(sign)
        self.left[grid] += sign * votes[:, None]
        self.product[grid] += sign * votes[:, None] * votes
        self.people += sign

    def erase(self, ballot: Mapping[int, int]) -> None:
        """Takes out a person whose votes were `ballot`: afterwards the tables are as if they had never voted."""
        self.add(ballot, -1)

    def grow(self, statements: int) -> None:
        """Makes room for new statements at the end."""
        wider = statements - self.statements
        if wider > 0:
            for name in ("both", "left", "product"):
                setattr(self, name, np.pad(getattr(self, name), (0, wider)))

    def keep(self, kept: Array) -> Tables:
        """The tables of the statements where the mask `kept` is true. `people` stays the number of all."""
        grid = np.ix_(kept, kept)
        return Tables(self.people, self.both[grid], self.left[grid], self.product[grid])

    def __add__(self, other: Tables) -> Tables:
        """Tables of two groups of people that have nobody in common."""
        return self._with(other, 1)

    def __sub__(self, other: Tables) -> Tables:
        return self._with(other, -1)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Tables)
            and self.people == other.people
            and np.array_equal(self.both, other.both)
            and np.array_equal(self.left, other.left)
            and np.array_equal(self.product, other.product)
        )

    __hash__ = None  # type: ignore[assignment]

    def digest(self) -> str:
        """SHA-256 of the tables: `madang-opinions-tables-1`, a zero byte, then as signed little-endian 8-byte
        numbers: statements, people, and row by row `both` (from the diagonal), `left` (all), `product` (from the
        diagonal). Whoever counts the public votes gets the same.
        """
        digest = hashlib.sha256(b"madang-opinions-tables-1\0")
        digest.update(np.array([self.statements, self.people], "<i8").tobytes())
        for table, whole in ((self.both, False), (self.left, True), (self.product, False)):
            for at, row in enumerate(table):
                digest.update((row if whole else row[at:]).astype("<i8").tobytes())
        return digest.hexdigest()

    def _with(self, other: Tables, sign: int) -> Tables:
        if self.statements != other.statements:
            raise ValueError(
                f"tables of {self.statements} and {other.statements} statements do not fit together"
            )
        return Tables(
            self.people + sign * other.people,
            self.both + sign * other.both,
            self.left + sign * other.left,
            self.product + sign * other.product,
        )

    def _count(self, at: Array, votes: Array, statement: int, value: int, sign: int) -> None:
        self.both[statement, at] += sign
        self.both[at, statement] += sign
        self.both[statement, statement] += sign
        self.left[statement, at] += sign * value
        self.left[at, statement] += sign * votes
        self.left[statement, statement] += sign * value
        self.product[statement, at] += sign * value * votes
        self.product[at, statement] += sign * value * votes
        self.product[statement, statement] += sign * value * value


def tables_of(ballots: Ballots, *, times: Array | None = None, compiled: bool | None = None) -> Tables:
    """The tables of everybody, from scratch. `times` counts a person more than once, or not at all.

    `compiled` chooses the way of counting, which changes the speed alone; None chooses by size.
    """
    if kernels.worth(ballots) if compiled is None else compiled:
        return Tables(*kernels.count_pairs(ballots, times))
    return _dense(ballots, times)


def merged(parts: Iterable[Tables]) -> Tables:
    """One table from those of several machines or processes."""
    whole: Tables | None = None
    for part in parts:
        whole = part if whole is None else whole + part
    if whole is None:
        raise ValueError("no tables to merge")
    return whole


def _dense(ballots: Ballots, times: Array | None) -> Tables:
    """Counts with matrix products. The sums are whole numbers below 2²⁴ within a block, so they are exact."""
    size = ballots.statements
    tables = Tables.empty(size)
    step = min(1 << 14, max(1, _CELLS // max(size, 1)))
    for begin in range(0, ballots.people, step):
        end = min(begin + step, ballots.people)
        cells = slice(int(ballots.start[begin]), int(ballots.start[end]))
        at = (ballots.owners(begin, end), ballots.statement[cells])
        seen, vote = np.zeros((end - begin, size), np.float32), np.zeros((end - begin, size), np.float32)
        seen[at], vote[at] = 1, ballots.value[cells]
        often = (np.ones(end - begin) if times is None else times[begin:end]).astype(np.float32)[:, None]
        tables.both += ((seen * often).T @ seen).astype(np.int32)
        tables.left += ((vote * often).T @ seen).astype(np.int32)
        tables.product += ((vote * often).T @ vote).astype(np.int32)
        tables.people += int(often[seen.any(axis=1)].sum())
    return tables
