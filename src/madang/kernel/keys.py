"""Keys of programs: whose they are and what they may do. Who keeps them registers a finder; apps below only ask."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from madang.kernel.models import User


@dataclass(frozen=True, slots=True)
class Key:
    """A key that is valid now: its person, its scopes, and the day it runs out is the keeper's business."""

    user: User
    scopes: Collection[str]


Finder = Callable[[str], Key | None]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Whoever keeps keys says how one is found by what was written; None where it opens nothing."""
    if finder not in _finders:
        _finders.append(finder)


def find(written: str) -> Key | None:
    """The valid key with this text; None for every other text, whatever is wrong with it."""
    if not written:
        return None
    return next((key for finder in _finders if (key := finder(written)) is not None), None)
