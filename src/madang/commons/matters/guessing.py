"""Guessed receipt codes, counted for the whole installation: many senders that each stay below their own limit.

A code has 100 random bits, so nobody guesses one; the count keeps the look-up from being used to load the database.
Beyond the bound everybody gets few tries and programs none: whoever holds a receipt still opens it at once.
"""

from __future__ import annotations

from django.core.cache import cache

MISSES = 600  # codes that opened nothing, in a minute, on the whole installation
SECONDS = 60
KEY = "receipt:misses"


def missed() -> None:
    """Count a code that opened nothing."""
    cache.add(KEY, 0, SECONDS)
    try:
        cache.incr(KEY)
    except ValueError:  # ran out between the two calls
        cache.set(KEY, 1, SECONDS)


def is_flood() -> bool:
    """Whether more codes opened nothing in the last minute than people mistype."""
    return int(cache.get(KEY, 0)) > MISSES
