"""The page that holds thresholds against what people really said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from madang.commons.matters.enums import Origin
from madang.kernel import clock
from madang.kernel.templatetags.ui import seoul_text
from madang.kernel.web import saving
from madang.services.square import histories
from madang.services.square.logic import backtest
from madang.services.square.logic.backtest import Item, Outcome
from madang.services.square.models import Edition
from madang.services.square.web.building import crumbs, needs_facilitator, open_edition

Part = dict[str, Any]
USUAL = (5, 10, 20, 50, 100)
MOST = 8
"""Thresholds in one table."""


class BacktestForm(forms.Form):
    """Which thresholds, and how long an idea may gather support."""

    thresholds = forms.CharField(label=gettext_lazy("Thresholds, with commas between them"), max_length=120)
    days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=3650,
        label=gettext_lazy("Days of discussion"),
        error_messages={
            "invalid": gettext_lazy("Write a whole number."),
            "min_value": gettext_lazy("Write at least %(limit_value)s."),
            "max_value": gettext_lazy("Write at most %(limit_value)s."),
        },
    )

    def clean_thresholds(self) -> tuple[int, ...]:
        found: set[int] = set()
        for piece in self.cleaned_data["thresholds"].replace(" ", ",").split(","):
            if not piece:
                continue
            if not (piece.isascii() and piece.isdigit() and int(piece[:9]) >= 1 and len(piece) <= 8):
                raise forms.ValidationError(
                    gettext_lazy("“%(piece)s” is no threshold. Write whole numbers from 1 on, like 10, 50."),
                    params={"piece": piece[:20]},
                )
            found.add(int(piece))
        if not 1 <= len(found) <= MOST:
            raise forms.ValidationError(
                gettext_lazy("Write one to %(most)s thresholds."), params={"most": MOST}
            )
        return tuple(sorted(found))


def _asked(request: HttpRequest, edition: Edition) -> tuple[BacktestForm, tuple[int, ...], int | None]:
    """The thresholds of the address; without any those of the draft beside some usual ones."""
    processes = edition.grid.processes
    own = [one.threshold for one in processes if one.threshold]
    days = next((one.discussion_days for one in processes if one.discussion_days), None)
    usual = tuple(sorted({*USUAL, *own}))[:MOST] if own else USUAL
    initial = {"thresholds": ", ".join(map(str, usual)), "days": days or ""}
    form = BacktestForm(request.GET if "thresholds" in request.GET else initial)
    if form.is_valid():
        return form, form.cleaned_data["thresholds"], form.cleaned_data["days"]
    return form, usual, days


def _items(tab: str, thresholds: Sequence[int]) -> list[Item]:
    return histories.own(thresholds) if tab == "own" else histories.imported()


def _tab(request: HttpRequest) -> str:
    return "own" if request.GET.get("tab") == "own" else "imported"


@needs_facilitator
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Several thresholds side by side: how many, from whom, how many answers a month."""
    edition = open_edition(request, slug)
    form, thresholds, days = _asked(request, edition)
    tab = _tab(request)
    items = _items(tab, thresholds)
    outcomes = [backtest.outcome(items, one, days) for one in thresholds]
    spread = backtest.spread(items)
    own = [one.threshold for one in edition.grid.processes if one.threshold]
    chosen = next((one for one in outcomes if one.threshold in own), outcomes[0])
    query = urlencode({"tab": tab, "thresholds": ",".join(map(str, thresholds)), "days": days or ""})
    here = reverse("building_backtest", args=[slug])
    context = {
        "edition": edition,
        "form": form,
        "tab": tab,
        "tabs": [
            {
                "label": _("Imported 1st Street data"),
                "url": f"{here}?tab=imported",
                "active": tab == "imported",
            },
            {"label": _("Ideas of this site"), "url": f"{here}?tab=own", "active": tab == "own"},
        ],
        "spread": spread,
        "stats": _stats(items, spread),
        "table": _table(outcomes, own),
        "average_rows": [
            {"label": f"{one.threshold:,}", "value": round(one.per_month, 1), "tone": "plum"}
            for one in outcomes
        ],
        "busiest_rows": [
            {"label": f"{one.threshold:,}", "value": one.busiest, "tone": "ochre"} for one in outcomes
        ],
        "chosen": f"{chosen.threshold:,}",
        "category_rows": [
            {"label": name or _("Without a field"), "value": count, "tone": "blue"}
            for name, count in list(chosen.by_category.items())[:20]
        ],
        "took_up_words": _took_up(chosen, spread) if tab == "imported" else "",
        "source": _source(items, tab),
        "csv_url": f"{reverse('building_backtest_csv', args=[slug])}?{query}",
        "breadcrumb": crumbs(edition, _("Back-test")),
    }
    return render(request, "square/building/backtest.html", context, status=422 if form.errors else 200)


