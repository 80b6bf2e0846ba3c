"""The public list of late answers, by office, with denominators."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.matters import desk_queries, path, queries
from madang.commons.matters.web import shown
from madang.kernel import clock
from madang.kernel.web import saving


@require_safe
def late(request: HttpRequest) -> HttpResponse:
    """Who owes an answer, how many are late, and which."""
    rows = desk_queries.late_by_office()
    here = Paginator(queries.overdue().defer("body"), 30).get_page(request.GET.get("page"))
    owed, late_now = sum(row.owed for row in rows), sum(row.late for row in rows)
    context = {
        "owed": owed,
        "late": late_now,
        "share": f"{100 * late_now / owed:.1f}" if owed else "",
        "at": clock.now(),
        "table": {
            "caption": _("Answers owed and late now, by office"),
            "columns": [
                {"label": _("Office")},
                {"label": _("Owed now"), "numeric": True},
                {"label": _("Late now"), "numeric": True},
                {"label": _("Late share of owed"), "numeric": True},
            ],
            "rows": [
                {
                    "cells": [
                        row.office.name,
                        {"text": str(row.owed), "numeric": True},
                        {"text": str(row.late), "numeric": True},
                        {"text": f"{row.share:.1f}%", "numeric": True},
                    ]
                }
                for row in rows
            ],
            "empty": _("No office owes an answer now."),
        },
        "rows": [
            {
                "title": row.title,
                "url": shown.page_of(row),
                "meta": [row.number, row.responsible.name],
                "clock": path.clock_badge(row.due_at),
            }
            for row in here
        ],
        "page": here,
        "breadcrumb": [{"label": _("Late answers"), "url": ""}],
    }
    return render(request, "matters/late.html", context)


@require_safe
def late_csv(request: HttpRequest) -> HttpResponse:
    """The same table for a spreadsheet: UTF-8 with a mark, so that Korean opens readably."""
    at = clock.seoul(clock.now()).isoformat(timespec="minutes")
    names = ["office_code", "office_ko", "office_en", "owed_now", "late_now", "late_share_percent", "at"]
    rows = [
        [row.office.code, row.office.name_ko, row.office.name_en, row.owed, row.late, f"{row.share:.1f}", at]
        for row in desk_queries.late_by_office()
    ]
    return saving.table([names, *rows], "late-answers.csv")
