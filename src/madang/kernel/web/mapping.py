"""A plain map that needs no other server: shapes of districts where they are loaded, their middles, a grid, a scale.

For pages without scripts; `frontend/js/place.js` draws the same on the form where a place is chosen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from madang.kernel import boundaries, places
from madang.kernel.logic.coordinates import Point
from madang.kernel.saying import in_english

WIDE, HIGH = 440, 280
KM_A_DEGREE = 111.2
STEPS = (5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
LENGTHS = (100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05)
APART = 62  # names nearer than this would cover each other
SMALLEST_KM = 12.0
ROOM = 1.5


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the world a picture shows: its middle, and how many degrees of latitude it is high. North is up."""

    latitude: float
    longitude: float
    span: float

    @property
    def unit(self) -> float:
        """How long a degree of latitude is in the picture."""
        return HIGH / self.span

    @property
    def shrink(self) -> float:
        return math.cos(math.radians(self.latitude))

    @property
    def half(self) -> float:
        """Degrees of longitude from the middle to the side."""
        return WIDE / 2 / self.unit / self.shrink

    def at(self, point: Point) -> tuple[float, float]:
        """Where a point lies in the picture, from the left and from above."""
        x = WIDE / 2 + (point[1] - self.longitude) * self.unit * self.shrink
        return round(x, 1), round(HIGH / 2 - (point[0] - self.latitude) * self.unit, 1)

    def touches(self, ring: boundaries.Ring) -> bool:
        """Whether the box around a ring and the frame overlap."""
        south, north = self.latitude - self.span / 2, self.latitude + self.span / 2
        west, east = self.longitude - self.half, self.longitude + self.half
        latitudes, longitudes = [one[0] for one in ring], [one[1] for one in ring]
        return (
            min(latitudes) < north
            and max(latitudes) > south
            and min(longitudes) < east
            and max(longitudes) > west
        )


def around(points: Sequence[Point], *, smallest: float = SMALLEST_KM) -> Frame:
    """The part of the world that holds these points with room to spare, at least so many kilometres high."""
    south, north = min(one[0] for one in points), max(one[0] for one in points)
    west, east = min(one[1] for one in points), max(one[1] for one in points)
    middle = ((south + north) / 2, (west + east) / 2)
    broad = (east - west) * math.cos(math.radians(middle[0]))
    span = max(smallest / KM_A_DEGREE, ROOM * max(north - south, broad * HIGH / WIDE))
    return Frame(middle[0], middle[1], span)


def still(point: Point, *, kilometres: float = 6) -> dict[str, Any]:
    """A small map around a point, some kilometres high, for `kernel/components/map.html`."""
    frame = Frame(point[0], point[1], kilometres / KM_A_DEGREE)
    here = frame.at(point)
    return picture(frame, [here]) | {"pin": {"x": here[0], "y": here[1]}}


def picture(frame: Frame, spots: Sequence[tuple[float, float]] = ()) -> dict[str, Any]:
    """What lies in a frame, for `kernel/components/map.html`; names of districts keep away from these spots of it."""
    held = boundaries.shapes()
    paths = []
    for rings in held.rings.values() if held else ():
        paths += [_path(frame, ring) for ring in rings if frame.touches(ring)]
    names: list[dict[str, Any]] = []
    for one in places.districts().values():
        x, y = frame.at((one.latitude, one.longitude))
        taken = [*spots, *((name["x"], name["y"]) for name in names)]
        if (
            30 < x < WIDE - 30
            and 20 < y < HIGH - 30
            and all(math.dist((x, y), spot) > APART for spot in taken)
        ):
            names.append({"name": one.name, "x": x, "y": y})
    step = next((step for step in STEPS if step <= frame.span / 2), STEPS[-1])
    length = next((long for long in LENGTHS if long <= frame.span * KM_A_DEGREE / 3), LENGTHS[-1])
    return {
        "wide": WIDE,
        "high": HIGH,
        "paths": paths,
        "names": names,
        "grid": _grid(frame, step),
        "scale": round(length / KM_A_DEGREE * frame.unit),
        "scale_end": 16 + round(length / KM_A_DEGREE * frame.unit),
        "scale_words": f"{length:g} km" if length >= 1 else f"{length * 1000:g} m",
        "source": (boundaries.SOURCE_EN if in_english() else boundaries.SOURCE_KO) if paths else "",
    }


def _path(frame: Frame, ring: boundaries.Ring) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in map(frame.at, ring)) + "Z"


def _grid(frame: Frame, step: float) -> list[dict[str, Any]]:
    """Lines of latitude and longitude with what stands at their end."""
    digits = max(0, math.ceil(-math.log10(step)))
    lines: list[dict[str, Any]] = []
    first = math.ceil((frame.latitude - frame.span / 2) / step)
    for n in range(first, math.floor((frame.latitude + frame.span / 2) / step) + 1):
        y = frame.at((n * step, frame.longitude))[1]
        lines.append({"d": f"M0 {y}H{WIDE}", "x": 6, "y": y - 4, "words": f"{n * step:.{digits}f}°"})
    first = math.ceil((frame.longitude - frame.half) / step)
    for n in range(first, math.floor((frame.longitude + frame.half) / step) + 1):
        x = frame.at((frame.latitude, n * step))[0]
        lines.append({"d": f"M{x} 0V{HIGH}", "x": x + 4, "y": 14, "words": f"{n * step:.{digits}f}°"})
    return lines


@require_safe
def data(request: HttpRequest) -> JsonResponse:
    """What a map is drawn from by scripts: districts with their middles, and their shapes where they are loaded."""
    held = boundaries.shapes()
    answer = JsonResponse(
        {
            "districts": [
                [one.code, one.name, one.province, one.latitude, one.longitude]
                for one in places.districts().values()
            ],
            "unit": boundaries.UNIT,
            "shapes": boundaries.steps() if held else {},
            "source": (boundaries.SOURCE_EN if in_english() else boundaries.SOURCE_KO) if held else "",
        },
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
    )
    answer["Cache-Control"] = "public, max-age=3600"
    answer["Content-Language"] = get_language() or "ko"
    return answer
