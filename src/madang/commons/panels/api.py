"""The front door of panels: find them, and read who sits on them as numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.urls import reverse

from madang.commons.panels import queries
from madang.commons.panels.bundle import bundle
from madang.commons.panels.domain.preparing import create
from madang.commons.panels.domain.seats import answer, by_code, note
from madang.commons.panels.logic.few import hidden
from madang.commons.panels.models import Panel
from madang.commons.panels.queries import public, seat_counts, strata
from madang.commons.panels.reading import listed, panel

__all__ = [
    "Shown", "about", "answer", "bundle", "by_code", "create", "features", "hidden", "listed", "note", "panel", "public",
    "seat_counts", "strata", "things",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel as the page of what it weighs names it."""

    slug: str
    title: str
    url: str
    size: int
    state: str
    label: str


def about(references: Iterable[str], *, most: int = 20) -> list[Shown]:
    """Public panels that weigh these things, the latest first; one query."""
    return [
        Shown(
            slug=row.slug,
            title=row.title,
            url=reverse("panel", args=[row.slug]),
            size=row.size,
            state=row.state,
            label=str(Panel.State(row.state).label),
        )
        for row in queries.about(references)[:most]
    ]


def things(among: Collection[str] | None = None) -> frozenset[str]:
    """References of what a public panel weighs; all, or those among these."""
    rows = queries.public().exclude(about="")
    seen = rows if among is None else rows.filter(about__in=among)
    return frozenset(seen.order_by().values_list("about", flat=True).distinct())


def features(panel: Panel) -> dict[str, list[str]]:
    """What the panel mirrors: each feature with its values, in their order."""
    found: dict[str, list[str]] = {}
    for feature, value in panel.quotas.values_list("feature", "value"):
        found.setdefault(feature, []).append(value)
    return found
