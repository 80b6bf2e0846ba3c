"""What a delegation decides, from what its delegates say; in plain Python. The database is not asked.

The rule, in words:
1. A project is recommended when more delegates recommend it, with or without changes, than do not; otherwise it is not.
2. It is recommended with changes when at least as many of those who recommend it ask for changes as do not.
3. The reason of a project that is not recommended is the one most of those delegates gave; of equal ones the first in the list.
4. Its mark is the mean of the delegates' marks, rounded to a thousandth of a point (half up).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

RECOMMEND, CHANGE, AGAINST = "recommend", "change", "against"


def decided(verdicts: Sequence[str]) -> str:
    """The verdict of all; empty where nobody said anything."""
    many = Counter(verdicts)
    if not verdicts:
        return ""
    if many[RECOMMEND] + many[CHANGE] <= many[AGAINST]:
        return AGAINST
    return CHANGE if many[CHANGE] >= many[RECOMMEND] else RECOMMEND


def main_reason(codes: Sequence[str], order: Sequence[str]) -> str:
    """The most frequent code; of equal ones that which stands first in `order`. Empty where there is none."""
    many = Counter(codes)
    return max(order, key=lambda code: many[code], default="") if codes else ""


def thousandths(mark: Fraction) -> int:
    """A mark in thousandths of a point, half up: the published figure, and the committee's votes of a composite."""
    return int(mark * 1000 + Fraction(1, 2))
