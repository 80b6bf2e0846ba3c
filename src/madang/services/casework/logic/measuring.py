"""How good are the suggestions on labelled texts that the model has not seen?

Texts are put in parts by group (who wrote them). Each part is labelled by a model that learned from the others alone, its
setting and its calibration included; and what is the same, but for spaces and signs, as a text that is asked about (or has
the same long title) is not learned from by that model, whoever wrote it. Beside it stand two plain ways: always the most frequent labels, and the labels of the nearest texts.
Nothing is drawn by lot but the intervals, and those by a fixed seed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic.persons import bootstrap
from madang.kernel.logic.intervals import wilson
from madang.kernel.logic.parts import parts_of
from madang.services.casework.logic import labeller
from madang.services.casework.logic.labeller import Text

Array = NDArray[Any]

FOLDS = 5
BINS = 10
MOST = 12_000  # texts that are measured; of more, evenly spread ones
SEED = 1
LONG = 12  # letters of a title by which a copy is known
_SIGNS = re.compile(r"[\W_]+")


class Row(NamedTuple):
    """A text, its label, its group, and the names under which its copies are known."""

    text: Text
    label: str
    group: str
    names: tuple[str, ...]


def distinct(texts: Sequence[Text], labels: Sequence[str], groups: Sequence[str] | None) -> list[Row]:
    """Texts without those that repeat another with the same label. Without `groups`, equal texts are one."""
    found: dict[tuple[str, str], Row] = {}
    for at, (text, label) in enumerate(zip(texts, labels, strict=True)):
        whole, title = (_SIGNS.sub("", some.lower()) for some in (f"{text.title}{text.body}", text.title))
        # Whoever copies often changes the body a little and leaves the title.
        names = (f"whole {whole}", f"title {title}") if len(title) >= LONG else (f"whole {whole}",)
        found.setdefault((whole, label), Row(text, label, groups[at] if groups else names[-1], names))
    return list(found.values())


def measured(
    texts: Sequence[Text], labels: Sequence[str], groups: Sequence[str] | None = None
) -> dict[str, Any]:
    """Top-1 and top-3 with 95 % intervals beside the plain ways, and how far confidence can be believed.

    Raises:
        ValueError: with fewer than two labels, or all texts in one group.
    """
    given = len(texts)
    rows = distinct(texts, labels, groups)
    different = len(rows)
    if different > MOST:
        rows = [rows[int(at)] for at in np.linspace(0, different - 1, MOST)]
    labels, who = [row.label for row in rows], [row.group for row in rows]
    if len(set(labels)) < 2:
        raise ValueError("labels")
    folds = min(FOLDS, len(set(who)))
    if folds < 2:
        raise ValueError("groups")
    part = parts_of(who, folds)
    ranks: dict[str, list[list[str]]] = {
        name: [[] for _ in rows] for name in ("model", "frequent", "nearest")
    }
    before, after = np.zeros(len(rows)), np.zeros(len(rows))
    for fold in range(folds):
        _fold(rows, np.flatnonzero(part == fold), np.flatnonzero(part != fold), ranks, before, after)
    hits = {name: _hits(orders, labels) for name, orders in ranks.items()}
    own = hits["model"]
    often = Counter(labels)
    return {
        "rows": given,
        "texts": different,
        "measured": len(rows),
        "labels": len(often),
        "single": sum(1 for count in often.values() if count == 1),
        "groups": len(set(who)),
        "folds": folds,
        "ways": {name: _spans(found, who) for name, found in hits.items()},
        "ahead": {name: _spans(own - hits[name], who, signed=True) for name in ("frequent", "nearest")},
        "calibration": {
            "before": reliability(before, own[:, 0]),
            "after": reliability(after, own[:, 0]),
        },
        "by_label": [
            {
                "label": label,
                "texts": often[label],
                "top1": int(own[[at for at, one in enumerate(labels) if one == label], 0].sum()),
                "top3": int(own[[at for at, one in enumerate(labels) if one == label], 1].sum()),
            }
            for label in sorted(often, key=lambda one: (-often[one], one))
        ],
    }


def _fold(
    rows: Sequence[Row],
    asked: Array,
    others: Array,
    ranks: dict[str, list[list[str]]],
    before: Array,
    after: Array,
) -> None:
    """What each way says about the rows `asked`, knowing of the `others` what is no copy of them."""
    here = [rows[at] for at in asked]
    copies = {name for row in here for name in row.names}
    known = [rows[at] for at in others if copies.isdisjoint(rows[at].names)]
    counted = Counter(row.label for row in known)
    frequent = sorted(counted, key=lambda label: (-counted[label], label))
    for at in asked:
        ranks["frequent"][at] = ranks["model"][at] = ranks["nearest"][at] = frequent[:3]
    there = [row.text for row in known]
    model = labeller.learn(there, [row.label for row in known], [row.group for row in known])
    if model is None:
        before[asked] = after[asked] = counted[frequent[0]] / len(known) if known else 0.0
        return
    texts = [row.text for row in here]
    scores = model.scores(texts)
    shares = model.shares(scores)
    order = np.argsort(-shares, axis=1, kind="stable")
    raw = np.clip(scores, 0.0, None)
    raw = raw / np.maximum(raw.sum(axis=1, keepdims=True), 1e-12)
    places = np.arange(len(here))
    before[asked] = raw[places, order[:, 0]]
    after[asked] = np.interp(shares[places, order[:, 0]], *model.steps)
    near = _near(model, texts, there)
    for place, at in enumerate(asked):
        ranks["model"][at] = [model.labels[column] for column in order[place, :3]]
        ranks["nearest"][at] = _first_three([known[one].label for one in near[place]], frequent)


def _near(model: labeller.Labeller, here: Sequence[Text], known: Sequence[Text]) -> Array:
    """For each text the places of the forty nearest known ones, nearest first."""
    there = model.features(known)
    weights = np.zeros((there.width, 1))
    found = []
    column = np.repeat(np.arange(there.size), np.diff(there.start))
    for text in range(len(here)):
        one = model.features([here[text]])
        weights[one.feature, 0] = one.weight
        like = np.bincount(column, there.weight * weights[there.feature, 0], there.size)
        weights[one.feature, 0] = 0.0
        found.append(np.argsort(-like, kind="stable")[:40])
    return np.array(found)


def _first_three(labels: Sequence[str], rest: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*labels, *rest]))[:3]


def _hits(orders: Sequence[Sequence[str]], labels: Sequence[str]) -> Array:
    return np.array(
        [
            [int(label in order[:1]), int(label in order[:3])]
            for order, label in zip(orders, labels, strict=True)
        ]
    )


def _spans(hits: Array, who: Sequence[str], *, signed: bool = False) -> dict[str, Any]:
    """`top1` and `top3`: share, and its ends by drawing groups anew (`by_groups`) and by Wilson (`wilson`)."""
    sums: dict[str, list[int]] = {}
    for group, (first, third) in zip(who, hits.tolist(), strict=True):
        own = sums.setdefault(group, [0, 0, 0])
        own[0] += 1
        own[1] += first
        own[2] += third
    drawn = sorted(sums.values())
    found = bootstrap([own[1:] for own in drawn], [own[0] for own in drawn], seed=SEED)
    spans = {}
    for place, name in enumerate(("top1", "top3")):
        count = int(hits[:, place].sum())
        spans[name] = {
            "share": round(count / len(hits), 4),
            "by_groups": [round(found["low"][place], 4), round(found["high"][place], 4)],
        }
        if not signed:
            spans[name]["wilson"] = [round(end, 4) for end in wilson(count, len(hits))]
    return spans


def reliability(sure: Array, right: Array) -> dict[str, Any]:
    """`error`: mean distance of confidence and truth over ten equal bins, weighted by texts (expected calibration error);
    `brier`: mean squared distance; `bins`: `{"low", "high", "texts", "confidence", "right", "interval"}`."""
    which = np.minimum((sure * BINS).astype(np.int64), BINS - 1)
    bins: list[dict[str, Any]] = []
    for at in range(BINS):
        mine = which == at
        count = int(mine.sum())
        if count:
            hits = int(right[mine].sum())
            bins.append(
                {
                    "low": at / BINS,
                    "high": (at + 1) / BINS,
                    "texts": count,
                    "confidence": round(float(sure[mine].mean()), 4),
                    "right": round(hits / count, 4),
                    "interval": [round(end, 4) for end in wilson(hits, count)],
                }
            )
    far = sum(one["texts"] * abs(one["confidence"] - one["right"]) for one in bins)
    return {
        "error": round(far / max(1, len(sure)), 4),
        "brier": round(float(((sure - right) ** 2).mean()) if len(sure) else 0.0, 4),
        "bins": bins,
    }
