"""What became of a round: its money, its projects, its proposals; and each funded project."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madang.commons.matters.api import Origin
from madang.kernel import clock, policy
from madang.kernel.web import saving
from madang.kernel.web.acting import actor_of
from madang.services.budgeting import funnel, progress
from madang.services.budgeting.domain.trail import ORDER
from madang.services.budgeting.models import Project, Round, StageFile
from madang.services.budgeting.web import progress_shown as shown
from madang.services.budgeting.web.shell import round_of, shell


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What was decided, enacted and paid beside each other; every project; where proposals were lost and why."""
    found = round_of(request, slug)
    lines = progress.lines(found)
    whole = progress.money(lines)
    steps = funnel.funnel(found, lines)
    context = {
        "lines": [shown.row(line) for line in lines],
        "whole": whole,
        "stats": shown.stats(found, whole),
        "bars": shown.bars(whole),
        "by_pot": shown.parts_of((pot.title, part) for pot, part in progress.by_pot(lines, found.pots.all())),
        "by_value": shown.parts_of(
            (shown.value_name(number), part) for number, part in progress.by_value(lines)
        ),
        "origins": [Origin(origin).label for origin in funnel.ORIGINS],
        "steps": shown.funnel_rows(steps),
        "losses": shown.loss_rows(steps),
        "is_decided": found.state in (Round.State.DECIDED, Round.State.SETTLED),
        "at": clock.now(),
    }
    return render(request, "budgeting/progress.html", shell(found, "budget_progress") | context)


def _line(request: HttpRequest, slug: str, code: str) -> progress.Line:
    lines = progress.lines(round_of(request, slug), code=code)
    if not lines:
        raise Http404
    return lines[0]


@require_safe
def project(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One funded project: its way, each step beside its promise, what shows it, and where to dispute it."""
    line = _line(request, slug, code)
    head = shell(line.project.round, "budget_progress")
    crumbs: Any = head["breadcrumb"]
    crumbs[-1]["url"] = reverse("budget_progress", args=[slug])
    effect = line.effect
    place = effect.matter.effects.filter(pk__lte=effect.pk).count() if effect else 0
    context = {
        "project": line.project,
        "line": line,
        "tag": shown.tag(line),
        "way": shown.way(line),
        "compared": shown.compared(line),
        "total": shown.total_line(line),
        "decided": shown.won(line.project.cost),
        "told": shown.told(line),
        "promise_url": reverse("promise", args=[effect.matter.number, place])
        if effect and effect.is_public
        else "",
        "may_tell": policy.can("budgeting.project.report", actor_of(request), line.project),
        "breadcrumb": [*crumbs, {"label": line.project.code, "url": ""}],
    }
    return render(request, "budgeting/project_progress.html", head | context)


@require_safe
def file(request: HttpRequest, slug: str, code: str, file: int) -> FileResponse:
    """A file that shows a step. It can run nothing."""
    found = round_of(request, slug)
    row = get_object_or_404(StageFile, pk=file, stage__project__round=found, stage__project__code=code)
    try:
        opened = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        opened, as_attachment=not row.is_picture, filename=row.name, content_type=row.content_type
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def projects_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """A line for each funded project: amounts in won, promised and actual days, slip in days."""
    found = round_of(request, slug)
    money = ("proposed", "enacted", "contracted", "executed")
    head: list[object] = ["project_id", "title", "pot", "office", "state", "disputed", "decided", *money]
    for kind in ORDER:
        head += [f"{kind}_promised", f"{kind}_on", f"{kind}_slip_days"]
    rows = [[*head, "stop_code"]]
    for line in progress.lines(found):
        one: Project = line.project
        cells: list[object] = [one.code, one.title, one.pot.code, line.lead.code if line.lead else ""]
        cells += [line.state, int(line.disputed), one.cost, *(line.amount(kind) for kind in money)]
        for kind in ORDER:
            happened = line.last[kind].on_date if kind in line.last else None
            cells += [line.day(kind), happened, line.slip(kind)]
        stopped = line.last.get("stopped")
        rows.append([*cells, stopped.stop_code if stopped else ""])
    return saving.table(rows, f"{found.slug}-projects.csv")


@require_safe
def figures_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Every figure of the page: what it counts, of what, from whom, how many, how many won."""
    found = round_of(request, slug)
    lines = progress.lines(found)
    rows: list[list[object]] = [["figure", "key", "reason", "origin", "number", "won"]]
    parts = [
        ("round", found.slug, progress.money(lines)),
        *(("pot", pot.code, part) for pot, part in progress.by_pot(lines, found.pots.all())),
        *(("value", str(value), part) for value, part in progress.by_value(lines)),
    ]
    for kind, key, part in parts:
        for step in ("decided", "proposed", "enacted", "contracted", "executed"):
            rows.append([f"{kind}_{step}", key, "", "", part.projects, getattr(part, step)])
    if found.whole_budget:
        rows.append(["whole_budget", str(found.year), "", "", "", found.whole_budget])
    for stage in funnel.funnel(found, lines):
        rows += [["reached", stage.key, "", origin, stage.by_origin[origin], ""] for origin in funnel.ORIGINS]
        for why, many in stage.reasons:
            rows += [["lost_before", stage.key, why, origin, many[origin], ""] for origin in funnel.ORIGINS]
    return saving.table(rows, f"{found.slug}-figures.csv")
