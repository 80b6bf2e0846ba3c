"""Which answers are copies of each other: the same letters, or nearly so. How many there are is kept.

The same text from another person is another voice; from the same person it is the same voice twice. Nearly the same are texts
of twelve letters and more whose likeness (Dice over pairs of letters, as in the opinions' gate) is 0.8 or more. Candidates are found by
MinHash in fifteen bands of two, which misses 3 in a hundred pairs at exactly 0.8, and 2 in a thousand at 0.85.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic.gate import grams, likeness
from madang.services.polls.logic.store import BANDS, ROWS, Chunk

NEAR = 0.8
LEAST_LETTERS = 12
LEAST_EQUAL = 15
"""Equal minima (of thirty) from which two texts are compared."""
MOST_COMPARED, CLOSEST = 8, 4
"""Texts of one band whose minima are compared, and those (with most equal minima) whose letters are."""
REMEMBERED = 20_000
"""Texts whose pairs of letters are kept at hand: some 80 MB."""
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


def found(chunk: Chunk, text_of: Callable[[int], str]) -> Copies:
    """The copies among all answers. `text_of` gives the letters of one (see boilerplate.squeezed)."""
    count = chunk.answers
    _, firsts, inverse = np.unique(chunk.copy, return_index=True, return_inverse=True)
    same = firsts[inverse]
    # In an order that the texts themselves give, so that the order of the file decides nothing.
    unique = firsts[chunk.letters[firsts] >= LEAST_LETTERS]
    unique = unique[np.lexsort((chunk.copy[unique], chunk.letters[unique]))]
    leaders = _near(chunk.signature[unique], [int(at) for at in unique], text_of)
    leads = np.arange(count)
    leads[list(leaders)] = list(leaders.values())
    first = leads[same]
    return Copies(same, first)


def _near(signature: NDArray[Any], ids: Sequence[int], text_of: Callable[[int], str]) -> dict[int, int]:
    """Each text that is nearly the same as one before it, with that one."""
    bands = signature.reshape(len(ids), BANDS, ROWS).astype(np.uint64)
    keys = bands[:, :, 0] << np.uint64(32) | bands[:, :, 1]
    shared = np.zeros(keys.shape, bool)
    for band in range(BANDS):
        _, inverse, counts = np.unique(keys[:, band], return_inverse=True, return_counts=True)
        shared[:, band] = counts[inverse] > 1
    boxes: dict[tuple[int, int], list[int]] = defaultdict(list)
    leaders: dict[int, int] = {}

    @lru_cache(maxsize=REMEMBERED)
    def trace(at: int) -> Counter[str]:
        return grams(text_of(ids[at]))

    for at in map(int, np.flatnonzero(shared.any(axis=1))):
        mine = [(int(band), int(keys[at, band])) for band in np.flatnonzero(shared[at])]
        candidates = sorted({other for box in mine for other in boxes[box][:MOST_COMPARED]})
        best = (0.0, 0)
        if candidates:
            agree = (signature[candidates] == signature[at]).sum(axis=1)
            # At a likeness of 0.8 twenty of the thirty minima are equal on average.
            close = sorted((-equal, other) for equal, other in zip(agree.tolist(), candidates, strict=True))
            for equal, other in close[:CLOSEST]:
                if -equal >= LEAST_EQUAL:
                    best = max(best, (likeness(trace(at), trace(other)), -other))
        if best[0] >= NEAR:
            leaders[ids[at]] = ids[-best[1]]
        else:
            for box in mine:
                boxes[box].append(at)
    return leaders
