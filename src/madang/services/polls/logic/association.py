"""How far two counts say more than chance: G², its probability, NPMI, and the difference with its interval.

The table is always a (both), one - a, other - a, and the rest, in whole numbers. Every result is rounded, so that the last bit of
a logarithm never decides anything.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from madang.kernel.logic import intervals

Z95 = 1.959963984540054
SURE = 10.83
"""G² from which a pair or a word counts as more than chance: p < 0.001 with one degree of freedom."""


def g2(both: int, one: int, other: int, total: int) -> float:
    """Log-likelihood ratio (Dunning 1993) of the 2 × 2 table, with a minus sign where they meet less often than by chance.

    `one`, `other`: how many of `total` have the first and the second; `both`: how many have both.
    """
    cells = (both, one - both, other - both, total - one - other + both)
    if min(cells) < 0:
        raise ValueError(f"no table has {both} of {one} and {other} in {total}")
    rows, columns = (one, total - one), (other, total - other)
    value = 0.0
    for at, cell in enumerate(cells):
        # Rows: with and without the first; columns: with and without the second.
        row, column = rows[at // 2], columns[at % 2]
        if cell:
            value += cell * math.log(cell * total / (row * column))
    value = max(0.0, 2.0 * value)
    return round(value if both * total >= one * other else -value, 6) + 0.0


def p_of(value: float) -> float:
    """Probability of at least this G² by chance (chi-square, one degree of freedom), to six digits."""
    return float(f"{math.erfc(math.sqrt(abs(value) / 2.0)):.6g}")


def npmi(both: int, one: int, other: int, total: int) -> float:
    """Normalised pointwise mutual information: 1 never apart, 0 by chance, -1 never together."""
    if not both:
        return -1.0
    if both == total:
        return 1.0
    share = both / total
    return round(math.log(share * total * total / (one * other)) / -math.log(share), 6) + 0.0


def expected(one: int, other: int, total: int) -> float:
    """How often both would meet by chance."""
    return round(one * other / total, 4) if total else 0.0


def difference(here: int, of_here: int, there: int, of_there: int) -> tuple[float, float, float]:
    """%DIFF: by how many percent the share here is above the share there, with its 95 % interval (Katz).

    Where the word never stands on one side, half an occurrence is added to both, as is usual.
    """
    plus = 0.0 if here and there else 0.5
    one, other = here + plus, there + plus
    ratio = math.log((one / (of_here + plus)) / (other / (of_there + plus)))
    spread = Z95 * math.sqrt(max(0.0, 1 / one - 1 / (of_here + plus) + 1 / other - 1 / (of_there + plus)))
    low, middle, high = (
        round(100.0 * (math.exp(value) - 1.0), 2) for value in (ratio - spread, ratio, ratio + spread)
    )
    return middle, low, high


def holm(chances: Sequence[float]) -> list[float]:
    """The probabilities corrected for having tried so many (`intervals.holm`), to six digits."""
    return [float(f"{chance:.6g}") for chance in intervals.holm(chances)]
