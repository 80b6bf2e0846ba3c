"""The desk of a panel's sessions: announce them, and note who came."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from madang.commons.panels import queries
from madang.commons.panels.domain import sittings
from madang.commons.panels.models import Seat
from madang.commons.panels.web import desk, forms
from madang.kernel import clock, policy
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@desk.official
def desk_sittings(request: HttpRequest, slug: str) -> HttpResponse:
    """All sessions of a panel, and a new one."""
    panel = desk.panel_of(request, slug)
    policy.require("panels.panel.sitting", actor_of(request), panel)
    form, status = forms.SittingForm(request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                sittings.plan(actor=actor_of(request), panel=panel, **form.cleaned_data)
            except RefusedError as refused:
                form.add_error(None, str(refused))
                status = refused.status
            else:
                messages.success(request, _("The session is announced on the public page."))
                return redirect("desk_panel_sittings", slug)
    context = {
        "panel": panel,
        "form": form,
        "sittings": queries.sittings(panel),
        "now": clock.now(),
        "breadcrumb": desk.crumbs(
            (panel.title, reverse("desk_panel", args=[slug])), (pgettext("panels", "Sessions"), "")
        ),
    }
    return render(request, "panels/desk_sittings.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk.official
def desk_sitting(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Who came to one session: a list of names with a box each."""
    panel = desk.panel_of(request, slug)
    policy.require("panels.panel.sitting", actor_of(request), panel)
    sitting = get_object_or_404(panel.sittings, number=number)
    status = 200
    if request.method == "POST":
        came = [
            int(key)
            for key in request.POST.getlist("came")
            if key.isascii() and key.isdigit() and len(key) < 18
        ]
        try:
            sittings.record(actor=actor_of(request), sitting=sitting, came=came)
        except RefusedError as refused:
            messages.error(request, str(refused))
            status = refused.status
        else:
            messages.success(request, _("It is noted who came."))
            return redirect("desk_panel_sittings", slug)
    noted = dict(sitting.presences.values_list("seat_id", "came"))
    seats = Seat.objects.filter(round__panel=panel).select_related("candidate").order_by("pk")
    rows = [
        {"seat": seat, "came": noted.get(seat.pk, False)}
        for seat in sorted(seats, key=lambda seat: seat.candidate.name)
        if seat.pk in noted or seat.state == Seat.State.ACCEPTED
    ]
    context = {
        "panel": panel,
        "sitting": sitting,
        "rows": rows,
        "is_early": sitting.at > clock.now(),
        "breadcrumb": desk.crumbs(
            (panel.title, reverse("desk_panel", args=[slug])),
            (pgettext("panels", "Sessions"), reverse("desk_panel_sittings", args=[slug])),
            (sitting.title, ""),
        ),
    }
    return render(request, "panels/desk_sitting.html", context, status=status)
