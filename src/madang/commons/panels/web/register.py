"""From a register to quotas: upload, columns, and the numbers that the lottery has to meet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madang.commons.panels.domain import making, preparing
from madang.commons.panels.logic import register as registers
from madang.commons.panels.web import desk, forms, words
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of

SHOWN_BAD = 200


@require_POST
@desk.official
def desk_register(request: HttpRequest, slug: str) -> HttpResponse:
    """Take an upload; its columns are named on the next page."""
    panel, form = desk.panel_of(request, slug), forms.UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return desk.show(request, panel, upload=form, status=422)
    try:
        preparing.upload(actor=actor_of(request), panel=panel, data=form.cleaned_data["file"].read())
    except registers.RegisterError as error:
        form.add_error("file", words.FILE[error.args[0]])
        return desk.show(request, panel, upload=form, status=422)
    except RefusedError as refused:
        form.add_error("file", str(refused))
        return desk.show(request, panel, upload=form, status=refused.status)
    return redirect("desk_panel_columns", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@desk.official
def desk_columns(request: HttpRequest, slug: str) -> HttpResponse:
    """Name the columns, look at what would be taken in and what would be left out, then take it in."""
    panel = desk.panel_of(request, slug)
    text = preparing.uploaded(panel)
    if not text:
        return redirect("desk_panel", slug)
    header, rows = registers.table(text)
    bound = request.POST if request.method == "POST" else None
    form = forms.ColumnsForm(bound, header=header, guessed=registers.guess(header, rows))
    reading, errors, status = None, [], 200
    if bound is not None and form.is_valid():
        age = _("Age") if form.cleaned_data["age"] else ""
        try:
            if request.POST.get("do") == "take":
                preparing.take(actor=actor_of(request), panel=panel, roles=form.roles, age=age)
                messages.success(request, _("The register is in. Now set the quotas."))
                return redirect("desk_panel", slug)
            reading = preparing.read(panel, form.roles, age)
        except registers.RegisterError as error:
            errors, status = [{"text": words.FILE[error.args[0]], "href": "#columns"}], 422
        except RefusedError as refused:
            errors, status = [{"text": str(refused), "href": "#columns"}], refused.status
            reading = preparing.read(panel, form.roles, age)
    context = {
        "panel": panel,
        "form": form,
        "errors": errors,
        "samples": [
            (field, [cells[at] for _line, cells in rows[:3] if len(cells) > at])
            for at, field in enumerate(form.columns())
        ],
        "total": len(rows),
        "reading": reading,
        "features": _features(reading) if reading else [],
        "bad": [words.bad(row) for row in reading.bad[:SHOWN_BAD]] if reading else [],
        "breadcrumb": desk.crumbs((panel.title, reverse("desk_panel", args=[slug])), (_("Columns"), "")),
    }
    return render(request, "panels/columns.html", context, status=status)


def _features(reading: registers.Reading) -> list[dict[str, Any]]:
    """Values with their counts; a rare one is often a typing mistake."""
    found = []
    for at, (feature, values) in enumerate(zip(reading.features, reading.values, strict=True)):
        counted = [(value, sum(person.values[at] == value for person in reading.people)) for value in values]
        found.append(
            {
                "name": feature,
                "values": [
                    {"value": value, "count": count, "rare": count * 200 < len(reading.people)}
                    for value, count in counted
                ],
            }
        )
    return found


@require_POST
@desk.official
def desk_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose quotas from the population, check whether a panel exists, or save."""
    panel = desk.panel_of(request, slug)
    quotas = list(panel.quotas.all())
    form = forms.PlanForm(request.POST, quotas=quotas)
    if not form.is_valid():
        return desk.show(request, panel, plan=form, status=422)
    if request.POST.get("do") == "propose":
        seats_of = preparing.proposed(panel, {pk: bound[0] for pk, bound in form.bounds.items()})
        data = request.POST.copy()
        for pk, many in seats_of.items():
            data[f"low-{pk}"] = data[f"high-{pk}"] = str(many)
        proposal = forms.PlanForm(data, quotas=quotas)
        proposal.is_valid()
        said = (
            _("Seats are proposed from the population figures. Nothing is saved yet.")
            if seats_of
            else _("Type the population figures first.")
        )
        return desk.show(request, panel, plan=proposal, proposal=said)
    try:
        done = preparing.plan(
            actor=actor_of(request), panel=panel, bounds=form.bounds, source=form.cleaned_data["source"]
        )
        shortage = making.Task(done).shortage()
    except RefusedError as refused:
        form.add_error(None, str(refused))
        return desk.show(request, panel, plan=form, status=refused.status)
    if shortage:
        return desk.show(request, done, shortage=shortage, status=422)
    messages.success(request, _("The quotas are saved, and panels that meet them exist."))
    return redirect("desk_panel", slug)
