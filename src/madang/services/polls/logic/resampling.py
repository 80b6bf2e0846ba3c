"""Drawing persons anew, to see what would change if others had answered.

Poisson bootstrap (Hanley and MacGibbon 2006): in each resampling every person counts 0, 1, 2 … times, drawn from the
Poisson distribution with mean 1. A draw depends on the seed, the resampling and the person's own name alone, so it is the same in
any order, any division of the answers, and on any machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import draws

RESAMPLES = 200
# 2**64 times the chance of at most 0, 1, 2 … from Poisson(1).
_LIMITS = np.array(
    [
        6786177901268885274, 13572355802537770549, 16965444753172213186, 18096474403383694065, 18379231815936564285,
        18435783298447138329, 18445208545532234003, 18446555009401533385, 18446723317385195808, 18446742018272269410,
        18446743888360976771, 18446744058369041076, 18446744072536379768, 18446744073626175052,
    ],
    np.uint64,
)  # fmt: skip


def person_numbers(names: Sequence[str]) -> tuple[NDArray[Any], NDArray[np.uint64]]:
    """The number of each answer's person, and the digest of each person's name."""
    order = {name: at for at, name in enumerate(dict.fromkeys(names))}
    digests = [
        int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big") for name in order
    ]
    return np.array([order[name] for name in names], np.int64), np.array(digests, np.uint64)


def weights(persons: NDArray[np.uint64], seed: int, resamples: int) -> NDArray[np.uint8]:
    """How often each person counts in each resampling: one row a person, one column a resampling."""
    made = np.empty((len(persons), resamples), np.uint8)
    for at, salt in enumerate(draws.bits(seed, 7, resamples)):
        drawn = draws.fingerprints(persons ^ salt)
        made[:, at] = np.searchsorted(_LIMITS, drawn, side="right")
    return made
