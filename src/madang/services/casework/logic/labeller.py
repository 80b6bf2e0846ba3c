"""Which label would people give a text? Learned from texts that people labelled, with a confidence that means something.

Three blocks of features: runs of letters of the title, words of the whole, runs of letters of the whole (`kernel.logic.features`).
One least-squares model with a penalty (`kernel.logic.suggest`), which has one exact solution. How much each block counts and
how strong the penalty is are chosen among a few fixed settings by what the model says about texts whose writer it has not
seen; the confidence is set from the same, so nothing that is tested on later has been looked at.

Runs of letters need no dictionary and no tokenizer: a title of any language is read in a millisecond by a web process.
"""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from madang.kernel.logic import suggest
from madang.kernel.logic.features import Features, Vocabulary, joined, runs, vocabulary, words

Array = NDArray[Any]

VERSION = 1  # of the method; raised with every change of what a model learned from the same texts would say
MOST = 5_000  # texts that are learned from; of more, the last
PARTS = 60_000  # different parts of one block that are kept
CHOSEN_FROM = 800  # texts that the setting is chosen by
LETTERS = 1_500  # of a text; by then it has said what it is about
MIXES = ((0.2, 0.1, 0.7), (0.34, 0.33, 0.33), (0.6, 0.1, 0.3))
PENALTIES = (0.5, 1.5)
SHOWN = 3
_MAGIC = b"madang-labeller-1\n"


class Text(NamedTuple):
    """What somebody wrote. `title` may be empty, and so may `body`."""

    title: str
    body: str = ""


