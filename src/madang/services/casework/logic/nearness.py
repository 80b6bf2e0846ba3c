"""How near two places are, and how much a case is like another by words and place together. Plain Python."""

from __future__ import annotations

import math

EARTH_M = 6_371_000.0
REACH = 1_000.0  # metres within which a case counts as near
HALF = 250.0  # metres at which nearness has fallen to a half
TEXT_SHARE = 0.65
LEAST = 0.3


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two points (latitude, longitude in degrees), by the haversine formula."""
    a, b = math.radians(one[0]), math.radians(other[0])
    across = math.radians(other[1] - one[1])
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(half)))


def box(point: tuple[float, float], reach: float = REACH) -> tuple[float, float, float, float]:
    """South, west, north and east of a square that holds everything within `reach` metres."""
    up = math.degrees(reach / EARTH_M)
    along = up / max(0.01, math.cos(math.radians(point[0])))
    return point[0] - up, point[1] - along, point[0] + up, point[1] + along


def nearness(distance: float) -> float:
    """1 at the same spot, a half at `HALF` metres, next to nothing beyond `REACH`."""
    return 2.0 ** (-distance / HALF)


def score(text: float, distance: float | None, *, same_district: bool, same_category: bool) -> float:
    """How much it is the same: words count most, and a place alone only where the category is the same too.

    Args:
        text: likeness of the words, 0 to 1.
        distance: metres; None where one of the two has no point. Most people write where it is and point at no map: the
            words are then all there is, and are taken whole.
    """
    if text < 0.1 and not same_category:
        return 0.0
    if distance is None:
        value = text + (0.1 if same_district else 0.0)
    else:
        value = TEXT_SHARE * text + (1 - TEXT_SHARE) * nearness(distance)
    return value + (0.1 if same_category else 0.0)
