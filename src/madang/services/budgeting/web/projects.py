"""The projects of a round, and one of them: who works on it, from which proposals, what it would cost."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madang.kernel import text
from madang.kernel.money import won
from madang.kernel.web.acting import actor_of
from madang.services.budgeting import reading
from madang.services.budgeting.models import Estimate, Project
from madang.services.budgeting.web import delegation, words
from madang.services.budgeting.web.shell import follow, round_of, shell, under

PAGE = 30


@require_safe
def projects(request: HttpRequest, slug: str) -> HttpResponse:
    """What offices make of the proposals; once the ballot is fixed, what can be voted for."""
    found = round_of(request, slug)
    rows = reading.projects(found)
    page: Any = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = shell(found, "budget_projects") | {
        "page": page,
        "rows": [words.project_row(one) for one in page],
    }
    return render(request, "budgeting/projects.html", context)


def estimates(rows: QuerySet[Estimate]) -> list[dict[str, Any]]:
    """Estimates, the latest first, with what the one before said."""
    listed = list(rows)
    return [
        {
            "amount": won(one.amount),
            "low": won(one.low),
            "high": won(one.high),
            "is_exact": one.low == one.high,
            "method": one.method,
            "reason": one.reason,
            "at": one.at,
            "before": won(before.amount) if before and before.amount != one.amount else "",
        }
        for before, one in zip([None, *listed], listed, strict=False)
    ][::-1]


@require_safe
def project(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One project and every act on it with its reason."""
    found, actor = round_of(request, slug), actor_of(request)
    one = get_object_or_404(found.projects.select_related("pot", "round"), code=code)
    known = reading.desk_projects(actor, found).filter(pk=one.pk)
    context = under(found, "budget_projects", one.code) | {
        "project": one,
        "tag": words.project_tag(one),
        "about_html": text.to_html(one.about),
        "cost": won(one.cost),
        "estimates": estimates(one.estimates.all()),
        "parts": list(one.parts.select_related("office")),
        "proposals": [words.row(row) for row in reading.public_proposals(found).filter(project=one)],
        "why": words.why_dropped(one.drop_code) if one.state == Project.State.DROPPED else "",
        "events": words.history(one.reference),
        "follow": follow(actor, one.reference, request.path),
        "finding": delegation.found_of(one.pk),
        "desk_url": reverse("desk_budget_project", args=[slug, code]) if known.exists() else "",
    }
    return render(request, "budgeting/project.html", context)
