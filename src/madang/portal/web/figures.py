"""The figures, the archive and their CSV files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.commons.matters import api as matters
from madang.kernel import clock
from madang.kernel.web import saving
from madang.portal import figures
from madang.portal.web.addresses import address
from madang.portal.web.home import headline


def _component(table: figures.Table) -> dict[str, Any]:
    """The table in the shape of the component, numbers aligned and grouped."""

    def cell(value: Any) -> dict[str, Any]:
        if isinstance(value, int):
            return {"text": figures.grouped(value), "numeric": True}
        return {"text": value, "numeric": True}

    return {
        "caption": table.title,
        "caption_hidden": True,
        "columns": [{"label": label, "numeric": index > 0} for index, label in enumerate(table.columns)],
        "rows": [{"cells": [str(row[0]), *map(cell, row[1:])]} for row in table.rows],
    }


def _section(table: figures.Table) -> dict[str, Any]:
    return {
        "table": table,
        "component": _component(table),
        "csv_url": reverse("figures_csv", args=[table.slug]),
    }


def statistics(request: HttpRequest) -> HttpResponse:
    """Every figure with source, moment and denominator."""
    return render(
        request,
        "portal/figures.html",
        {
            "headline": headline(figures.by_origin_rows()),
            "sections": [
                _section(figures.by_origin()),
                _section(figures.by_channel()),
                _section(figures.answer_times()),
                _section(figures.transfers()),
            ],
            "late_count": matters.overdue().count(),
            "late_url": address("late"),
            "archive": figures.archive(),
            "now": clock.now(),
            "breadcrumb": [{"label": _("Figures")}],
        },
    )


def archive(request: HttpRequest) -> HttpResponse:
    """What the imported file of Gwanghwamoon 1st Street says."""
    found = figures.archive()
    return render(
        request,
        "portal/archive.html",
        {
            "archive": found,
            "section": _section(found.table) if found else None,
            "stats": _archive_stats(found) if found else [],
            "ideas_url": f"{address('ideas')}?space={figures.ARCHIVE}" if address("ideas") else "",
            "breadcrumb": [
                {"label": _("Figures"), "url": reverse("statistics")},
                {"label": _("Gwanghwamoon 1st Street, 2018–2020")},
            ],
        },
    )


def _archive_stats(found: figures.Archive) -> list[dict[str, Any]]:
    common = {"source": _("Imported file"), "date": found.last}
    whole = _("of %(rows)s rows") % {"rows": figures.grouped(found.rows)}
    return [
        {"label": _("Rows read"), "value": figures.grouped(found.rows), **common},
        {
            "label": _("Distinct by title and body"),
            "value": figures.grouped(found.distinct),
            "of": whole,
            **common,
        },
        {
            "label": _("Duplicates merged"),
            "value": figures.grouped(found.merged),
            "of": whole,
            "note": _("Each keeps a trace to the original"),
            **common,
        },
    ]


def table_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """One table as a file."""
    make = figures.TABLES.get(slug)
    table = make() if make else None
    if table is None:
        raise Http404
    response = HttpResponse(figures.as_csv(table), content_type="text/csv; charset=utf-8")
    return saving.saved(response, f"madang-{slug}.csv")
