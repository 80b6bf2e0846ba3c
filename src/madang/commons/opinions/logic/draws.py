"""Numbers that look drawn by lot and are the same on every machine, for a given seed.

numpy promises the same stream only within one version, so the map brings its own: SplitMix64 (Steele, Lea and
Flood 2014), which is counter based. Element `i` of stream `(seed, purpose)` depends on nothing else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_STEP = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1


def _mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


def bits(seed: int, purpose: int, count: int) -> NDArray[np.uint64]:
    """`count` words of 64 bits of the stream `(seed, purpose)`."""
    key = int(_mixed(np.array([(seed * _STEP + purpose) & _WORD], np.uint64))[0])
    counter = np.arange(1, count + 1, dtype=np.uint64)
    return _mixed(np.uint64(key) + counter * np.uint64(_STEP))


def below(limit: int, seed: int, purpose: int, count: int) -> NDArray[np.int64]:
    """`count` whole numbers from 0 to `limit` - 1; `limit` under 2³². The bias is below limit / 2³²."""
    high = bits(seed, purpose, count) >> np.uint64(32)
    return ((high * np.uint64(limit)) >> np.uint64(32)).astype(np.int64)


def shares(seed: int, purpose: int, count: int) -> NDArray[np.float64]:
    """`count` fractions in [0, 1), each a multiple of 2⁻⁵³."""
    return (bits(seed, purpose, count) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def fingerprints(words: NDArray[Any]) -> NDArray[np.uint64]:
    """A well spread word of 64 bits for each whole number; equal numbers have equal ones."""
    return _mixed(words.astype(np.uint64) * np.uint64(_STEP) + np.uint64(_STEP))
