"""Shapes of the districts, where an installation has loaded them: `madang import boundaries FILE`. Not part of the source.

The file is the TopoJSON of the districts (`southkorea-maps`, Statistics Korea, KOGL type 1) or a folder that holds it. What
is kept is simplified to about two hundred metres, border by border so that neighbours still touch: enough to draw a map and
to say in which district a point lies, within that distance.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from madang.kernel import places
from madang.kernel.errors import RefusedError
from madang.kernel.imports import MAX_BYTES, BadRow, Progress, Report, no_file
from madang.kernel.logic import coordinates
from madang.kernel.logic.coordinates import Point
from madang.kernel.places import District

SOURCE_KO = "통계청 통계지리정보서비스, 2018년 경계 (공공누리 제1유형)"
SOURCE_EN = "Statistics Korea SGIS, boundaries of 2018 (KOGL type 1)"
TOLERANCE = 0.002  # degrees, about 200 m
ISLET = 0.01  # degrees: smaller parts of a district are left out, except for its largest
UNIT = 10_000  # kept numbers are degrees times this: about ten metres
Ring = Sequence[Point]


@dataclass(frozen=True, slots=True)
class Shapes:
    """Outer rings of the districts by code, in degrees."""

    rings: Mapping[str, Sequence[Ring]]

    def at(self, point: Point) -> District | None:
        """The district that a point lies in; None at sea, outside, and in what simplifying cut off."""
        for code, rings in self.rings.items():
            for ring in rings:
                if coordinates.inside(point, ring):
                    return places.district(code)
        return None


def store() -> Path:
    """Where an installation keeps the shapes."""
    return Path(settings.HOME) / "boundaries.json"


def shapes() -> Shapes | None:
    """The shapes that were loaded; None where there are none."""
    try:
        stat = store().stat()
    except FileNotFoundError:
        return None
    return _read(str(store()), stat.st_mtime_ns)


def steps() -> dict[str, list[list[int]]]:
    """The rings in their kept form, as a script draws them; empty where nothing is loaded."""
    try:
        held: dict[str, list[list[int]]] = json.loads(store().read_text(encoding="utf-8"))["districts"]
    except FileNotFoundError:
        return {}
    return held


@lru_cache(maxsize=2)
def _read(path: str, _changed: int) -> Shapes:
    held = json.loads(Path(path).read_text(encoding="utf-8"))
    return Shapes({code: [_points(ring) for ring in rings] for code, rings in held["districts"].items()})


def _points(numbers: Sequence[int]) -> Ring:
    """A ring from its kept form: latitude and longitude of the first corner, then the steps to each next one."""
    latitude = longitude = 0
    ring = []
    for n in range(0, len(numbers), 2):
        latitude, longitude = latitude + numbers[n], longitude + numbers[n + 1]
        ring.append((latitude / UNIT, longitude / UNIT))
    return ring


def run(file: Path, progress: Progress) -> Report:
    """What `madang import boundaries` does. Loading the same file again changes nothing.

    Raises:
        RefusedError: 422, no such file, or not the TopoJSON of districts; what was loaded before stays.
    """
    path = _in_folder(file) if file.is_dir() else file
    if not path.is_file():
        raise no_file(path)
    if path.stat().st_size > MAX_BYTES:
        raise RefusedError(_("The file is larger than 200 MB. Split it."), "import.too_large", status=422)
    try:
        rings, bad = _districts(json.loads(path.read_bytes()))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise RefusedError(
            _("This is not the TopoJSON of the districts, with a code for each. Nothing was changed."),
            "boundaries.file",
            status=422,
        ) from error
    known = places.districts()
    bad += [
        BadRow(n, _("No district has the code %(code)s.") % {"code": code})
        for n, code in enumerate(rings, start=1)
        if code not in known
    ]
    kept = {code: shape for code, shape in rings.items() if code in known}
    if not kept:
        raise RefusedError(
            _("This is not the TopoJSON of the districts, with a code for each. Nothing was changed."),
            "boundaries.file",
            status=422,
        )
    held = json.dumps({"unit": UNIT, "districts": kept}, separators=(",", ":"))
    before = store().read_text(encoding="utf-8") if store().exists() else ""
    if held != before:
        fresh = store().with_suffix(".new")
        fresh.write_text(held, encoding="utf-8")
        os.replace(fresh, store())
    progress(len(kept), len(kept))
    report = Report(read=len(rings), kept=0 if held == before else len(kept), bad=bad)
    report.already = len(kept) if held == before else 0
    report.lines.append(_("%(n)s districts have a shape.") % {"n": len(kept)})
    return report


def _in_folder(folder: Path) -> Path:
    found = sorted(folder.glob("*municipalities*topo*.json"))
    return found[-1] if found else folder / "*municipalities*topo*.json"


def _districts(topology: dict[str, Any]) -> tuple[dict[str, list[list[int]]], list[BadRow]]:
    """Outer rings by code in their kept form, and what has no shape left."""
    (scale_x, scale_y), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((y * scale_y + south, x * scale_x + west))
        arcs.append(_simplified(line))
    found: dict[str, list[list[int]]] = {}
    bad = []
    (layer,) = topology["objects"].values()
    for n, shape in enumerate(layer["geometries"], start=1):
        parts = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        outer = sorted((_joined(part[0], arcs) for part in parts), key=_size, reverse=True)
        rings = [
            kept
            for place, ring in enumerate(outer)
            if (not place or _size(ring) >= ISLET) and (kept := _kept(ring))
        ]
        code = str(shape["properties"]["code"])
        if rings:
            found[code] = rings
        else:
            bad.append(BadRow(n, _("No shape is left of %(code)s.") % {"code": code}))
    return found, bad


def _joined(indexes: Sequence[int], arcs: Sequence[Sequence[Point]]) -> list[Point]:
    ring: list[Point] = []
    for index in indexes:
        line = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(line[1:] if ring else line)
    return ring


def _size(ring: Sequence[Point]) -> float:
    """The longer side of what a ring takes, in degrees."""
    latitudes, longitudes = [one[0] for one in ring], [one[1] for one in ring]
    return max(max(latitudes) - min(latitudes), max(longitudes) - min(longitudes))


def _kept(ring: Sequence[Point]) -> list[int]:
    """A ring as steps of whole numbers; empty where fewer than three corners are left."""
    corners = list(dict.fromkeys((round(lat * UNIT), round(lon * UNIT)) for lat, lon in ring))
    if len(corners) < 3:
        return []
    numbers: list[int] = []
    before = (0, 0)
    for corner in corners:
        numbers += [corner[0] - before[0], corner[1] - before[1]]
        before = corner
    return numbers


def _simplified(line: Sequence[Point]) -> list[Point]:
    """The line without corners that lie nearer than the tolerance to what is left of it (Douglas and Peucker)."""
    keep = {0, len(line) - 1}
    todo = [(0, len(line) - 1)]
    if line[0] == line[-1] and len(line) > 3:  # a ring of its own: its far side has to stay
        far = max(range(len(line)), key=lambda n: math.dist(line[n], line[0]))
        keep.add(far)
        todo = [(0, far), (far, len(line) - 1)]
    while todo:
        first, last = todo.pop()
        (y1, x1), (y2, x2) = line[first], line[last]
        long = math.hypot(y2 - y1, x2 - x1) or 1e-12
        best, away = 0, TOLERANCE
        for n in range(first + 1, last):
            y, x = line[n]
            gap = abs((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)) / long
            if gap > away:
                best, away = n, gap
        if best:
            keep.add(best)
            todo += [(first, best), (best, last)]
    return [line[n] for n in sorted(keep)]
