"""Who reads what, drawn so that anyone who knows the seed can draw it again with SHA-256 alone.

The seed follows from what was published before anybody read an answer, so nobody picks it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence


def seed_of(*published: str) -> str:
    """Sixteen hexadecimal digits made of texts that are public."""
    return hashlib.sha256("\n".join(published).encode()).hexdigest()[:16]


def shuffled(items: Iterable[int], seed: str, who: int = 0) -> list[int]:
    """The items in the order of SHA-256 over `seed:who:item`; whatever order they came in."""
    return sorted(items, key=lambda item: hashlib.sha256(f"{seed}:{who}:{item}".encode()).digest())


def shared_out(items: Sequence[int], coders: Sequence[int], *, each: int = 1) -> dict[int, list[int]]:
    """Items by coder: every item goes to `each` of them, and nobody has over `each` more than another.

    Raises:
        ValueError: fewer coders than `each`.
    """
    if len(coders) < each:
        raise ValueError("not enough coders")
    found: dict[int, list[int]] = {coder: [] for coder in coders}
    for at, item in enumerate(items):
        for turn in range(each):
            found[coders[(at + turn) % len(coders)]].append(item)
    return found
