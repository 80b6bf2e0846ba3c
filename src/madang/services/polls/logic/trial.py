"""How good are the suggestions on answers that people have coded already? Two trials, both without drawing by lot.

*Held out*: people's answers are put in parts by person; each part is suggested by a model that saw only the others, so the
machine never knows the hand of the person it is asked about. *Reading*: as an analyst would work, some answers are read at
random, then those that the machine knows least about, and the machine's code stands for the rest; agreement of that with
the full coding says how much reading is enough.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from madang.commons.opinions.logic.persons import bootstrap
from madang.kernel.logic.features import Features
from madang.kernel.logic.parts import FOLDS, parts_of
from madang.kernel.logic.suggest import learn, uncertain
from madang.services.polls.logic.agreement import alpha

FIRST = 0.05  # read at random before the machine is asked
BATCH = 50


def held_out(features: Features, codes: Sequence[str], persons: Sequence[str]) -> list[list[dict[str, Any]]]:
    """For each answer the suggestions of a model that saw no answer of its part, all codes that the model knows."""
    part, alike = parts_of(persons), features.likeness()
    found: list[list[dict[str, Any]]] = [[] for _ in codes]
    for one in range(FOLDS):
        asked = np.flatnonzero(part == one)
        others = [(at, code) for at, code in enumerate(codes) if part[at] != one]
        model = learn(features, others, persons, likeness=alike)
        if model is not None and len(asked):
            said = model.suggest(features.rows(asked), len(model.codes))
            for at, some in zip(asked, said, strict=True):
                found[at] = some
    return found


def accuracy(
    orders: Sequence[Sequence[str]], codes: Sequence[str], persons: Sequence[str], *, seed: int = 1
) -> dict[str, Any]:
    """How often the code that people gave was first, and among the first three: `answers`, `people`, `top1`, `top3`, each
    `[share, low, high]`, intervals by drawing persons anew. `orders[i]`: codes suggested for answer i, best first."""
    hits: dict[str, list[int]] = {}
    for order, code, person in zip(orders, codes, persons, strict=True):
        own = hits.setdefault(person, [0, 0, 0])
        own[0] += 1
        own[1] += code in order[:1]
        own[2] += code in order[:3]
    counted = sorted(hits.values())
    found = bootstrap([own[1:] for own in counted], [own[0] for own in counted], seed=seed)
    spans = list(zip(found["shares"], found["low"], found["high"], strict=True)) or [(0.0, 0.0, 1.0)] * 2
    top1, top3 = ([round(end, 4) for end in span] for span in spans)
    return {"answers": len(codes), "people": len(hits), "top1": top1, "top3": top3}


def reading(
    features: Features,
    codes: Sequence[str],
    persons: Sequence[str],
    keys: Sequence[str],
    shares: Sequence[float],
) -> list[dict[str, Any]]:
    """What comes out when a share of the answers is read and the machine codes the rest, for each of `shares`, rising:
    `read` (answers), `share`, `alpha` of the whole with the full coding, `rest_right` (share of the machine's codes that
    people gave too). `keys` name the answers; the first ones read are those with the smallest digests of their keys."""
    order = sorted(range(len(codes)), key=lambda at: hashlib.sha256(keys[at].encode()).hexdigest())
    read = order[: max(2, round(FIRST * len(codes)))]
    found, alike = [], features.likeness()
    for share in shares:
        goal = round(share * len(codes))
        while True:
            model = learn(features, [(at, codes[at]) for at in read], persons, likeness=alike)
            done = set(read)
            rest = [at for at in range(len(codes)) if at not in done]
            if model is None or len(read) >= goal or not rest:
                break
            said = model.shares(features.rows(np.array(rest)))
            chosen = uncertain(said, list(range(len(rest))), min(BATCH, goal - len(read)))
            read = read + [rest[at] for at in chosen]
        mixed = list(codes)
        right = 0
        if model is not None and rest:
            best = model.shares(features.rows(np.array(rest))).argmax(axis=1)
            for at, code in zip(rest, best, strict=True):
                mixed[at] = model.codes[int(code)]
                right += mixed[at] == codes[at]
        agreed = alpha(list(zip(codes, mixed, strict=True)))
        found.append(
            {
                "read": len(read),
                "share": round(len(read) / len(codes), 4),
                "alpha": None if agreed is None else round(agreed, 4),
                "rest_right": round(right / len(rest), 4) if rest else None,
            }
        )
    return found
