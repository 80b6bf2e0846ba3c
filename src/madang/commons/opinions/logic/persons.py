"""Bootstrap over persons: what would the shares be, had other people of the same kind come?

One person may give several answers; they stay together. Persons are drawn with `draws`, so a seed gives the same
intervals on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from madang.commons.opinions.logic import draws

TIMES = 1_000
_PURPOSE = 7_001


def bootstrap(
    counts: Sequence[Sequence[int]],
    answers: Sequence[int],
    *,
    seed: int,
    times: int = TIMES,
    level: float = 0.95,
) -> dict[str, Any]:
    """`counts[p][c]`: answers of person p with code c; `answers[p]`: all answers of p.

    Gives `shares`, `low`, `high` (percentiles) and `ranks` (`[best, worst]` among the draws, the same share of
    draws left out), each by code, with `times`, `seed` and `people`. Without people: an empty result."""
    table, whole = np.asarray(counts, np.int64), np.asarray(answers, np.int64)
    people = len(whole)
    codes = table.shape[1] if table.ndim == 2 else 0
    if not people or not whole.sum():
        return {"people": 0, "times": times, "seed": seed, "shares": [], "low": [], "high": [], "ranks": []}
    # Few kinds of people are many people: those who gave the same are counted together.
    kinds, kind = np.unique(np.column_stack([whole, table]), axis=0, return_inverse=True)
    drawn = np.empty((times, codes))
    for at in range(times):
        chosen = kind[draws.below(people, seed, _PURPOSE + at, people)]
        sums = np.bincount(chosen, minlength=len(kinds)) @ kinds
        drawn[at] = sums[1:] / max(1, int(sums[0]))
    cut = int((1.0 - level) / 2.0 * times)
    ranks = 1 + (drawn[:, None, :] > drawn[:, :, None]).sum(axis=2)
    drawn.sort(axis=0)
    ranks.sort(axis=0)
    last = times - 1 - cut
    return {
        "people": people,
        "times": times,
        "seed": seed,
        "shares": (table.sum(axis=0) / int(whole.sum())).tolist(),
        "low": drawn[cut].tolist(),
        "high": drawn[last].tolist(),
        "ranks": [[int(low), int(high)] for low, high in zip(ranks[cut], ranks[last], strict=True)],
    }
