"""Topics that come up suddenly: counts of the last day or week against the same hours of the same weekdays before.

A window ends now and is compared with windows of the same length one, two … eight weeks earlier, so that hour, weekday and
slow seasons need no model. Expected is their mean; a rise of everything at once (after a holiday, in a flood) is taken out
first and shows in the key of everything. How unlikely a count is by chance follows from a Poisson mean that is itself only
known from eight windows (a gamma prior gives a negative binomial), widened by how much more than Poisson the windows vary.

Many keys are looked at; a burst is reported where its chance is below what `ALPHA` leaves each of them (Bonferroni). Plain
Python, no lot is drawn.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WEEKS = 8
LEAST = 5  # cases from which something is called a burst: fewer would point at people
RISE = 2.0  # times what was expected
ALPHA = (
    0.03  # chance of any false burst in one look, were all looks apart; most hours look at nearly the same
)
_PRIOR = 0.5

Key = tuple[str, str, str]
"""Category, district, word; each may be empty, which means any."""

ALL: Key = ("", "", "")


@dataclass(frozen=True, slots=True)
class Found:
    """A burst. `score` is minus the logarithm (base 10) of its chance."""

    key: Key
    count: int
    expected: float
    score: float


def keys_of(category: str, district: str, words: Iterable[str]) -> set[Key]:
    """What a case counts for."""
    found: set[Key] = {ALL, (category, district, ""), (category, "", ""), ("", district, "")}
    for word in words:
        found |= {("", "", word), (category, "", word)}
    return found


def stems(words: Iterable[str]) -> set[str]:
    """Words and, of Korean ones, their beginnings of two and three letters: particles stand behind, 가로등이 and 가로등을."""
    found = set()
    for word in words:
        if word[0] < "\u3131":
            if len(word) > 2 and not word.isdigit():
                found.add(word)
        else:
            found |= {word[:size] for size in (2, 3, 4) if len(word) >= size}
    return found


def detect(
    now: Counter[Key],
    past: Sequence[Counter[Key]],
    *,
    looked_at: int = 0,
    alpha: float = ALPHA,
    least: int = LEAST,
) -> list[Found]:
    """Keys whose count now is more than chance explains, the most unlikely first; those that say the same as another are
    left out. `past`: counts of the windows before, the nearest first; fewer than three say nothing. `looked_at`: how many keys
    there are, where not all of them are given."""
    if len(past) < 3:
        return []
    sums: Counter[Key] = Counter()
    for one in past:
        sums.update(one)
    spread = _spread(sums, past)
    mean = sums[ALL] / len(past)
    surge = max(1.0, now[ALL] / mean) if mean else 1.0
    limit = alpha / max(1, looked_at, len(now.keys() | sums.keys()))
    found = []
    for key, count in now.items():
        if count < least:
            continue
        rise = 1.0 if key == ALL else surge
        expected = rise * sums[key] / len(past)
        if count < RISE * expected:
            continue
        chance = _tail(count, sums[key], len(past), rise, spread)
        if chance < limit:
            found.append(Found(key, count, round(expected, 2), round(-math.log10(max(chance, 1e-300)), 1)))
    return _telling(sorted(found, key=lambda one: (-one.score, one.key)))


def _spread(sums: Counter[Key], past: Sequence[Counter[Key]]) -> float:
    """How much more than Poisson the windows vary, at least 1: the mean of squared deviations over means, of keys that
    occur often enough and are not of words, since these come in waves of their own."""
    ratios = []
    for key, total in sums.items():
        mean = total / len(past)
        if key != ALL and not key[2] and mean >= 2.0:
            ratios.append(sum((one[key] - mean) ** 2 for one in past) / (len(past) - 1) / mean)
    return max(1.0, sum(ratios) / len(ratios)) if ratios else 1.0


def _tail(count: int, total: int, windows: int, rise: float, spread: float) -> float:
    """The chance of at least `count` where `total` were seen in so many windows; everything divided by `spread`, which
    makes a variance that much larger look like that of a Poisson count."""
    seen, shape = math.ceil(count / spread), total / spread + _PRIOR
    rate = windows / rise
    return negative_binomial_tail(seen, shape, rate / (rate + 1.0))


def negative_binomial_tail(count: int, shape: float, success: float) -> float:
    """The chance of at least `count` failures before the `shape`-th success (a real number), each success with this chance."""
    if count <= 0:
        return 1.0
    fail = 1.0 - success
    log = math.lgamma(count + shape) - math.lgamma(shape) - math.lgamma(count + 1)
    term = math.exp(log + shape * math.log(success) + count * math.log(fail))
    total, at = 0.0, count
    while term > total * 1e-12 and at < count + 100_000:
        total += term
        term *= fail * (at + shape) / (at + 1)
        at += 1
    return min(1.0, total)


def _telling(found: Sequence[Found]) -> list[Found]:
    """Without those that are a part of, or the whole of, one that is told already with about the same count."""
    told: list[Found] = []
    for one in found:
        if not any(_same(one, other) for other in told):
            told.append(one)
    return told


def _same(one: Found, other: Found) -> bool:
    """Whether two say the same: each of their sides is equal or open in one of them, and they are both of words that begin
    alike or came equally often, or both of none. A topic is told beside its word: the word may be for officials only."""
    sides = [a == b or not a or not b for a, b in zip(one.key[:2], other.key[:2], strict=True)]
    first, second = one.key[2], other.key[2]
    if bool(first) != bool(second):
        return False
    return all(sides) and (first[:2] == second[:2] or one.count == other.count)
