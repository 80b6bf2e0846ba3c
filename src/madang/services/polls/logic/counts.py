"""Counts of words and of pairs of words in answers. Whole numbers that add up: any division of the answers gives the same sums.

`Counts` says of each word in how many answers and in how many windows it stands, and in how many answers it is denied;
`Pairs` says of two words in how many windows, and in how many answers, they stand together. A window is an answer, or a
sentence of an answer over 200 letters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.services.polls.logic.store import Chunk

Array = NDArray[Any]
_AT_ONCE = 4_000_000  # pairs that are held before they are added up


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """`answers_with`, `windows_with`, `denied_with`: one number for each word of `vocabulary`, which is sorted."""

    vocabulary: tuple[str, ...]
    answers: int
    windows: int
    answers_with: Array
    windows_with: Array
    denied_with: Array

    @classmethod
    def of(cls, chunk: Chunk, kept: Array | None = None) -> Counts:
        """The counts of the answers that are kept (one truth value each; all where none is given)."""
        kept = np.ones(chunk.answers, bool) if kept is None else kept
        size = len(chunk.vocabulary)
        answer = chunk.answer[chunk.window]
        counted = kept[answer]
        word, answer, denied = chunk.word[counted].astype(np.int64), answer[counted], chunk.denied[counted]
        return cls(
            tuple(chunk.vocabulary),
            int(kept.sum()),
            int(kept[chunk.answer].sum()),
            _once(word, answer, size),
            np.bincount(word, minlength=size),
            _once(word[denied], answer[denied], size),
        )

    def __add__(self, other: Counts) -> Counts:
        at: tuple[Any, ...]
        if self.vocabulary == other.vocabulary:
            words, at = self.vocabulary, (slice(None), slice(None))
        else:
            words = tuple(sorted({*self.vocabulary, *other.vocabulary}))
            place = {word: number for number, word in enumerate(words)}
            at = tuple(np.array([place[word] for word in one.vocabulary], np.int64) for one in (self, other))
        sums = []
        for name in ("answers_with", "windows_with", "denied_with"):
            total = np.zeros(len(words), np.int64)
            total[at[0]] += getattr(self, name)
            total[at[1]] += getattr(other, name)
            sums.append(total)
        return Counts(words, self.answers + other.answers, self.windows + other.windows, *sums)

    def table(self) -> dict[str, int]:
        """Answers with each word, for reading and for comparing two counts."""
        return {
            word: int(count) for word, count in zip(self.vocabulary, self.answers_with, strict=True) if count
        }


def _once(word: Array, answer: Array, size: int) -> Array:
    """How many answers have each word, however often."""
    pairs = _distinct(word << 32 | answer)
    return np.bincount(pairs >> 32, minlength=size)


def _distinct(values: Array) -> Array:
    """The different values, in order."""
    values = np.sort(values)
    return values[np.concatenate(([True], values[1:] != values[:-1]))] if len(values) else values


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """`one`, `other`: numbers of words (the first is smaller), in order; `windows`, `answers`: with both of them."""

    one: Array
    other: Array
    windows: Array
    answers: Array

    @classmethod
    def of(cls, chunk: Chunk, words: Array, kept: Array | None = None) -> Pairs:
        """Pairs of the words that are wanted (one truth value for each of the vocabulary)."""
        kept = np.ones(chunk.answers, bool) if kept is None else kept
        total = cls.none()
        for one, other, window in _meetings(chunk, words, kept):
            answer = chunk.answer[window].astype(np.int64)
            keys, inverse, windows = np.unique(one << 32 | other, return_inverse=True, return_counts=True)
            in_answers = _distinct(inverse.astype(np.int64) << 32 | answer) >> 32
            answers = np.bincount(in_answers, minlength=len(keys))
            total += cls(keys >> 32, keys & np.int64(0xFFFFFFFF), windows, answers)
        return total

    @classmethod
    def none(cls) -> Pairs:
        return cls(*(np.zeros(0, np.int64) for _ in range(4)))

    def __add__(self, other: Pairs) -> Pairs:
        """Only of counts over the same vocabulary."""
        keys = np.concatenate((self.one << 32 | self.other, other.one << 32 | other.other))
        found, inverse = np.unique(keys, return_inverse=True)
        sums = np.zeros((2, len(found)), np.int64)
        np.add.at(sums[0], inverse, np.concatenate((self.windows, other.windows)))
        np.add.at(sums[1], inverse, np.concatenate((self.answers, other.answers)))
        return Pairs(found >> 32, found & np.int64(0xFFFFFFFF), sums[0], sums[1])

    def at_least(self, answers: int) -> Pairs:
        """Those that stand together in so many answers."""
        enough = self.answers >= answers
        return Pairs(self.one[enough], self.other[enough], self.windows[enough], self.answers[enough])


def _meetings(chunk: Chunk, words: Array, kept: Array) -> Iterable[tuple[Array, Array, Array]]:
    """Pairs of different words in one window, in batches that end with an answer: first, second, window."""
    counted = kept[chunk.answer[chunk.window]] & words[chunk.word]
    word, window = chunk.word[counted].astype(np.int64), chunk.window[counted].astype(np.int64)
    order = np.lexsort((word, window))
    word, window = word[order], window[order]
    if not len(word):
        return
    begins = np.flatnonzero(np.concatenate(([True], window[1:] != window[:-1])))
    sizes = np.diff(np.concatenate((begins, [len(word)])))
    answers = chunk.answer[window[begins]]
    costs = np.cumsum(sizes * (sizes - 1) // 2)
    low = 0
    while low < len(begins):
        spent = costs[low - 1] if low else 0
        high = max(low + 1, int(np.searchsorted(costs, spent + _AT_ONCE, "right")))
        while high < len(begins) and answers[high] == answers[high - 1]:
            high += 1
        ones, others, where = [], [], []
        for size in np.unique(sizes[low:high]):
            if size < 2:
                continue
            first = begins[low:high][sizes[low:high] == size]
            rows = word[first[:, None] + np.arange(size)]
            left, right = np.triu_indices(int(size), 1)
            ones.append(rows[:, left].ravel())
            others.append(rows[:, right].ravel())
            where.append(np.repeat(window[first], len(left)))
        if ones:
            yield np.concatenate(ones), np.concatenate(others), np.concatenate(where)
        low = high
