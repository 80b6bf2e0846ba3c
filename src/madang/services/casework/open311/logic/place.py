"""Where something is: two numbers in this country, or words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from madang.services.casework.open311.logic.asked import Asked
from madang.services.casework.open311.logic.faults import Fault

# Not a border: only what cannot be meant is refused. The database holds the same box (`casework.models.cases`).
SOUTH, NORTH, WEST, EAST = 33.0, 39.0, 124.0, 132.0
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,20})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees of WGS 84, words, or both."""

    lat: float | None = None
    long: float | None = None
    address: str = ""


def is_inside(lat: float, long: float) -> bool:
    """Whether the point lies in the country or its waters, roughly."""
    return SOUTH <= lat <= NORTH and WEST <= long <= EAST


def read(asked: Asked, *, is_needed: bool = True) -> tuple[Place, list[Fault]]:
    """The place that was sent, and everything that is wrong with it.

    Args:
        is_needed: the standard wants a place with every request.
    """
    lat, long = asked.one("lat"), asked.one("long") or asked.one("lon") or asked.one("lng")
    address = asked.one("address_string") or asked.one("address")
    if not lat and not long:
        faults = []
        if is_needed and not address:
            faults = [Fault("address_id" if asked.one("address_id") else "no_place")]
        return Place(address=address), faults
    if not lat or not long:
        return Place(address=address), [Fault("half_place", {"name": "long" if lat else "lat"})]
    wrong = [name for name, text in (("lat", lat), ("long", long)) if not _NUMBER.fullmatch(text)]
    if wrong:
        return Place(address=address), [Fault("degrees", {"name": name}) for name in wrong]
    place = Place(float(lat), float(long), address)
    if is_inside(float(lat), float(long)):
        return place, []
    if is_inside(float(long), float(lat)):
        return Place(address=address), [Fault("swapped")]
    return Place(address=address), [Fault("abroad", {"lat": lat, "long": long})]


def degrees(value: float | None) -> float | None:
    """Degrees as a number that JSON can hold."""
    return None if value is None or not math.isfinite(value) else float(value)
