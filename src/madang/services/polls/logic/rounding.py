"""Percentages from whole counts, without floating point, so that they never depend on a machine.

Two ways, and a table says which: `plain` rounds each share by itself (half up; the sum may be 99.9 or 100.1);
`largest_remainder` gives what is left to the parts that lost most, so that all parts sum to the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

PLAIN, LARGEST_REMAINDER = "plain", "largest_remainder"


def plain(count: int, of: int, decimals: int = 1) -> int:
    """`count` of `of` in units of 10^-decimals per cent, rounded half up. 0 of 0 is 0."""
    return (2 * count * _scale(decimals) + of) // (2 * of) if of else 0


def largest_remainder(counts: Sequence[int], whole: int) -> list[int]:
    """`whole` units shared out in proportion to `counts`; what the rounding down leaves goes to the largest
    remainders, ties to the larger count, then to the earlier one."""
    total = sum(counts)
    if not total:
        return [0] * len(counts)
    found = [count * whole // total for count in counts]
    order = sorted(range(len(counts)), key=lambda at: (-(counts[at] * whole % total), -counts[at], at))
    for at in order[: whole - sum(found)]:
        found[at] += 1
    return found


def whole(decimals: int = 1) -> int:
    """100 per cent in units of 10^-decimals per cent."""
    return _scale(decimals)


def text(units: int, decimals: int = 1) -> str:
    """`443` with one decimal is "44.3"."""
    if not decimals:
        return str(units)
    base = 10**decimals
    return f"{units // base}.{units % base:0{decimals}d}"


@overload
def six(value: float) -> float: ...
@overload
def six(value: None) -> None: ...
def six(value: float | None) -> float | None:
    """Six decimals: enough for any page, and far from where two machines could differ. None stays None."""
    return None if value is None else round(value, 6)


def trimmed(percent: str) -> str:
    """As the plan prints it: "22.0" is "22"."""
    return percent.rstrip("0").rstrip(".") if "." in percent else percent


def _scale(decimals: int) -> int:
    return 100 * int(10**decimals)
