"""Which statement somebody is shown next: drawn by lot, so that each is seen, with the odds that pol.is uses.

Statements that many agree with, that divide the map and that few pass on come sooner; so do new ones, whose odds
fall as votes come in. The lot is drawn from a seed, so that a draw can be repeated and checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import draws
from madang.commons.opinions.logic.components import Components

Array = NDArray[Any]

# 2^(-i/5) for i from 0 to 4: whole powers of two are exact, so no library of the machine is asked for a power.
_FIFTHS = np.array([1.0, 0.8705505632961241, 0.757858283255199, 0.6597539553864471, 0.5743491774985175])


def priorities(agreed: Array, passed: Array, seen: Array, components: Components | None = None) -> Array:
    """The odds of each statement from the votes on it: [(1 - p_pass)·(1 + extremity)·p_agree·(1 + 8·2^(-n/5))]².

    Shares have one added to the count and two to `seen`; extremity is the length of the statement's loadings times
    √statements, as far as a vote on it alone would move somebody on the map.
    """
    seen = np.asarray(seen, np.int64)
    p_agree, p_pass = (np.asarray(agreed) + 1) / (seen + 2), (np.asarray(passed) + 1) / (seen + 2)
    extremity = np.zeros(len(seen))
    if components is not None:
        loads, known = components.loadings, min(len(seen), len(components.loadings))
        reach = np.sqrt(loads[:, 0] * loads[:, 0] + loads[:, 1] * loads[:, 1]) * np.sqrt(float(len(loads)))
        extremity[:known] = reach[:known]
    fresh = 1.0 + 8.0 * _FIFTHS[seen % 5] * np.ldexp(1.0, -np.minimum(seen // 5, 1000))
    odds = (1.0 - p_pass) * (1.0 + extremity) * p_agree * fresh
    return odds * odds


def next_statement(odds: Array, answered: Iterable[int], *, seed: int, turn: int = 0) -> int | None:
    """A statement that is not among `answered`, drawn with chances in proportion to `odds`; None if all are answered.

    The same `seed` (of a person, for instance) and `turn` give the same draw. Odds of 0 are never drawn, so a statement
    that is not to be shown gets 0.
    """
    left = np.asarray(odds, np.float64).copy()
    done = np.fromiter(answered, np.intp)
    left[done[done < len(left)]] = 0.0
    heights = np.cumsum(left)
    if not len(heights) or not heights[-1] > 0:
        return None
    lot = float(draws.shares(seed, turn, 1)[0]) * heights[-1]
    return int(min(np.searchsorted(heights, lot, "right"), np.flatnonzero(left)[-1]))
