"""Promises of my offices and the report on each."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from madang.commons.matters import desk_queries
from madang.commons.matters.domain import effects
from madang.commons.matters.enums import STILL, EffectState
from madang.commons.matters.models import Effect
from madang.commons.matters.path import effect_tone
from madang.commons.matters.web import matter as page
from madang.commons.matters.web import promise_forms, shown
from madang.kernel import clock
from madang.kernel.web import refusing
from madang.kernel.web.acting import actor_of


def desk_effects(request: HttpRequest) -> HttpResponse:
    """The promises that my offices own, those still to be kept first."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = desk_queries.effects_of(actor_of(request))
    here = Paginator(found, 30).get_page(request.GET.get("page"))
    today = clock.today()
    rows = [
        {
            "effect": row,
            "label": EffectState(row.state).label,
            "tone": effect_tone(row.state),
            "late": row.state in STILL and row.promised_on is not None and row.promised_on < today,
            "open": row.state in STILL,
        }
        for row in here
    ]
    context = {"page": here, "rows": rows, "breadcrumb": page.crumbs(_("Promises"))}
    return render(request, "matters/effects.html", context)


def desk_effect(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how one promise stands. “Done” needs a link that anyone can open."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    mine = desk_queries.effects_of(actor_of(request))
    effect: Effect = get_object_or_404(mine, pk=pk)
    form = promise_forms.EffectForm(request.POST or None, initial={"state": effect.state})
    if request.method == "POST" and form.is_valid():
        with refusing.on_form(form):
            effects.report(actor=actor_of(request), effect=effect, **form.cleaned_data)
            messages.success(request, _("Your report is published. Followers are told."))
            return redirect("desk_effects")
    context = {
        "effect": effect,
        "form": form,
        "open": effect.state in STILL,
        "label": EffectState(effect.state).label,
        "tone": effect_tone(effect.state),
        "reports": [
            {"at": row.at, "title": EffectState(row.state).label, "text": row.text, "url": row.evidence_url}
            for row in effect.reports.order_by("-at", "-pk")
        ],
        "item_url": shown.page_of(effect.matter) if effect.matter.is_public else "",
        "breadcrumb": page.crumbs(_("Report on a promise")),
    }
    return render(request, "matters/effect.html", context, status=refusing.status_of(form))
