"""Counting seats and the waiting list: plain Python that anybody can rerun."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

T = TypeVar("T")


def free_seat(taken: Collection[int], seats: int | None) -> int | None:
    """The smallest number nobody has; None when all are taken. `seats` None: there is always one more."""
    used = set(taken)
    number = 1
    while number in used:
        number += 1
    return number if seats is None or number <= seats else None


def movers(waiting: Sequence[T], taken: int, seats: int | None) -> list[T]:
    """Who moves up, first come first served: as many as there are free seats."""
    return list(waiting) if seats is None else list(waiting[: max(seats - taken, 0)])


def renumbered(taken: Sequence[int], seats: int) -> dict[int, int]:
    """New numbers for seats beyond a hall that became smaller: old number to new one, within 1..seats.

    Raises:
        ValueError: more are taken than the hall has now.
    """
    if len(taken) > seats:
        raise ValueError("more seats are taken than there are")
    free = (number for number in range(1, seats + 1) if number not in set(taken))
    return {old: next(free) for old in sorted(taken) if old > seats}
