"""When two cases are the same case: equal words at an equal place. Plain Python."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter

_WORD = re.compile(r"[^\W_]+")
CELL = 4
"""Decimals of a degree that make one place: about eleven metres."""


def plain(value: str) -> str:
    """Letters and digits alone, small: what a blank or a full stop more does not change."""
    return "".join(_WORD.findall(unicodedata.normalize("NFKC", value).casefold()))


def digest(
    title: str, body: str, *, category: str = "", address: str = "", point: tuple[float, float] | None = None
) -> str:
    """128 bits that are equal for the same words about the same place. A point counts before an address."""
    where = f"{point[0]:.{CELL}f},{point[1]:.{CELL}f}" if point else plain(address)
    whole = "\x1f".join([plain(title), plain(body), category, where])
    return hashlib.blake2b(whole.encode(), digest_size=16).hexdigest()


def pairs(value: str) -> Counter[str]:
    """Pairs of neighbouring characters of the plain text."""
    text = plain(value)
    return Counter(text[at : at + 2] for at in range(len(text) - 1)) if len(text) > 1 else Counter([text])


def alike(one: str, other: str) -> int:
    """How alike two texts are, in percent: Dice's coefficient of their pairs; 100 for the same letters and digits."""
    here, there = pairs(one), pairs(other)
    both = sum(here.values()) + sum(there.values())
    return round(200 * sum((here & there).values()) / both) if both else 0
