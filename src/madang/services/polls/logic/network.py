"""The network of words: which go together, how surely, in which groups, and where they are drawn.

An edge is drawn where two words stand together in at least `least` answers, more often than by chance (G² of 10.83, p < 0.001), and
still do so in at least `stable` of the resamplings of persons. So no edge hangs on a handful of busy people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from madang.services.polls.logic import association, louvain, places
from madang.services.polls.logic.counts import Counts, Pairs
from madang.services.polls.logic.words import Array, Corpus, pair_row, strongest

STABLE = 0.8


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be drawn: so many words and edges, pairs in at least `least` answers, stable in this share of resamplings."""

    words: int = 60
    edges: int = 120
    least: int = 5
    stable: float = STABLE


def network(corpus: Corpus, counts: Counts, pairs: Pairs, limits: Limits) -> dict[str, Any]:
    """Nodes, edges and groups, strongest first; words without an edge are left out and counted in `alone`."""
    chosen = strongest(counts, limits.words, limits.least)
    edges, tried = _edges(corpus, counts, pairs, chosen, limits)
    linked = [word for word in chosen if any(word in edge[:2] for edge in edges)]
    number = {word: at for at, word in enumerate(linked)}
    strength = {_ordered(number[one], number[other]): row["npmi"] for one, other, row in edges}
    whole = {edge: max(1, round(value * 1_000_000)) for edge, value in strength.items()}
    belongs = louvain.groups(len(linked), whole)
    where = places.lay_out(belongs, strength)
    words = [counts.vocabulary[word] for word in linked]
    return {
        "nodes": [
            {
                "word": words[at],
                "answers": int(counts.answers_with[word]),
                "group": belongs[at],
                "x": where[at][0],
                "y": where[at][1],
            }
            for at, word in enumerate(linked)
        ],
        "edges": [
            {"from": counts.vocabulary[one], "to": counts.vocabulary[other], **row}
            for one, other, row in edges
        ],
        "groups": [
            {"group": group, "words": [words[at] for at in range(len(words)) if belongs[at] == group]}
            for group in range(max(belongs, default=-1) + 1)
        ],
        "modularity": louvain.modularity(len(linked), whole, belongs),
        "tried": tried,
        "unstable": tried - len(edges) if len(edges) < limits.edges else None,
        "alone": len(chosen) - len(linked),
    }


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _edges(
    corpus: Corpus, counts: Counts, pairs: Pairs, chosen: list[int], limits: Limits
) -> tuple[list[tuple[int, int, dict[str, Any]]], int]:
    """Edges that are stable, the strongest first, and how many pairs were tried."""
    mine = np.isin(pairs.one, chosen) & np.isin(pairs.other, chosen) & (pairs.answers >= limits.least)
    rows = [(int(at), pair_row(counts, pairs, int(at))) for at in np.flatnonzero(mine)]
    rows = [(at, row) for at, row in rows if row["g2"] >= association.SURE]
    words = counts.vocabulary
    rows.sort(key=lambda one: (-one[1]["g2"], words[pairs.one[one[0]]], words[pairs.other[one[0]]]))
    needed = sorted({int(word) for at, _ in rows for word in (pairs.one[at], pairs.other[at])})
    windows = {word: corpus.windows_of(word) for word in needed}
    drawn = {word: corpus.resampled(corpus.persons_of(windows[word])) for word in needed}
    counted = np.flatnonzero(corpus.kept[corpus.chunk.answer])
    totals = _drawn_windows(corpus, counted)
    found: list[tuple[int, int, dict[str, Any]]] = []
    for at, row in rows:
        one, other = int(pairs.one[at]), int(pairs.other[at])
        shared = np.intersect1d(windows[one], windows[other], assume_unique=True)
        both = corpus.resampled(corpus.persons_of(shared))
        answers = corpus.resampled(corpus.persons[np.unique(corpus.chunk.answer[shared])])
        held = (answers >= limits.least) & (_g2(both, drawn[one], drawn[other], totals) >= association.SURE)
        stability = round(float(held.sum()) / len(held), 4)
        if stability >= limits.stable and len(found) < limits.edges:
            found.append((one, other, {**row, "stability": stability}))
    return found, len(rows)


def _drawn_windows(corpus: Corpus, windows: Array) -> Array:
    """Windows in each resampling: each person has some and counts some times."""
    each = np.bincount(corpus.persons_of(windows), minlength=len(corpus.weights))
    return np.array(
        [int((corpus.weights[:, at] * each).sum()) for at in range(corpus.weights.shape[1])], np.int64
    )


def _g2(both: Array, one: Array, other: Array, total: Array) -> Array:
    """Signed G² of many tables at once, rounded as the single one is."""
    a, n1, n2, n = (value.astype(np.float64) for value in (both, one, other, total))
    value = np.zeros(len(a))
    for cell, row, column in (
        (a, n1, n2),
        (n1 - a, n1, n - n2),
        (n2 - a, n - n1, n2),
        (n - n1 - n2 + a, n - n1, n - n2),
    ):
        safe = cell > 0
        ratio = np.where(safe, cell * n / np.where(safe, row * column, 1.0), 1.0)
        value += np.where(safe, cell * np.log(ratio), 0.0)
    return np.round(np.where(a * n > n1 * n2, 2.0 * value, -2.0 * value), 6)
