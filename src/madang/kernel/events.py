"""Facts in the past tense, and who reacts to them.

A fact is a frozen dataclass of ids. `publish()` calls the receivers inside the running transaction, so a
receiver may only enqueue a job or write a row of its own app: either everything is committed or nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F")

_receivers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def on(fact: type[F]) -> Callable[[Callable[[F], None]], Callable[[F], None]]:
    """Register a receiver: `@on(IdeaFiled) def index(fact): …`."""

    def register(receiver: Callable[[F], None]) -> Callable[[F], None]:
        _receivers[fact].append(receiver)
        return receiver

    return register


def publish(fact: object) -> None:
    """Tell every receiver of this fact, in the order they were registered."""
    for receiver in _receivers[type(fact)]:
        receiver(fact)
