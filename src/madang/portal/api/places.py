"""Where things happen and how they are counted: spaces, offices, the tables of figures."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Router

from madang.kernel import queries as kernel
from madang.kernel.errors import RefusedError
from madang.portal import figures, services
from madang.portal.api import schemas

router = Router(tags=["places"])


@router.get(
    "/spaces", response=schemas.Spaces, summary=_("Spaces with their processes"), operation_id="listSpaces"
)
def list_spaces(request: HttpRequest) -> dict[str, Any]:
    square = services.front_door("square")
    return {"items": [asdict(row) for row in square.spaces()] if square else []}


@router.get(
    "/offices",
    response=schemas.Offices,
    summary=_("Offices that exist today; their codes filter the search"),
    operation_id="listOffices",
)
def list_offices(request: HttpRequest) -> dict[str, Any]:
    return {
        "items": [
            {"code": row.code, "name": {"ko": row.name_ko, "en": row.name_en}} for row in kernel.offices()
        ]
    }


@router.get(
    "/figures",
    response=schemas.FigureList,
    tags=["figures"],
    summary=_("The tables of public figures"),
    operation_id="listFigures",
)
def list_figures(request: HttpRequest) -> dict[str, Any]:
    found = [(slug, make()) for slug, make in figures.TABLES.items()]
    return {
        "items": [
            {
                "slug": slug,
                "title": str(table.title),
                "api": f"{settings.PUBLIC_URL}/api/v1/figures/{slug}/table",
                "csv": f"{settings.PUBLIC_URL}{reverse('figures_csv', args=[slug])}",
            }
            for slug, table in found
            if table is not None
        ]
    }


@router.get(
    "/figures/{slug}/table",
    response=schemas.Figures,
    tags=["figures"],
    summary=_("One table of figures with its source and moment"),
    operation_id="getFigures",
)
def get_figures(request: HttpRequest, slug: str) -> dict[str, Any]:
    make = figures.TABLES.get(slug)
    table = make() if make else None
    if table is None:
        raise RefusedError(gettext_lazy("There is no such table of figures."), "figures.unknown", status=404)
    return {
        "slug": slug,
        "title": str(table.title),
        "note": str(table.note),
        "source": str(table.source),
        "at": table.at,
        "columns": [str(column) for column in table.columns],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
    }


def _cell(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float) else str(value)
