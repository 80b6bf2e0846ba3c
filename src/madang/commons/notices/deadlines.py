"""Dates of the things that somebody follows: each app tells its own."""

from __future__ import annotations

from collections.abc import Callable, Collection

from madang.commons.notices.calendars import Item
from madang.commons.notices.models import Follow
from madang.kernel import actors
from madang.kernel.models import User

Dates = Callable[[Collection[str], actors.Actor], list[Item]]
_sources: dict[str, Dates] = {}
OwnDates = Callable[[actors.Actor], list[Item]]
_own: list[OwnDates] = []


def register_dates(kind: str, dates: Dates) -> None:
    """Tell the dates of things whose reference begins with `kind:`.

    `dates` gets references and the person who asks, and gives entries for those she may see.

    Raises:
        ValueError: the kind is registered already with another function.
    """
    if _sources.setdefault(kind, dates) is not dates:
        raise ValueError(f"{kind} is registered twice")


def register_own_dates(dates: OwnDates) -> None:
    """Tell the dates of what somebody has to do herself, whether or not she follows it."""
    _own.append(dates)


def of_follows(user: User) -> list[Item]:
    """The dates of everything this person follows now, and of what she has to do; each once."""
    by_kind: dict[str, list[str]] = {}
    for reference in Follow.objects.filter(user=user, ended_at=None).values_list("reference", flat=True):
        by_kind.setdefault(reference.partition(":")[0], []).append(reference)
    actor = actors.person(user)
    followed = (
        item
        for kind, references in by_kind.items()
        if kind in _sources
        for item in _sources[kind](references, actor)
    )
    own = (item for dates in _own for item in dates(actor))
    return list({item.name: item for item in (*followed, *own)}.values())
