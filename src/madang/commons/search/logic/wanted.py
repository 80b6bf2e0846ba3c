"""What an index is asked for, in words of no database: tokens that must all, or partly, be there."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

# First letters that no typed word can have: private use characters, which the cutter of words never yields.
_FACET, _SYLLABLE, _MONTH = "\ue000", "\ue001", "\ue002"
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


def conjuncts(wanted: Wanted) -> tuple[Wanted, ...]:
    """The parts that must all be there."""
    return wanted.parts if isinstance(wanted, All) else (wanted,)


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


def place(day: date, key: int, *, is_echo: bool) -> int:
    """Where a document stands in the index: by day, so that reading backwards is newest first.

    A stretch of days is a range of places, and whether a document carries the title of another (an answer, a
    comment) can be told without reading it.
    """
    return day.toordinal() << 34 | is_echo << 33 | key


def key_of(place: int) -> int:
    """The key of the document that stands there."""
    return place & (1 << 33) - 1


def is_echo(place: int) -> bool:
    return bool(place >> 33 & 1)


def span(first: date, last: date) -> tuple[int, int]:
    """The lowest and the highest place of the days from first to last, both included."""
    return first.toordinal() << 34, (last.toordinal() + 1 << 34) - 1


def month(day: date) -> str:
    """The token of the month a day is in."""
    return f"{_MONTH}{day:%Y%m}"


def months(first: int, last: int) -> list[str]:
    """The tokens of the months from the day of one place to that of another, the last month first."""
    start, end = date.fromordinal(first >> 34), date.fromordinal(last >> 34)
    numbers = range(end.year * 12 + end.month - 1, start.year * 12 + start.month - 2, -1)
    return [month(date(number // 12, number % 12 + 1, 1)) for number in numbers]


def chosen(name: str, values: Collection[str]) -> Wanted:
    """One of these values of a property."""
    return one_of(facet(name, value) for value in values)
