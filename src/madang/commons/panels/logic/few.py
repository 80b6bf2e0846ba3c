"""Small numbers stay hidden, and what would give them away by subtraction too."""

from __future__ import annotations

from collections.abc import Sequence


def hidden(groups: Sequence[int], least: int) -> set[int]:
    """Places of the groups that are not shown.

    A group of fewer than `least` people is hidden. Where that is only one, or all hidden groups together have fewer
    than `least` people, the next smallest is hidden as well: the total is known, and the rest is a subtraction away.
    Groups without anybody have nothing to hide.
    """
    order = sorted((at for at, size in enumerate(groups) if size), key=lambda at: (groups[at], at))
    small = [at for at in order if groups[at] < least]
    if not small or len(order) == 1:
        return set()
    many = len(small)
    while many < len(order) and (many < 2 or sum(groups[at] for at in order[:many]) < least):
        many += 1
    return set(order[:many])
