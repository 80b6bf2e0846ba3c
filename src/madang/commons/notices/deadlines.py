"""Dates of the things that somebody follows: each app tells its own."""

from __future__ import annotations

from collections.abc import Callable, Collection

from madang.commons.notices.calendars import Item
from madang.commons.notices.models import Follow
from madang.kernel import actors
from madang.kernel.models import User

Dates = Callable[[Collection[str], actors.Actor], list[Item]]
_sources: dict[str, Dates] = {}


def register_dates(kind: str, dates: Dates) -> None:
    """Tell the dates of things whose reference begins with `kind:`.

    `dates` gets references and the person who asks, and gives entries for those she may see.

    Raises:
        ValueError: the kind is registered already with another function.
    """
    if _sources.setdefault(kind, dates) is not dates:
        raise ValueError(f"{kind} is registered twice")


def of_follows(user: User) -> list[Item]:
    """The dates of everything this person follows now."""
    by_kind: dict[str, list[str]] = {}
    for reference in Follow.objects.filter(user=user, ended_at=None).values_list("reference", flat=True):
        by_kind.setdefault(reference.partition(":")[0], []).append(reference)
    actor = actors.person(user)
    return [
        item
        for kind, references in by_kind.items()
        if kind in _sources
        for item in _sources[kind](references, actor)
    ]
