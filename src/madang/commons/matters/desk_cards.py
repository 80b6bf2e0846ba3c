"""What services add to the page of a matter at the desk: a few words with a way to their own page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from madang.commons.matters.models import Matter
from madang.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Card:
    """A notice on the desk. `tone` and `icon` as in the components."""

    title: str
    text: str
    url: str
    label: str
    tone: str = "blue"
    icon: str = "list"


_makers: list[Callable[[Actor, Matter], list[Card]]] = []


def also_on_desk(cards: Callable[[Actor, Matter], list[Card]]) -> None:
    """Register what a service shows of its matters at the desk."""
    _makers.append(cards)


def cards_of(actor: Actor, matter: Matter) -> list[Card]:
    """The cards of all services for one matter."""
    return [card for cards in _makers for card in cards(actor, matter)]
