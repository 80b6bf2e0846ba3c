"""The national participatory budget since 2018, as far as it was published."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.kernel.saying import in_english, tongue

DATA = Path(__file__).resolve().parents[1] / "data" / "national.json"


@cache
def national() -> dict[str, Any]:
    """The published figures with their sources."""
    found: dict[str, Any] = json.loads(DATA.read_text("utf-8"))
    return found


def said(words: dict[str, str]) -> str:
    return words[tongue()]


def won(hundred_millions: Decimal) -> str:
    """An amount of the table in words: 1,057억 원 · ₩105.7 bn."""
    if in_english():
        return (
            f"₩{hundred_millions / 10:,.4g} bn"
            if hundred_millions < 100
            else f"₩{hundred_millions / 10:,.1f} bn"
        )
    return f"{hundred_millions:,}억 원"


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """How much, how many, and what became of the proposals."""
    data = national()
    most = max(Decimal(row["amount"]) for row in data["years"])
    rows = [
        row
        | {
            "won": won(Decimal(row["amount"])),
            "bar": float(Decimal(row["amount"]) / most * 100),
            "share": (
                f"{row['projects'] / row['proposals'] * 100:.1f}"
                if row["projects"] and row["proposals"]
                else ""
            ),
        }
        for row in data["years"]
    ]
    first = next(row for row in rows if row["year"] == 2022)
    last = next(row for row in rows if row["year"] == 2025)
    return render(
        request,
        "budgeting/history.html",
        {
            "rows": rows,
            "first": first,
            "last": last,
            "note": said(data["note"]),
            "visits": data["visits"],
            "findings": [said(words) for words in data["findings"]],
            "findings_source": data["findings_source"],
            "sources": data["sources"],
            "breadcrumb": [
                {"label": _("Participatory budget"), "url": reverse("elections")},
                {"label": _("The national scheme"), "url": ""},
            ],
        },
    )