class Suggestion(NamedTuple):
    """A label, and of such suggestions the part (0 to 1) that people gave too."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Labeller:
    """What was learned. `weights` by part and label; `mean`: how often each label was given; `sharpness` and `steps` make
    scores into shares and shares into confidences. `facts`: how it was learned (`texts`, `mix`, `penalty`, `digest` …)."""

    labels: tuple[str, ...]
    vocabularies: tuple[Vocabulary, ...]
    mix: tuple[float, ...]
    weights: Array
    mean: Array
    sharpness: float
    steps: tuple[Array, Array]
    facts: dict[str, Any]

    def features(self, texts: Sequence[Text]) -> Features:
        """The texts as this model sees them."""
        blocks = [known.features(some) for known, some in zip(self.vocabularies, _blocks(texts), strict=True)]
        return joined(blocks, self.mix)

    def scores(self, texts: Sequence[Text]) -> Array:
        """A row for each text, a column for each label, before anything is calibrated."""
        scores: Array = self.features(texts).times(self.weights) + self.mean
        return scores

    def shares(self, scores: Array) -> Array:
        """How likely each label is; each row sums to 1."""
        return suggest.shares_of(scores, self.sharpness)

    def suggest(self, title: str, body: str = "", shown: int = SHOWN) -> list[Suggestion]:
        """The likeliest labels, best first; none where the text has nothing in common with what was learned from."""
        texts = [Text(title, body)]
        if not len(self.features(texts).feature):
            return []
        shares = self.shares(self.scores(texts))[0]
        sure = np.interp(shares, *self.steps)
        best = np.argsort(-shares, kind="stable")[:shown]
        return [Suggestion(self.labels[at], round(float(sure[at]), 3)) for at in best]

    def dumped(self) -> bytes:
        """The model as bytes; equal models give equal bytes. They hold words and runs of letters that at least two groups
        (people) have used, and no text."""
        head = {
            "labels": self.labels,
            "parts": [known.parts for known in self.vocabularies],
            "mix": self.mix,
            "sharpness": self.sharpness,
            "facts": self.facts,
        }
        out = io.BytesIO()
        named = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        out.write(len(named).to_bytes(8, "big") + named)
        rarity = np.concatenate([known.rarity for known in self.vocabularies])
        for array in (self.weights, self.mean, rarity, *self.steps):
            np.save(out, array.astype(np.float32), allow_pickle=False)
        return _MAGIC + zlib.compress(out.getvalue(), 6)


def loaded(data: bytes) -> Labeller:
    """The model of `dumped`. Raises ValueError where these are not such bytes."""
    if not data.startswith(_MAGIC):
        raise ValueError("these bytes are no model of this program")
    file = io.BytesIO(zlib.decompress(data[len(_MAGIC) :]))
    head = json.loads(file.read(int.from_bytes(file.read(8), "big")))
    weights, mean, rarity, shares, levels = (np.load(file, allow_pickle=False) for _ in range(5))
    ends = np.cumsum([len(parts) for parts in head["parts"]])
    known = tuple(
        Vocabulary(tuple(parts), rarity[end - len(parts) : end].astype(np.float64))
        for parts, end in zip(head["parts"], ends, strict=True)
    )
    return Labeller(
        tuple(head["labels"]),
        known,
        tuple(head["mix"]),
        weights,
        mean.astype(np.float64),
        head["sharpness"],
        (shares.astype(np.float64), levels.astype(np.float64)),
        head["facts"],
    )


def learn(
    texts: Sequence[Text], labels: Sequence[str], groups: Sequence[Hashable] | None = None
) -> Labeller | None:
    """A model of texts, oldest first, and the label of each. None while they have fewer than two labels, or nothing in common.

    `groups[i]`: who wrote text i, or what else belongs together; unless told, every text stands by itself. Confidence and
    setting are judged on what is said about a text without its whole group."""
    texts, labels = texts[-MOST:], labels[-MOST:]
    who = list(groups)[-MOST:] if groups is not None else list(range(len(texts)))
    if len(set(labels)) < 2 or len(set(who)) < 2:
        return None
    parts = _blocks(texts)
    known = tuple(vocabulary(some, PARTS, who) for some in parts)
    blocks = [one.features(some) for one, some in zip(known, parts, strict=True)]
    if not sum(block.width for block in blocks):
        return None
    mix, penalty = _setting(blocks, labels, who)
    together = joined(blocks, mix)
    model = suggest.learn(together, list(enumerate(labels)), who, penalty=penalty, most=MOST)
    if model is None:
        return None
    said = model.calibration()
    return Labeller(
        model.codes,
        known,
        mix,
        model.weights.astype(np.float32),
        model.mean,
        model.sharpness,
        model.steps,
        {
            "version": VERSION,
            "texts": len(texts),
            "groups": len(set(who)),
            "penalty": penalty,
            "top1": said["top1"],
            "top3": said["top3"],
            "error": said["error"],
            "digest": digest(texts, labels),
        },
    )


def digest(texts: Sequence[Text], labels: Sequence[str]) -> str:
    """What was learned from, as a hash: the same texts and labels in the same order give the same."""
    told = [[text.title, text.body, label] for text, label in zip(texts, labels, strict=True)]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _setting(
    blocks: Sequence[Features], labels: Sequence[str], who: Sequence[Hashable]
) -> tuple[tuple[float, ...], float]:
    """The mix and the penalty under which the labels of unseen groups are likeliest. Of many texts some are asked, evenly
    spread over time."""
    places = np.unique(np.linspace(0, len(labels) - 1, min(len(labels), CHOSEN_FROM)).astype(np.int64))
    some = [labels[at] for at in places]
    theirs = [who[at] for at in places]
    if len(set(some)) < 2 or len(set(theirs)) < 2:
        return MIXES[0], PENALTIES[1]
    alike = [block.rows(places).likeness() for block in blocks]
    best: tuple[float, tuple[float, ...], float] | None = None
    for mix in MIXES:
        likeness = np.tensordot(mix, np.stack(alike), axes=1)
        for penalty in PENALTIES:
            loss = suggest.loss(likeness, some, theirs, penalty)
            if best is None or loss < best[0] - 1e-9:
                best = (loss, mix, penalty)
    assert best is not None
    return best[1], best[2]


def _blocks(texts: Sequence[Text]) -> list[list[list[str]]]:
    whole = [f"{text.title}\n{text.body}"[:LETTERS] for text in texts]
    return [
        [runs(text.title[:LETTERS], (2, 3, 4)) for text in texts],
        [words(text) for text in whole],
        [runs(text, (2, 3)) for text in whole],
    ]