def _stats(items: Sequence[Item], spread: backtest.Spread) -> list[Part]:
    if not spread.items:
        return []
    span = _span(items)
    of = ngettext("of %(n)s item", "of %(n)s items", spread.items) % {"n": f"{spread.items:,}"}
    return [
        {"label": _("Half of the items have at most"), "value": f"{spread.median:g}", "of": of, "date": span},
        {
            "label": _("Without any support"),
            "value": f"{spread.none_share:.0f}",
            "unit": "%",
            "of": of,
            "date": span,
        },
        {"label": _("Most support of one item"), "value": f"{spread.most:,}", "of": of, "date": span},
    ]


def _span(items: Sequence[Item]) -> str:
    days = [item.filed_on for item in items]
    return f"{seoul_text(min(days), 'date')} – {seoul_text(max(days), 'date')}"


def _took_up(chosen: Outcome, spread: backtest.Spread) -> str:
    total = sum(spread.went_on.values())
    if not total:
        return ""
    return _(
        "Agencies took up %(total)s items; %(organised)s of them came from organised accounts. At %(threshold)s, %(n)s"
        " of these would have qualified."
    ) % {
        "total": total,
        "organised": spread.went_on.get("organised", 0),
        "threshold": f"{chosen.threshold:,}",
        "n": chosen.went_on,
    }


def _source(items: Sequence[Item], tab: str) -> str:
    if not items:
        return ""
    if tab == "own":
        return _("Counted from the ideas filed on this site, %(at)s.") % {"at": seoul_text(clock.now())}
    return _(
        "Counted from the imported rows, each text once: of copies the one with the most likes. %(span)s."
    ) % {"span": _span(items)}


def _table(outcomes: Sequence[Outcome], own: Sequence[int]) -> Part:
    labels = dict(Origin.choices)
    origins = list(dict.fromkeys(origin for one in outcomes for origin in one.by_origin))
    return {
        "caption": _("Items that would have qualified, by threshold"),
        "caption_hidden": True,
        "columns": [
            {"label": _("Threshold"), "numeric": True},
            {"label": _("Would have qualified"), "numeric": True},
            {"label": _("Share of all"), "numeric": True},
            *[{"label": str(labels.get(origin, origin)), "numeric": True} for origin in origins],
            {"label": _("Answers a month"), "numeric": True},
            {"label": _("In the busiest month"), "numeric": True},
        ],
        "rows": [
            {
                "cells": [
                    {
                        "text": f"{one.threshold:,}"
                        + (f" · {_('this draft')}" if one.threshold in own else ""),
                        "numeric": True,
                    },
                    {"text": f"{one.qualified:,}", "numeric": True},
                    {"text": f"{one.share:.1f}%", "numeric": True},
                    *[{"text": f"{one.by_origin.get(origin, 0):,}", "numeric": True} for origin in origins],
                    {"text": f"{one.per_month:.1f}", "numeric": True},
                    {"text": f"{one.busiest:,}", "numeric": True},
                ]
            }
            for one in outcomes
        ],
    }


@needs_facilitator
def page_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The same numbers for a spreadsheet: a row for each threshold and origin."""
    edition = open_edition(request, slug)
    _form, thresholds, days = _asked(request, edition)
    tab = _tab(request)
    items = _items(tab, thresholds)
    names = [
        "history",
        "threshold",
        "days",
        "origin",
        "items",
        "qualified",
        "months",
        "answers_a_month",
        "busiest_month",
    ]
    rows: list[list[object]] = [[*names]]
    for threshold in thresholds:
        whole = backtest.outcome(items, threshold, days)
        for origin in ["all", *whole.by_origin]:
            some = items if origin == "all" else [item for item in items if item.origin == origin]
            one = backtest.outcome(some, threshold, days)
            # The months of the whole history, so that the origins add up.
            per_month = one.qualified / whole.months if whole.months else 0.0
            shown_days = (days or "") if tab == "own" else ""
            rows.append(
                [tab, threshold, shown_days, origin, one.items, one.qualified, whole.months, f"{per_month:.2f}", one.busiest]
            )  # fmt: skip
    return saving.table(rows, f"back-test-{slug}.csv")
