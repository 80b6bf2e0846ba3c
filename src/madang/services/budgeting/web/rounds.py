"""A round as everybody sees it: what it is about, its money, its dates."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madang.services.budgeting.web.shell import round_of, shell


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What the round is about, which money it has, and when what happens."""
    found = round_of(request, slug)
    return render(
        request,
        "budgeting/round.html",
        shell(found, "budget_round") | {"pots": found.pots.all()},
    )
