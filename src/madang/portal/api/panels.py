"""Panels by lot to read: what they weigh, how they are composed, and the lots that anyone can run again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Field, Router, Schema

from madang.commons.panels import api as panels
from madang.kernel.errors import RefusedError
from madang.portal.api.schemas import Bilingual, Office

router = Router(tags=["panels"])


class Panel(Schema):
    slug: str
    title: Bilingual
    purpose: Bilingual
    host: Office
    about: str | None = Field(description=_("Reference of what it weighs; null when it stands alone."))
    state: str = Field(description=_("draft, seated or closed."))
    size: int = Field(description=_("Seats."))
    source: str = Field(description=_("Where the population figures come from."))


class Panels(Schema):
    items: list[Panel]


class Lot(Schema):
    number: int
    state: str = Field(description=_("frozen, open, drawn or void."))
    size: int = Field(description=_("Seats that it is for."))
    digest: str = Field(description=_("Of the frozen lottery, as it stands in the public log."))
    frozen_at: datetime | None
    drawn_at: datetime | None
    drawn: int | None = Field(description=_("Number of the panel that was drawn; null before."))


class Value(Schema):
    value: str
    population: int
    in_register: int = Field(description=_("People of the register who have it."))
    low: int = Field(description=_("Least seats."))
    high: int = Field(description=_("Most seats."))
    drawn: int | None = Field(description=_("Seats invited or accepted; null before the draw."))


class Feature(Schema):
    feature: str
    values: list[Value]


class PanelSeats(Schema):
    invited: int
    accepted: int
    declined: int
    lapsed: int
    left: int


class PanelWhole(Panel):
    lots: list[Lot]
    composition: list[Feature]
    seats: PanelSeats


@router.get(
    "/panels", response=Panels, summary=_("Panels by lot, the latest first"), operation_id="listPanels"
)
def list_panels(request: HttpRequest) -> dict[str, Any]:
    return {"items": panels.listed()}


@router.get(
    "/panels/{slug}",
    response=PanelWhole,
    summary=_("One panel with its lots, its composition and its seats"),
    operation_id="getPanel",
)
def get_panel(request: HttpRequest, slug: str) -> dict[str, Any]:
    found = panels.panel(slug)
    if found is None:
        raise RefusedError(
            gettext_lazy("There is no public panel with this name."), "panels.unknown", status=404
        )
    return found
