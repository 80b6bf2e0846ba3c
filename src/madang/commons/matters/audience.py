"""Whose followers are told of a matter, beside its own."""

from __future__ import annotations

from collections.abc import Callable, Collection

from madang.commons.matters.models import Matter

_also: list[Callable[[Matter], Collection[str]]] = []


def also_tell(references_of: Callable[[Matter], Collection[str]]) -> None:
    """A service says by reference whose followers hear of a matter too."""
    _also.append(references_of)


def others_of(matter: Matter) -> list[str]:
    return [reference for references_of in _also for reference in references_of(matter)]
