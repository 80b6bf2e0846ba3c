"""How far a map of districts reaches, and how large their marks are. Plain Python."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]
KM_A_DEGREE = 111.2
SMALLEST_KM = 12.0
ASPECT = 0.6  # height of the picture by its width
ROOM = 1.5


def around(points: Sequence[Point]) -> tuple[Point, float]:
    """The middle of some points and how many kilometres high a picture must be to hold them with room to spare."""
    south, north = min(one[0] for one in points), max(one[0] for one in points)
    west, east = min(one[1] for one in points), max(one[1] for one in points)
    middle = ((south + north) / 2, (west + east) / 2)
    tall = (north - south) * KM_A_DEGREE
    broad = (east - west) * KM_A_DEGREE * math.cos(math.radians(middle[0]))
    return middle, max(SMALLEST_KM, ROOM * max(tall, broad * ASPECT))


def radius(count: int) -> float:
    """Of a mark whose area grows with the count, within what can be read and does not cover everything."""
    return round(min(34.0, 9.0 + 3.0 * math.sqrt(count)), 1)
