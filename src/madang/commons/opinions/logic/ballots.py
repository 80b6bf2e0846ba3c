"""Everybody's current votes, one row after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import draws

Array = NDArray[Any]

AGREE, PASS, DISAGREE = 1, 0, -1


@dataclass(frozen=True, slots=True)
class Ballots:
    """The votes of person `i` are the entries `start[i]` to `start[i + 1]`; their statements rise within a row.

    `statement` are column numbers from 0; `value` is 1 (agree), 0 (pass) or -1 (disagree).
    """

    statements: int
    start: Array
    statement: Array
    value: Array

    @property
    def people(self) -> int:
        return len(self.start) - 1

    @property
    def votes(self) -> int:
        return len(self.value)

    def counts(self) -> Array:
        """How many votes each person has cast."""
        return np.diff(self.start)

    def owners(self, begin: int = 0, end: int | None = None) -> Array:
        """The person of each vote, for the people from `begin` to before `end`; counted from `begin`."""
        counts = np.diff(self.start[begin : (self.people if end is None else end) + 1])
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    def rows(self, chosen: Array) -> Ballots:
        """The ballots of `chosen` people alone, in that order; a person may be chosen twice."""
        counts = self.counts()[chosen]
        start = _starts(counts)
        taken = np.repeat(self.start[:-1][chosen] - start[:-1], counts) + np.arange(start[-1])
        return Ballots(self.statements, start, self.statement[taken], self.value[taken])

    def columns(self, kept: Array) -> Ballots:
        """The votes on the statements where the mask `kept` is true, numbered anew from 0."""
        stays = kept[self.statement]
        number = np.cumsum(kept) - 1
        start = np.concatenate(([0], np.cumsum(stays)))[self.start]
        return Ballots(
            int(kept.sum()),
            start.astype(self.start.dtype),
            number[self.statement[stays]].astype(self.statement.dtype),
            self.value[stays],
        )

    def fingerprints(self) -> NDArray[np.uint64]:
        """A word of 64 bits for each ballot, by which people can be put in an order that names nobody.

        People with the same word hold the same ballot, so their order does not matter.
        """
        words = draws.fingerprints(self.statement.astype(np.int64) * 3 + self.value + 1)
        sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(words, dtype=np.uint64)))
        return sums[self.start[1:]] - sums[self.start[:-1]]


def ballots_of(
    person: Sequence[int] | Array,
    statement: Sequence[int] | Array,
    value: Sequence[int] | Array,
    *,
    people: int | None = None,
    statements: int | None = None,
) -> Ballots:
    """Ballots from votes in the order they were cast: a later vote of a person on a statement replaces the earlier.

    Raises ValueError where the three differ in length, a number is out of range or a value is not -1, 0 or 1.
    """
    who, what, how = (
        np.asarray(person, np.int64),
        np.asarray(statement, np.int64),
        np.asarray(value, np.int64),
    )
    if not len(who) == len(what) == len(how):
        raise ValueError("person, statement and value must be equally long")
    people = int(who.max()) + 1 if people is None and len(who) else people or 0
    statements = int(what.max()) + 1 if statements is None and len(what) else statements or 0
    for name, numbers, limit in (("person", who, people), ("statement", what, statements)):
        if len(numbers) and (numbers.min() < 0 or numbers.max() >= limit):
            raise ValueError(f"{name} must be from 0 to {limit - 1}")
    if len(how) and np.abs(how).max() > 1:
        raise ValueError("a vote is 1 (agree), 0 (pass) or -1 (disagree)")
    cell = who * max(statements, 1) + what
    order = np.argsort(cell, kind="stable")
    last = np.ones(len(order), bool)
    last[:-1] = cell[order][1:] != cell[order][:-1]
    order = order[last]
    column = np.int16 if statements < 2**15 else np.int32
    return Ballots(
        statements,
        _starts(np.bincount(who[order], minlength=people)),
        what[order].astype(column),
        how[order].astype(np.int8),
    )


def _starts(counts: Array) -> Array:
    start = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=start[1:])
    return start
