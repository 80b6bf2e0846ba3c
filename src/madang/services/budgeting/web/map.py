"""The proposals and projects of a round on a map, beside a list that says the same in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.kernel import places
from madang.services.budgeting import reading
from madang.services.budgeting.models import Proposal, Round
from madang.services.budgeting.web import words
from madang.services.budgeting.web.shell import round_of, under

Point = tuple[float, float]
WIDE = 400
SMALLEST = 0.02  # degrees of latitude, some two kilometres: a single point is not the whole picture
MARGIN = 0.12
NEAR = 26  # units of the picture: marks that would cover each other become one
COVERED = 30  # a name this near to a mark stands above it
COUNTRY = ((33.2, 125.0), (38.6, 129.6))


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the world that a picture shows, in degrees; pictures are `WIDE` units wide, north is up."""

    south: float
    west: float
    north: float
    east: float

    @property
    def high(self) -> int:
        shrink = math.cos(math.radians((self.south + self.north) / 2))
        return round(WIDE * (self.north - self.south) / ((self.east - self.west) * shrink))

    def at(self, point: Point) -> tuple[float, float]:
        """Where a point lies in the picture, from the left and from above."""
        x = (point[1] - self.west) / (self.east - self.west) * WIDE
        y = (self.north - point[0]) / (self.north - self.south) * self.high
        return round(x, 1), round(y, 1)


def frame_of(points: Sequence[Point]) -> Frame:
    """A frame around points with some room, neither flat nor narrow."""
    points = points or COUNTRY
    low, high = min(lat for lat, _lon in points), max(lat for lat, _lon in points)
    left, right = min(lon for _lat, lon in points), max(lon for _lat, lon in points)
    shrink = math.cos(math.radians((low + high) / 2))
    tall, broad = max(high - low, SMALLEST), max((right - left) * shrink, SMALLEST)
    tall, broad = max(tall, broad * 0.6), max(broad, tall)
    half_lat, half_lon = tall * (0.5 + MARGIN), broad * (0.5 + MARGIN) / shrink
    middle = ((low + high) / 2, (left + right) / 2)
    return Frame(middle[0] - half_lat, middle[1] - half_lon, middle[0] + half_lat, middle[1] + half_lon)


def middles(codes: Iterable[str]) -> list[tuple[places.District, Point]]:
    """Districts with their middles, for orientation."""
    rows = (places.district(code) for code in dict.fromkeys(codes))
    return [(one, (one.latitude, one.longitude)) for one in rows if one is not None]


def own_districts(found: Round) -> list[str]:
    """The districts of this site and of the pots of a round."""
    mine = [code for code in places.districts() if settings.DISTRICTS and code.startswith(settings.DISTRICTS)]
    return [*mine, *(pot.district for pot in found.pots.all() if pot.district)]


def picture(
    points: Sequence[tuple[str, Point]], areas: Sequence[tuple[places.District, Point]]
) -> dict[str, Any]:
    """Numbered marks and the names of districts, placed; marks that would cover each other say how many they are."""
    frame = frame_of([point for _name, point in points] + [point for _one, point in areas])
    marks: list[dict[str, Any]] = []
    for name, point in points:
        x, y = frame.at(point)
        near = next((one for one in marks if math.dist((one["x"], one["y"]), (x, y)) < NEAR), None)
        if near is None:
            marks.append({"x": x, "y": y, "names": [name]})
        elif name not in near["names"]:
            near["names"].append(name)
    for one in marks:
        names = one["names"]
        one["label"] = "·".join(names) if len(names) < 3 else f"{names[0]}+{len(names) - 1}"
        one["half"] = 13 + 4 * max(0, len(one["label"]) - 2)
        one["wide"] = one["half"] * 2
        one["left"], one["top"] = round(one["x"] - one["half"], 1), round(one["y"] - 13, 1)
    shown = []
    for area, point in areas:
        x, y = frame.at(point)
        is_covered = any(math.dist((one["x"], one["y"]), (x, y)) < COVERED for one in marks)
        shown.append({"name": area.name, "x": x, "y": y, "up": -26 if is_covered else -8})
    return {"frame": frame, "wide": WIDE, "high": frame.high, "marks": marks, "areas": shown}


def _entries(found: Round) -> list[dict[str, Any]]:
    """One for each project with the points of its proposals, one for each proposal that stands alone; in reading order."""
    by_key: dict[str, dict[str, Any]] = {}
    gone = (Proposal.State.DROPPED, Proposal.State.WITHDRAWN)
    for one in reading.public_proposals(found).exclude(state__in=gone).order_by("matter__filed_at", "pk"):
        project = one.project if one.state == Proposal.State.JOINED else None
        key = f"project:{project.code}" if project else one.reference
        entry = by_key.setdefault(
            key,
            {
                "title": project.title if project else one.matter.title,
                "url": reverse("budget_project", args=[found.slug, project.code])
                if project
                else reverse("budget_proposal", args=[found.slug, one.matter.number]),
                "tag": words.project_tag(project) if project else words.tags(one)[0],
                "points": [],
                "districts": [],
                "where": [],
            },
        )
        if one.point:
            entry["points"].append(one.point)
        if one.district and one.district not in entry["districts"]:
            entry["districts"].append(one.district)
        if (said := words.where(one)) and said not in entry["where"]:
            entry["where"].append(said)
    return list(by_key.values())


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What is proposed where: with a point, in a district, or for no one place."""
    found = round_of(request, slug)
    entries = _entries(found)
    placed = [one for one in entries if one["points"]]
    for number, one in enumerate(placed, start=1):
        one["number"] = str(number)
        one["said"] = "; ".join(f"{latitude:.4f}, {longitude:.4f}" for latitude, longitude in one["points"])
    codes = [*own_districts(found), *(code for one in entries for code in one["districts"])]
    points = [(one["number"], point) for one in placed for point in one["points"]]
    context = under(found, "budget_proposals", _("Map")) | {
        "placed": placed,
        "in_district": [one for one in entries if not one["points"] and one["where"]],
        "nowhere": sum(1 for one in entries if not one["points"] and not one["where"]),
        "map": picture(points, middles(codes)),
    }
    return render(request, "budgeting/map.html", context)


def chooser(found: Round) -> dict[str, Any] | None:
    """The picture on which the form of a proposal sets a point, around the districts that the round is about.

    None where no district is known: an empty picture would help nobody. Without a script it stays away.
    """
    used = reading.public_proposals(found).exclude(district="").order_by().values_list("district", flat=True)
    areas = middles([*own_districts(found), *used.distinct()])
    return picture([], areas) if areas else None
