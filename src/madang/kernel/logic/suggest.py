"""The machine suggests a code for each answer, says how sure it is, and asks for those it knows least about. It learns from
what people decided and decides nothing.

Method: least squares with a penalty (ridge) from the features of the texts to one column for each code, as a linear
classifier. It has one exact solution, so nothing is drawn by lot. What it would say about an answer had it not seen
any answer of the same person follows in closed form; from that the confidence is set, in two steps. Scores are made into
shares with the one temperature that makes what people decided most likely (Guo et al. 2017); and a share becomes the part
of such suggestions that was right, by the step function that never falls and is nearest to what was seen (isotonic
regression; Zadrozny and Elkan 2002). A confidence of 0.7 then means: of such suggestions about seven in ten were what a
person decided. Confidences of different codes stand each by itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.kernel.logic.features import Features

Array = NDArray[Any]

PENALTY = 1.0
MOST = 6_000  # decided answers that are learned from; of more, the last
SHOWN = 3
_TEMPERATURES = 2.0 ** np.arange(-2, 7.01, 0.125)
_BINS = 10


@dataclass(frozen=True, slots=True)
class Model:
    """`codes` in the order of the columns; `weights` by feature and code, `mean` how often each code was decided.

    `held_out[i]`: the scores of decided answer i from a model without its person; `sharpness`: the inverse temperature;
    `steps`: shares, and the confidence from each on.
    """

    codes: tuple[str, ...]
    weights: Array
    mean: Array
    held_out: Array
    decided: Array
    sharpness: float
    steps: tuple[Array, Array]

    def shares(self, features: Features) -> Array:
        """How likely each code is: a row for each text, a column for each code, each row sums to 1."""
        return shares_of(features.times(self.weights) + self.mean, self.sharpness)

    def suggest(self, features: Features, shown: int = SHOWN) -> list[list[dict[str, Any]]]:
        """For each text the likeliest codes, best first: `{"code", "confidence"}`. Ties by the order of the codes."""
        shares = self.shares(features)
        sure = self.confidence(shares)
        best = np.argsort(-shares, axis=1, kind="stable")[:, :shown]
        return [
            [{"code": self.codes[at], "confidence": round(float(row[at]), 4)} for at in order]
            for row, order in zip(sure, best, strict=True)
        ]

    def confidence(self, shares: Array) -> Array:
        """Shares as the part of such suggestions that was right; between two steps in a straight line, so that what was
        ahead stays ahead."""
        found: Array = np.interp(shares, *self.steps)
        return found

    def calibration(self) -> dict[str, Any]:
        """How well confidence and truth agree on the decided answers, each judged without its person: `answers`,
        `top1`, `top3`, `error` (mean distance of the two, by answers) and `bins` (`{"low", "answers", "confidence",
        "right"}`)."""
        shares = shares_of(self.held_out, self.sharpness)
        order = np.argsort(-shares, axis=1, kind="stable")
        right = order[:, 0] == self.decided
        sure = self.confidence(shares[np.arange(len(shares)), order[:, 0]])
        which = np.minimum((sure * _BINS).astype(np.int64), _BINS - 1)
        bins = []
        for at in range(_BINS):
            mine = which == at
            if mine.any():
                bins.append(
                    {
                        "low": at / _BINS,
                        "answers": int(mine.sum()),
                        "confidence": round(float(sure[mine].mean()), 4),
                        "right": round(float(right[mine].mean()), 4),
                    }
                )
        far = sum(one["answers"] * abs(one["confidence"] - one["right"]) for one in bins)
        return {
            "answers": len(shares),
            "top1": round(float(right.mean()), 4),
            "top3": round(float((order[:, :3] == self.decided[:, None]).any(axis=1).mean()), 4),
            "error": round(far / len(shares), 4),
            "bins": bins,
        }


def learn(
    features: Features,
    decided: Sequence[tuple[int, str]],
    persons: Sequence[Hashable] | None = None,
    *,
    penalty: float = PENALTY,
    likeness: Array | None = None,
    most: int = MOST,
) -> Model | None:
    """The model of `decided`: pairs of a text's place and the main code that a person gave it, oldest first.

    `persons[i]` is who wrote text i; unless told, every text is another person's. `likeness`:
    that of all texts, where it is known already. `most`: how many are learned from, of more the last. None while fewer than two codes were
    given: there is nothing to tell apart."""
    decided = decided[-most:]
    codes = tuple(sorted({code for _, code in decided}))
    if len(codes) < 2:
        return None
    places = np.array([at for at, _ in decided])
    target = np.array([codes.index(code) for _, code in decided])
    known = features.rows(places)
    wanted = (target[:, None] == np.arange(len(codes))).astype(np.float64)
    mean = wanted.mean(axis=0)
    alike = known.likeness() if likeness is None else likeness[np.ix_(places, places)]
    inverse = np.linalg.inv(alike + penalty * np.eye(len(places)))
    strength = inverse @ (wanted - mean)
    who = [persons[at] for at in places] if persons is not None else list(range(len(places)))
    held_out = wanted - _left_out(inverse, strength, who)
    sharpness = _sharpness(held_out, target)
    steps = _steps(shares_of(held_out, sharpness), wanted)
    return Model(codes, known.gathered(strength), mean, held_out, target, sharpness, steps)


def loss(
    likeness: Array, labels: Sequence[str], persons: Sequence[Hashable], penalty: float = PENALTY
) -> float:
    """How unlikely the labels of texts are to a model without their person, at the best temperature: the mean negative
    logarithm. For choosing among penalties and kinds of likeness."""
    codes = sorted(set(labels))
    target = np.array([codes.index(label) for label in labels])
    wanted = (target[:, None] == np.arange(len(codes))).astype(np.float64)
    inverse = np.linalg.inv(likeness + penalty * np.eye(len(labels)))
    held_out = wanted - _left_out(inverse, inverse @ (wanted - wanted.mean(axis=0)), persons)
    return _loss(held_out, target, _sharpness(held_out, target))


def uncertain(shares: Array, unread: Sequence[int], count: int) -> list[int]:
    """Which of the `unread` texts to read next: those where the two likeliest codes are closest. `shares` has a row for
    each text; ties by place."""
    rows = shares[np.asarray(unread, np.int64)]
    if not len(rows):
        return []
    two = np.sort(rows, axis=1)[:, -2:]
    order = np.argsort(two[:, 1] - two[:, 0], kind="stable")[:count]
    return [unread[at] for at in order]


def _left_out(inverse: Array, strength: Array, who: Sequence[Hashable]) -> Array:
    """What is left unexplained of each answer by a model without its person's answers: for the set S of a person,
    inverse(H_SS) · strength_S, where H is the inverse matrix. Exact but for the means, which all share."""
    rest = strength / np.diag(inverse)[:, None]
    together: dict[Hashable, list[int]] = {}
    for at, person in enumerate(who):
        together.setdefault(person, []).append(at)
    for some in together.values():
        if len(some) > 1:
            rest[some] = np.linalg.solve(inverse[np.ix_(some, some)], strength[some])
    return rest


def shares_of(scores: Array, sharpness: float) -> Array:
    """Scores, a row for each text, as shares that sum to 1."""
    raised = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)))
    shares: Array = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _loss(scores: Array, target: Array, sharpness: float) -> float:
    likely = shares_of(scores, sharpness)[np.arange(len(target)), target]
    return -float(np.log(np.maximum(likely, 1e-12)).mean())


def _sharpness(scores: Array, target: Array) -> float:
    """The inverse temperature under which what was decided is likeliest; the best of a fixed row of them."""
    losses = [_loss(scores, target, one) for one in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _steps(shares: Array, wanted: Array) -> tuple[Array, Array]:
    """The likeliest suggestion of each answer: share against right or not, pooled until it never falls (pool adjacent
    violators)."""
    best = shares.argmax(axis=1)
    rows = np.arange(len(shares))
    order = np.argsort(shares[rows, best], kind="stable")
    pools: list[list[float]] = []  # right, answers, sum of shares
    for at in order:
        pools.append([float(wanted[at, best[at]]), 1.0, float(shares[at, best[at]])])
        while len(pools) > 1 and pools[-2][0] * pools[-1][1] >= pools[-1][0] * pools[-2][1]:
            right, answers, share = pools.pop()
            pools[-1] = [pools[-1][0] + right, pools[-1][1] + answers, pools[-1][2] + share]
    # Half a right and half a wrong one more, so that few answers never make a certainty.
    level = [(right + 0.5) / (answers + 1.0) for right, answers, _ in pools]
    middle = [share / answers for _, answers, share in pools]
    # A share of 0 is a confidence of 0; and a level that the addition made fall is lifted.
    return np.array([0.0, *middle]), np.maximum.accumulate(np.array([0.0, *level]))
