"""The lottery at the desk: order it, freeze, open or give it up, note what the drawn say, end the panel."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madang.commons.panels.domain import lots, making, seats
from madang.commons.panels.models import Panel, Round, Seat
from madang.commons.panels.web import desk, forms
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of


@require_POST
@desk.official
def desk_prepare(request: HttpRequest, slug: str) -> HttpResponse:
    """Order the lottery; the worker makes it."""
    panel, form = desk.panel_of(request, slug), forms.WitnessForm(request.POST)
    if not form.is_valid():
        return desk.show(request, panel, witness=form, status=422)
    try:
        making.order(
            actor=actor_of(request),
            panel=panel,
            witnesses=form.cleaned_data["witnesses"],
            relax=form.cleaned_data["relax"],
        )
    except RefusedError as refused:
        form.add_error("witnesses", str(refused))
        return desk.show(request, panel, witness=form, status=refused.status)
    return redirect("desk_panel", slug)


def _latest(panel: Panel) -> Round:
    return get_object_or_404(
        Round.objects.select_related("panel__host", "entry"),
        panel=panel,
        state__in=making.UNDER_WAY,
    )


@require_POST
@desk.official
def desk_freeze(request: HttpRequest, slug: str) -> HttpResponse:
    lots.freeze(actor=actor_of(request), round_=_latest(desk.panel_of(request, slug)))
    messages.success(request, _("The lottery is frozen. Its digest stands in the public log."))
    return redirect("desk_panel", slug)


@require_POST
@desk.official
def desk_open(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        lots.open_(actor=actor_of(request), round_=_latest(desk.panel_of(request, slug)))
    except RefusedError as refused:
        messages.warning(request, str(refused))
    return redirect("desk_panel", slug)


@require_POST
@desk.official
def desk_void(request: HttpRequest, slug: str) -> HttpResponse:
    panel, form = desk.panel_of(request, slug), forms.ReasonForm(request.POST)
    if not form.is_valid():
        return desk.show(request, panel, reason=form, status=422)
    lots.void(actor=actor_of(request), round_=_latest(panel), reason=form.cleaned_data["reason"])
    messages.success(request, _("The lot is given up; the reason is published."))
    return redirect("desk_panel", slug)


@require_POST
@desk.official
def desk_seat(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Note what a drawn person said, that she did not answer, or that she dropped out."""
    panel = desk.panel_of(request, slug)
    seat = get_object_or_404(Seat.objects.select_related("round__panel"), pk=pk, round__panel=panel)
    step = request.POST.get("do", "")
    if step not in {one.name for one in Seat.flow.steps}:
        return desk.show(request, panel, status=422)
    try:
        seats.note(actor=actor_of(request), seat=seat, step=step, reason=request.POST.get("reason", "")[:500])
    except RefusedError as refused:
        messages.error(request, str(refused))
    return redirect("desk_panel", slug)


@require_POST
@desk.official
def desk_close(request: HttpRequest, slug: str) -> HttpResponse:
    panel, form = desk.panel_of(request, slug), forms.ReasonForm(request.POST)
    if not form.is_valid():
        return desk.show(request, panel, reason=form, status=422)
    seats.close(actor=actor_of(request), panel=panel, reason=form.cleaned_data["reason"])
    messages.success(request, _("The panel has ended. Names and contacts are erased."))
    return redirect("desk_panel", slug)
