"""The tables of words: how many answers have a word, what sets one part of the answers apart, and what goes with a word.

Everything here starts from whole numbers (`counts`) and is computed once, after all answers have been counted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.services.polls.logic import association
from madang.services.polls.logic.counts import Counts, Pairs
from madang.services.polls.logic.store import Chunk

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Answers that have been read, whom they are from and which are counted. `persons`: number of each answer's person;
    `weights`: how often each person counts in each resampling."""

    chunk: Chunk
    kept: Array
    persons: Array
    weights: Array
    order: Array
    begins: Array

    def windows_of(self, word: int) -> Array:
        """Windows of counted answers that have the word, in order."""
        windows = self.chunk.window[self.order[self.begins[word] : self.begins[word + 1]]]
        return windows[self.kept[self.chunk.answer[windows]]]

    def persons_of(self, windows: Array) -> Array:
        return self.persons[self.chunk.answer[windows]]

    def resampled(self, persons: Array) -> Array:
        """How often these persons (one entry a mention) are drawn in each resampling."""
        return self.weights[persons].sum(axis=0, dtype=np.int64)


def corpus(chunk: Chunk, kept: Array, persons: Array, weights: Array) -> Corpus:
    """With an index of where each word stands."""
    order = np.argsort(chunk.word, kind="stable")
    begins = np.searchsorted(chunk.word[order], np.arange(len(chunk.vocabulary) + 1))
    return Corpus(chunk, kept, persons, weights, order, begins)


def strongest(counts: Counts, most: int, least: int) -> list[int]:
    """The words in the most answers, at least `least`; of equal ones in the order of the alphabet."""
    order = np.lexsort((np.arange(len(counts.vocabulary)), -counts.answers_with))
    return [int(at) for at in order[:most] if counts.answers_with[at] >= least]


def frequency(corpus: Corpus, counts: Counts, most: int, least: int) -> list[dict[str, Any]]:
    """The table of words. Intervals hold 95 of 100 resamplings of persons; ranks are by answers, equal counts share one."""
    chosen = strongest(counts, 2 * most, least)
    drawn = np.zeros((len(chosen), corpus.weights.shape[1]), np.int64)
    persons = []
    for row, word in enumerate(chosen):
        answers = np.unique(corpus.chunk.answer[corpus.windows_of(word)])
        drawn[row] = corpus.resampled(corpus.persons[answers])
        persons.append(len(np.unique(corpus.persons[answers])))
    totals = np.maximum(corpus.resampled(corpus.persons[corpus.kept]), 1)
    rows = []
    for row, word in enumerate(chosen[:most]):
        with_it = int(counts.answers_with[word])
        low, high = _middle(np.sort(drawn[row] / totals))
        above = np.sort(1 + (drawn > drawn[row]).sum(axis=0))
        best, worst = _middle(above)
        rows.append(
            {
                "word": counts.vocabulary[word],
                "rank": 1 + int((counts.answers_with > with_it).sum()),
                "rank_low": int(best),
                "rank_high": int(worst),
                "answers": with_it,
                "share": round(with_it / max(1, counts.answers), 6),
                "share_low": round(float(low), 6),
                "share_high": round(float(high), 6),
                "persons": persons[row],
                "denied": int(counts.denied_with[word]),
            }
        )
    return rows


def _middle(ordered: Array) -> tuple[Any, Any]:
    """The ends of the middle 95 of 100 values."""
    cut = len(ordered) // 40
    return ordered[cut], ordered[len(ordered) - 1 - cut]


def keyness(here: Counts, there: Counts, *, least: int, most: int) -> list[dict[str, Any]]:
    """What sets `here` apart from `there`: G² with a minus where the word is rarer here, strongest first.

    Words that stand in fewer than `least` answers of both together are left out. `p_corrected` allows for all words tried (Holm);
    `difference`: by how many percent the share here is above (below) that there, with its 95 % interval.
    """
    if not here.answers or not there.answers:
        return []
    both = here + there
    mine, theirs = here.table(), there.table()
    tried = [word for word, count in both.table().items() if count >= least]
    values = [
        association.g2(mine.get(word, 0), here.answers, mine.get(word, 0) + theirs.get(word, 0), both.answers)
        for word in tried
    ]
    corrected = association.holm([association.p_of(value) for value in values])
    order = sorted(range(len(tried)), key=lambda at: (-abs(values[at]), tried[at]))
    rows = []
    for at in order[:most]:
        word = tried[at]
        middle, low, high = association.difference(
            mine.get(word, 0), here.answers, theirs.get(word, 0), there.answers
        )
        rows.append(
            {
                "word": word,
                "answers": mine.get(word, 0),
                "reference_answers": theirs.get(word, 0),
                "g2": values[at],
                "p": association.p_of(values[at]),
                "p_corrected": corrected[at],
                "difference": middle,
                "difference_low": low,
                "difference_high": high,
            }
        )
    return rows


def together(counts: Counts, pairs: Pairs, word: str, *, most: int) -> list[dict[str, Any]]:
    """The words that stand with a word in the same window more often than by chance, strongest (G²) first."""
    place = _place(counts.vocabulary, word)
    if place is None:
        return []
    mine = np.flatnonzero((pairs.one == place) | (pairs.other == place))
    rows = []
    for at in mine:
        other = int(pairs.other[at] if pairs.one[at] == place else pairs.one[at])
        row = pair_row(counts, pairs, int(at))
        if row["g2"] > 0:
            rows.append({"word": counts.vocabulary[other], **row})
    rows.sort(key=lambda row: (-row["g2"], row["word"]))
    return rows[:most]


def pair_row(counts: Counts, pairs: Pairs, at: int) -> dict[str, Any]:
    """How far a pair says more than chance."""
    one, other = int(counts.windows_with[pairs.one[at]]), int(counts.windows_with[pairs.other[at]])
    both = int(pairs.windows[at])
    value = association.g2(both, one, other, counts.windows)
    return {
        "answers": int(pairs.answers[at]),
        "windows": both,
        "expected": association.expected(one, other, counts.windows),
        "g2": value,
        "p": association.p_of(value),
        "npmi": association.npmi(both, one, other, counts.windows),
    }


def _place(vocabulary: Sequence[str], word: str) -> int | None:
    place = bisect_left(vocabulary, word)
    return place if place < len(vocabulary) and vocabulary[place] == word else None
