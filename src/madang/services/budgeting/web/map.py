"""The proposals and projects of a round on a map, beside a list that says the same in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.kernel.logic.coordinates import Point
from madang.kernel.web import mapping
from madang.services.budgeting import reading
from madang.services.budgeting.models import Proposal, Round
from madang.services.budgeting.web import words
from madang.services.budgeting.web.shell import round_of, under

SMALLEST_KM = 3.0
"""A single place is not the whole picture."""
NEAR = 28
"""Units of the picture: marks that would cover each other become one."""


def picture(points: Sequence[tuple[str, Point]]) -> dict[str, Any] | None:
    """Numbered marks on a map, for `kernel/components/map.html`; marks that would cover each other say how many they are."""
    if not points:
        return None
    frame = mapping.around([point for _number, point in points], smallest=SMALLEST_KM)
    spots: list[tuple[float, float]] = []
    numbers: list[list[str]] = []
    for number, point in points:
        at = frame.at(point)
        near = next((place for place, spot in enumerate(spots) if math.dist(spot, at) < NEAR), None)
        if near is None:
            spots.append(at)
            numbers.append([number])
        elif number not in numbers[near]:
            numbers[near].append(number)
    marks = [_mark(spot, those) for spot, those in zip(spots, numbers, strict=True)]
    return mapping.picture(frame, spots) | {"marks": marks}


def _mark(spot: tuple[float, float], numbers: list[str]) -> dict[str, Any]:
    label = "·".join(numbers) if len(numbers) < 3 else f"{numbers[0]}+{len(numbers) - 1}"
    return {
        "x": spot[0],
        "y": spot[1],
        "r": 12 + 4 * max(0, len(label) - 1),
        "label": label,
        "title": ", ".join(numbers),
    }


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
                "where": [],
            },
        )
        if one.point:
            entry["points"].append(one.point)
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
    points = [(one["number"], point) for one in placed for point in one["points"]]
    context = under(found, "budget_proposals", _("Map")) | {
        "placed": placed,
        "in_district": [one for one in entries if not one["points"] and one["where"]],
        "nowhere": sum(1 for one in entries if not one["points"] and not one["where"]),
        "map": picture(points),
    }
    return render(request, "budgeting/map.html", context)
