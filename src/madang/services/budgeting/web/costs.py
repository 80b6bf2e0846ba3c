"""Rough unit costs of a round's office: read by everybody, published at the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.imports import BadRow
from madang.kernel.money import won
from madang.kernel.web import saving
from madang.kernel.web.acting import actor_of
from madang.services.budgeting.domain import costs
from madang.services.budgeting.models import CostItem, CostTable, Round
from madang.services.budgeting.web.desk_rounds import crumbs, for_office, own
from madang.services.budgeting.web.shell import round_of, under


def span(low: int, high: int) -> str:
    """An amount that is known roughly."""
    return won(low) if low == high else f"{won(low)} – {won(high)}"


def shown(table: CostTable | None) -> list[dict[str, Any]]:
    return [{"item": one, "span": span(one.low, one.high)} for one in (table.items.all() if table else ())]


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What things roughly cost, with source and day of each."""
    found = round_of(request, slug)
    table = costs.latest(found.host_id)
    context = under(found, "budget_proposals", _("Unit costs")) | {"table": table, "rows": shown(table)}
    return render(request, "budgeting/costs.html", context)


def _cells(one: CostItem) -> list[object]:
    plain = [getattr(one, name) for name in costs.COLUMNS[:-1]]
    return [*plain, "yes" if one.is_checked else "no"]


@require_safe
def costs_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The table as it can be published again; with its columns alone while there is none."""
    table = costs.latest(round_of(request, slug).host_id)
    rows: list[list[object]] = [
        list(costs.COLUMNS),
        *([_cells(one) for one in table.items.all()] if table else []),
    ]
    return saving.table(rows, f"{slug}-unit-costs.csv")


class CostsForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Table as a CSV file"),
        help_text=gettext_lazy("It replaces the one before and is published at once."),
        error_messages={
            "required": gettext_lazy("Choose a CSV file."),
            "empty": gettext_lazy("The file is empty. Choose another one."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish a table."""
    found: Round = own(request, slug)
    actor, status = actor_of(request), 200
    bad: tuple[BadRow, ...] = ()
    may = policy.can("budgeting.costs.publish", actor, found.host)
    form = CostsForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form, status = CostsForm(request.POST, request.FILES), 422
        if form.is_valid():
            try:
                content = form.cleaned_data["file"].read(costs.MOST_BYTES + 1)
                costs.publish(actor=actor, host=found.host, content=content)
            except costs.CostsError as error:
                form.add_error("file", str(error))
                bad = error.bad
            except RefusedError as error:
                form.add_error(None, str(error))
                status = error.status
            else:
                messages.success(request, _("The table is published."))
                return redirect("budget_costs", slug)
    table = costs.latest(found.host_id)
    context = {
        "round": found,
        "form": form if may else None,
        "refused": "" if may else may.reason,
        "bad": bad,
        "table": table,
        "rows": shown(table),
        "columns": costs.COLUMNS,
        "breadcrumb": crumbs((found.title, reverse("desk_round", args=[slug])), (_("Unit costs"), "")),
    }
    return render(request, "budgeting/desk_costs.html", context, status=status)
