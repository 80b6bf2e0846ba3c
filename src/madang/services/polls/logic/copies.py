"""Which answers are copies of each other: the same letters, or nearly so. How many there are is kept.

The same text from another person is another voice; from the same person it is the same voice twice. Nearly the same are texts
of twelve letters and more whose likeness (Dice over pairs of letters, as in the opinions' gate) is 0.8 or more. Candidates are found by
MinHash in fifteen bands of two, which misses 3 in a hundred pairs at exactly 0.8, and 2 in a thousand at 0.85.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.services.polls.logic import near
from madang.services.polls.logic.near import LEAST_LETTERS, NEAR
from madang.services.polls.logic.store import Chunk

__all__ = ["ALL", "LEAST_LETTERS", "NEAR", "PERSONS", "TEXTS", "Copies", "found"]

PERSONS, TEXTS, ALL = "persons", "texts", "all"


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """`same[i]`: the first answer with the same letters. `first[i]`: the answer whose text stands for that of `i`, also where it
    is only nearly the same."""

    same: NDArray[Any]
    first: NDArray[Any]

    def counted(self, persons: NDArray[Any], mode: str) -> NDArray[np.bool_]:
        """Which answers are counted: all, one of each text, or (`persons`) one of each text and person."""
        if mode == ALL:
            return np.ones(len(self.first), bool)
        keys = self.first.astype(np.int64)
        if mode == PERSONS:
            keys = keys * (int(persons.max(initial=0)) + 1) + persons
        kept = np.zeros(len(keys), bool)
        kept[np.unique(keys, return_index=True)[1]] = True
        return kept


def found(chunk: Chunk) -> Copies:
    """The copies among all answers."""
    _, firsts, inverse = np.unique(chunk.copy, return_index=True, return_inverse=True)
    same = firsts[inverse]
    # In an order that the texts themselves give, so that the order of the file decides nothing.
    unique = firsts[chunk.letters[firsts] >= LEAST_LETTERS]
    unique = unique[np.lexsort((chunk.copy[unique], chunk.letters[unique]))]
    begins = np.cumsum(chunk.traced, dtype=np.int64) - chunk.traced
    leads = near.leaders(chunk.signature[unique], chunk.trace, begins[unique], chunk.traced[unique])
    first = np.arange(chunk.answers)
    first[unique[leads >= 0]] = unique[leads[leads >= 0]]
    return Copies(same, first[same])
