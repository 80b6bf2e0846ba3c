"""Where matters live that have no page in the square: a service says so by their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

Homes = Callable[[Iterable[str]], Mapping[str, str]]
_homes: list[Homes] = []


def lives_at(homes: Homes) -> None:
    """Register who knows the pages of its matters (number → address)."""
    _homes.append(homes)


def homes_of(numbers: Iterable[str]) -> dict[str, str]:
    """The addresses of those that live elsewhere; the others are absent."""
    asked = list(numbers)
    found: dict[str, str] = {}
    for homes in _homes:
        found.update(homes(asked))
    return found
