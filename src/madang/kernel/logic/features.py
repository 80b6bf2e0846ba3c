"""Texts as numbers that a linear method can weigh: words and runs of letters, the rarer the heavier.

`features_of`: two blocks of equal weight, the tokens that the caller found (morphemes, or words where there is no tokenizer),
and runs of two to four letters, which know endings, missing spaces and slips. Within a block a part counts 1 + ln(times)
times ln((1 + texts) / texts that have it), and each text has length one (TF-IDF). What only one text has says nothing about
another and is left out.

`Vocabulary` keeps the parts of one block and how rare they were, so that texts that come later are weighed alike;
`joined` puts blocks side by side with the weights that the caller gives them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

RUNS = (2, 3, 4)
MOST_LETTERS = 2_000  # a very long text says by then what it is about
_PAIRS = 1 << 20  # handled at a time
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Features:
    """`size` texts; text i has `weight[start[i]:start[i+1]]` of the features `feature[...]`, of `width` in all."""

    start: Array
    feature: Array
    weight: Array
    width: int

    @property
    def size(self) -> int:
        return len(self.start) - 1

    def rows(self, chosen: Array) -> Features:
        """Some of the texts, in the order asked for."""
        lengths = (self.start[1:] - self.start[:-1])[chosen]
        start = np.concatenate(([0], np.cumsum(lengths)))
        at = np.arange(start[-1]) + np.repeat(self.start[:-1][chosen] - start[:-1], lengths)
        return Features(start, self.feature[at], self.weight[at], self.width)

    def times(self, weights: Array) -> Array:
        """Each text's features weighed: a row for each text, a column for each column of `weights`."""
        found = np.zeros((self.size, weights.shape[1]))
        for first in range(0, self.size, 4_096):
            last = min(self.size, first + 4_096)
            begin, end = self.start[first], self.start[last]
            part = weights[self.feature[begin:end]] * self.weight[begin:end, None]
            text = np.repeat(np.arange(last - first), np.diff(self.start[first : last + 1]))
            for column in range(weights.shape[1]):
                found[first:last, column] = np.bincount(text, part[:, column], last - first)
        return found

    def gathered(self, values: Array) -> Array:
        """The transpose: `values` has a row for each text; gives a row for each feature."""
        text = np.repeat(np.arange(self.size), np.diff(self.start))
        columns = [
            np.bincount(self.feature, self.weight * values[text, column], self.width)
            for column in range(values.shape[1])
        ]
        return np.stack(columns, axis=1)

    def likeness(self) -> Array:
        """How like each two texts are: the sum of products of what they share, 1 for equal ones. Frequent features are
        multiplied as one block, rare ones pair by pair, those that equally many texts have at a time."""
        text = np.repeat(np.arange(self.size), np.diff(self.start))
        order = np.argsort(self.feature, kind="stable")
        often = np.bincount(self.feature, minlength=self.width)
        first = np.cumsum(often) - often
        most = max(16, self.size // 64)
        frequent = np.flatnonzero(often > most)
        column = np.full(self.width, -1)
        column[frequent] = np.arange(len(frequent))
        mine = column[self.feature] >= 0
        block = np.zeros((self.size, len(frequent)))
        block[text[mine], column[self.feature[mine]]] = self.weight[mine]
        found = block @ block.T
        flat = found.reshape(-1)
        for many in range(1, most + 1):
            some = first[often == many]
            for part in range(0, len(some), _PAIRS // (many * many)):
                at = order[some[part : part + _PAIRS // (many * many), None] + np.arange(many)]
                who, much = text[at], self.weight[at]
                pairs = who[:, :, None] * self.size + who[:, None, :]
                np.add.at(flat, pairs.reshape(-1), (much[:, :, None] * much[:, None, :]).reshape(-1))
        return found


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The parts of one block in the order of the alphabet, and the weight of each by its rarity."""

    parts: tuple[str, ...]
    rarity: Array
    number: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", {part: at for at, part in enumerate(self.parts)})

    def features(self, texts: Sequence[Iterable[str]]) -> Features:
        """The block of some texts, given as their parts. Parts that are not known here count nothing."""
        number = self.number
        feature: list[int] = []
        times: list[int] = []
        lengths = []
        for some in texts:
            known = sorted((number[part], often) for part, often in Counter(some).items() if part in number)
            feature += [at for at, _ in known]
            times += [often for _, often in known]
            lengths.append(len(known))
        start = np.concatenate(([0], np.cumsum(np.array(lengths, np.int64))))
        at = np.array(feature, np.int64)
        weight = (1.0 + np.log(np.array(times, np.float64))) * self.rarity[at] if len(at) else np.zeros(0)
        text = np.repeat(np.arange(len(lengths)), lengths)
        norm = np.sqrt(np.bincount(text, weight**2, len(lengths)))
        return Features(start, at, weight / np.maximum(norm, 1e-12)[text], len(self.parts))


def vocabulary(
    texts: Sequence[Iterable[str]], most: int | None = None, groups: Sequence[Hashable] | None = None
) -> Vocabulary:
    """What the texts of at least two `groups` have (unless told, at least two texts): a word that one person alone uses
    does not enter. Of more than `most` parts, those that the most texts have."""
    texts_with: Counter[str] = Counter()
    first: dict[str, Hashable] = {}
    several: set[str] = set()
    for some, who in zip(texts, groups if groups is not None else range(len(texts)), strict=True):
        own = set(some)
        texts_with.update(own)
        several.update(part for part in own if first.setdefault(part, who) != who)
    shared = list(several)
    if most is not None and len(shared) > most:
        shared = sorted(shared, key=lambda part: (-texts_with[part], part))[:most]
    # Numbered in the order of the alphabet, so that nothing depends on who wrote first.
    parts = tuple(sorted(shared))
    return Vocabulary(parts, np.array([math.log((1 + len(texts)) / texts_with[part]) for part in parts]))


def joined(blocks: Sequence[Features], shares: Sequence[float]) -> Features:
    """Blocks of the same texts side by side. `shares` are how much each adds to the likeness of two texts."""
    lengths = sum(np.diff(block.start) for block in blocks)
    start = np.concatenate(([0], np.cumsum(lengths)))
    feature, weight = np.empty(start[-1], np.int64), np.empty(start[-1])
    place, shift = start[:-1].copy(), 0
    for block, share in zip(blocks, shares, strict=True):
        length = np.diff(block.start)
        at = np.arange(block.start[-1]) + np.repeat(place - block.start[:-1], length)
        feature[at], weight[at] = block.feature + shift, block.weight * math.sqrt(share)
        place, shift = place + length, shift + block.width
    return Features(start, feature, weight, shift)


def features_of(texts: Sequence[str], tokens: Sequence[Sequence[str]]) -> Features:
    """The features of all texts of a poll. `tokens[i]` are those of `texts[i]`; raises ValueError when there are not as
    many. Texts without any known part have none."""
    if len(texts) != len(tokens):
        raise ValueError("every text has its tokens")
    blocks = [vocabulary(some).features(some) for some in (tokens, [runs(text) for text in texts])]
    return joined(blocks, (0.5, 0.5))


def words(text: str) -> list[str]:
    """The words of a text in lower case, without signs."""
    return _NOT_LETTERS.sub(" ", text.lower()).split()


def runs(text: str, sizes: Sequence[int] = RUNS) -> list[str]:
    """All runs of two to four letters (or of other `sizes`) of a text, in lower case, words set apart."""
    plain = f" {_NOT_LETTERS.sub(' ', text[:MOST_LETTERS].lower()).strip()} "
    return [plain[at : at + size] for size in sizes for at in range(len(plain) - size + 1)]
