"""How sure a share is: intervals, tests of order, ranks.

Shares lie between 0 and 1; `level` is the confidence, 0.95 unless told. Wilson, order tests and rank intervals use
nothing but the four operations and square roots, so that they are the same on every machine.

Whoever takes part in a poll by himself is no random sample. These intervals then say how much of a number is noise of
who happened to come and how it was coded, never how far it is from what all residents think.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

LEVEL = 0.95

# The usual level is written out, because the quantile function uses logarithms and they may differ by machine.
_Z95 = 1.959963984540054

Interval = tuple[float, float]


def z_of(level: float = LEVEL) -> float:
    """How many standard errors go to each side at this level. Raises ValueError outside ]0, 1[."""
    if not 0.0 < level < 1.0:
        raise ValueError(f"a level lies between 0 and 1, not {level}")
    return _Z95 if level == LEVEL else NormalDist().inv_cdf(0.5 + level / 2.0)


def two_sided(z: float) -> float:
    """The chance of a standard normal at least as far from 0 as `z`."""
    return math.erfc(abs(z) / math.sqrt(2.0))


def wilson(count: float, of: float, level: float = LEVEL) -> Interval:
    """Wilson's score interval for `count` of `of`. With `of` 0 nothing is known: (0, 1). `count` and `of` may be
    fractions (an effective size). Wilson, JASA 1927."""
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share")
    return _score(count, of, z_of(level))


def _score(count: float, of: float, z: float) -> Interval:
    if of == 0:
        return 0.0, 1.0
    share, squared = count / of, z * z
    middle = share + squared / (2.0 * of)
    half = z * math.sqrt(share * (1.0 - share) / of + squared / (4.0 * of * of))
    scale = 1.0 + squared / of
    low = 0.0 if count == 0 else max(0.0, (middle - half) / scale)
    high = 1.0 if count == of else min(1.0, (middle + half) / scale)
    return low, high


def goodman(counts: Sequence[int], level: float = LEVEL) -> list[Interval]:
    """Intervals that hold for all the shares of one whole together (Goodman, Technometrics 1965: Wilson's with the
    error divided among the shares). `counts` must be all parts of the whole."""
    if not counts:
        return []
    z = NormalDist().inv_cdf(1.0 - (1.0 - level) / (2.0 * len(counts)))
    whole = sum(counts)
    return [_score(count, whole, z) for count in counts]


def order_test(first: int, second: int) -> dict[str, float]:
    """Is the one code really more frequent than the other, in the same answers?

    `first`: answers with the first code and not the second; `second`: the reverse (with one code per answer these are
    the two counts). McNemar's test; `z` is positive when the first is ahead. Two zeros say nothing: z 0, p 1."""
    both = first + second
    z = (first - second) / math.sqrt(both) if both else 0.0
    return {"z": z, "p": two_sided(z)}


def two_shares(count: int, of: int, other: int, of_other: int, level: float = LEVEL) -> dict[str, float]:
    """The difference between shares in two separate sets of answers (rounds, groups of people): first minus other.

    `low`, `high`: Newcombe's interval (Statistics in Medicine 1998, method 10); `z`, `p`: pooled test. Of an empty
    set nothing is known: -1 to 1, p 1."""
    if not (0 <= count <= of and 0 <= other <= of_other):
        raise ValueError("these are no shares")
    if not of or not of_other:
        return {"difference": 0.0, "low": -1.0, "high": 1.0, "z": 0.0, "p": 1.0}
    p, q = count / of, other / of_other
    (p_low, p_high), (q_low, q_high) = wilson(count, of, level), wilson(other, of_other, level)
    low = p - q - math.sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    high = p - q + math.sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    pooled = (count + other) / (of + of_other)
    error = math.sqrt(pooled * (1.0 - pooled) * (1.0 / of + 1.0 / of_other))
    z = (p - q) / error if error else 0.0
    return {"difference": p - q, "low": low, "high": high, "z": z, "p": two_sided(z)}


def g2(table: Sequence[Sequence[int]]) -> dict[str, float]:
    """The likelihood ratio of a table of counts: `g2`, degrees of freedom `df`, `p`. Rows and columns without any
    count are left out."""
    rows = [row for row in table if any(row)]
    columns = [column for column in zip(*rows, strict=True) if any(column)]
    whole = sum(map(sum, columns))
    across = [sum(row) for row in zip(*columns, strict=True)]
    total = 0.0
    for column in columns:
        down = sum(column)
        for seen, row in zip(column, across, strict=True):
            if seen:
                total += seen * math.log(seen * whole / (row * down))
    found, df = max(0.0, 2.0 * total), max(0, len(across) - 1) * max(0, len(columns) - 1)
    return {"g2": found, "df": df, "p": chi2_tail(found, df)}


def chi2_tail(value: float, df: int) -> float:
    """The chance that a chi-squared of `df` degrees of freedom exceeds `value`."""
    if df == 0 or value <= 0.0:
        return 1.0
    if df % 2:  # Q(1/2, x) is the error function; each further degree pair adds a term.
        term, total = math.sqrt(2.0 * value / math.pi) * math.exp(-value / 2.0), two_sided(math.sqrt(value))
        steps = range(3, df + 1, 2)
    else:
        term, total = math.exp(-value / 2.0), math.exp(-value / 2.0)
        term *= value / 2.0
        steps = range(4, df + 1, 2)
    for step in steps:
        total += term
        term *= value / step
    return min(1.0, total)


def holm(chances: Sequence[float]) -> list[float]:
    """The chances of several tests, raised so that all of them may be read together (Holm 1979)."""
    order = sorted(range(len(chances)), key=lambda at: chances[at])
    raised, highest = [1.0] * len(chances), 0.0
    for done, at in enumerate(order):
        highest = max(highest, min(1.0, chances[at] * (len(chances) - done)))
        raised[at] = highest
    return raised


def rank_intervals(
    ahead: Sequence[Sequence[int]], level: float = LEVEL, *, together: bool = True
) -> list[tuple[int, int]]:
    """The best and the worst rank that each code may have: 1 + how many are surely ahead of it, and the number of
    codes less how many are surely behind. Codes whose intervals overlap are not distinguishable.

    `ahead[i][j]`: answers with code i and not j. `together`: all comparisons are allowed for at once (Holm); without
    it each is read by itself, which finds too much when many are compared."""
    size = len(ahead)
    pairs = [(i, j) for i in range(size) for j in range(i + 1, size)]
    tests = [order_test(ahead[i][j], ahead[j][i]) for i, j in pairs]
    chances = [test["p"] for test in tests]
    if together:
        chances = holm(chances)
    best, worst = [1] * size, [size] * size
    for (i, j), test, chance in zip(pairs, tests, chances, strict=True):
        if chance < 1.0 - level:
            first, second = (i, j) if test["z"] > 0 else (j, i)
            best[second] += 1
            worst[first] -= 1
    return list(zip(best, worst, strict=True))
