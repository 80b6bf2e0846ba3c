"""What an index is asked for, in words of no database: tokens that must all, or partly, be there."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

# First letters that no typed word can have: private use characters, which the cutter of words never yields.
_FACET, _SYLLABLE, _DAY = "\ue000", "\ue001", "\ue002"
BANDS = 32


@dataclass(frozen=True)
class Has:
    """A token."""

    token: str


@dataclass(frozen=True)
class Begins:
    """Any token that begins so."""

    token: str


@dataclass(frozen=True)
class All:
    parts: tuple[Wanted, ...]


@dataclass(frozen=True)
class Some:
    """At least one of them."""

    parts: tuple[Wanted, ...]


Wanted = Has | Begins | All | Some


def every(parts: Iterable[Wanted]) -> All:
    return All(tuple(parts))


def one_of(tokens: Iterable[str]) -> Wanted:
    parts = tuple(Has(token) for token in dict.fromkeys(tokens))
    return parts[0] if len(parts) == 1 else Some(parts)


def named(wanted: Wanted) -> set[str]:
    """The whole tokens in it, for looking up how common they are."""
    if isinstance(wanted, Has):
        return {wanted.token}
    if isinstance(wanted, Begins):
        return set()
    return {token for part in wanted.parts for token in named(part)}


def at_most(wanted: Wanted, counts: Mapping[str, int], documents: int) -> int:
    """An upper limit of how many documents match, from the counts of the tokens."""
    if isinstance(wanted, Has):
        return min(counts.get(wanted.token, documents), documents)
    if isinstance(wanted, Begins):
        return documents
    limits = [at_most(part, counts, documents) for part in wanted.parts]
    if isinstance(wanted, All):
        return min(limits, default=documents)
    return min(sum(limits), documents)


def facet(name: str, value: str) -> str:
    """The token of a property such as `kind` = `idea`; a digest, so that any value is a plain word."""
    return f"{_FACET}{hashlib.blake2b(f'{name}={value}'.encode(), digest_size=6).hexdigest()}"


def syllable(value: str) -> str:
    return f"{_SYLLABLE}{value}"


def band(support: int) -> int:
    """The power of two a number of supporters lies in: 0, 1, 2–3, 4–7 … are 0, 1, 2, 3 …"""
    return min(support.bit_length(), BANDS)


def band_token(number: int) -> str:
    return facet("band", str(number))


def days(day: date) -> tuple[str, str, str]:
    """Year, month and day as tokens, so that a stretch of time is a few of them."""
    return f"{_DAY}y{day:%Y}", f"{_DAY}m{day:%Y%m}", f"{_DAY}d{day:%Y%m%d}"


def stretch(first: date, last: date) -> Wanted:
    """The fewest tokens for the days from first to last, both included."""
    found: list[str] = []
    day = first
    while day <= last:
        year_end, month_end = date(day.year, 12, 31), _month_end(day)
        if (day.month, day.day) == (1, 1) and year_end <= last:
            found.append(days(day)[0])
            day = year_end
        elif day.day == 1 and month_end <= last:
            found.append(days(day)[1])
            day = month_end
        else:
            found.append(days(day)[2])
        day += timedelta(days=1)
    return one_of(found) if found else Has(f"{_DAY}never")


def _month_end(day: date) -> date:
    following = date(day.year + 1, 1, 1) if day.month == 12 else date(day.year, day.month + 1, 1)
    return following - timedelta(days=1)


def chosen(name: str, values: Collection[str]) -> Wanted:
    """One of these values of a property."""
    return one_of(facet(name, value) for value in values)
