"""Correcting what a case is about: one click on the case, or a page that asks."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of
from madang.services.casework.domain import suggesting
from madang.services.casework.models import Case
from madang.services.casework.web import words
from madang.services.casework.web.case import seen
from madang.services.casework.web.shell import crumbs


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def category(request: HttpRequest, ref: str) -> HttpResponse:
    """A page that asks for the category; one click from the case comes here too."""
    actor = actor_of(request)
    case = seen(actor, ref)
    policy.require("casework.case.categorise", actor, case)
    chosen = request.POST.get("category", case.category.code if case.category is not None else "")
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        found = case.center.categories.filter(code=chosen).first()
        if found is None:
            errors = [{"text": _("Choose a category from the list."), "href": "#id_category"}]
        else:
            try:
                suggesting.correct(actor=actor, case=case, category=found)
            except RefusedError as error:
                errors = [{"text": str(error), "href": "#id_category"}]
            else:
                messages.success(request, _("It is in its category now. The machine learns from it."))
                return redirect(words.address(case))
    return _page(request, case, chosen, errors)


def _page(request: HttpRequest, case: Case, chosen: str, errors: list[dict[str, str]]) -> HttpResponse:
    said = suggesting.suggest(case.center, case.matter.title, case.matter.body)
    sure = {one.category.code: one.percent for one in said.guesses}
    rows = [
        {"code": one.code, "name": one.name, "group": one.group, "percent": sure.get(one.code)}
        for one in case.center.categories.filter(is_active=True)
    ]
    context = {
        "case": case,
        "matter": case.matter,
        "groups": [(name, list(some)) for name, some in groupby(rows, key=lambda one: one["group"])],
        "chosen": chosen,
        "errors": errors,
        "back": words.address(case),
        "breadcrumb": crumbs(_("Category"), (case.matter.number or _("Not public"), words.address(case))),
    }
    return render(request, "casework/category.html", context, status=422 if errors else 200)
