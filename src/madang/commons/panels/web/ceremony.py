"""What people outside the office do: throw dice as a witness, answer an invitation."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madang.commons.panels import queries
from madang.commons.panels.domain import inviting, lots, seats
from madang.commons.panels.models import Round, Seat
from madang.commons.panels.web.forms import CodeForm, DiceForm
from madang.commons.panels.web.public import crumbs
from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
def throw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A witness types her ten dice. The last throw draws the panel."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    lot = get_object_or_404(
        Round.objects.select_related("panel__host").filter(panel__in=queries.public()),
        panel__slug=slug,
        number=number,
    )
    actor = actor_of(request)
    policy.require("panels.round.throw", actor, lot)
    form, status = DiceForm(request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                done = lots.throw(actor=actor, round_=lot, dice=form.cleaned_data["dice"])
            except RefusedError as refused:
                form.add_error("dice", str(refused))
                status = refused.status
            else:
                said = (
                    _("The last dice are in: the panel is drawn.") if done.drawn else _("Your dice are in.")
                )
                messages.success(request, said)
                return redirect("panel", slug)
    context = {
        "panel": lot.panel,
        "round": lot,
        "form": form,
        "mine": lot.witnesses.filter(user=actor.account).exclude(dice="").first(),
        "breadcrumb": crumbs((lot.panel.title, reverse("panel", args=[slug])), (_("Throw dice"), "")),
    }
    return render(request, "panels/throw.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Open an invitation with its code, then accept or decline. The code travels in the form, never in an address."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    seat, status = None, 200
    if form.is_bound:
        limits.spend(request, *limits.RECEIPT)
        status = 422
        if form.is_valid():
            seat = seats.by_code(form.cleaned_data["code"])
            status = 200
            if seat is None:
                form.add_error("code", _("No invitation has this code. Check each group."))
                status = 422
    answer = request.POST.get("answer", "")
    if seat is not None and answer in ("accept", "decline"):
        try:
            seat = seats.answer(seat=seat, accepts=answer == "accept")
        except RefusedError as refused:
            messages.error(request, str(refused))
            status = refused.status
    return _invitation(request, form, seat, status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of the mail leads. It asks on GET, because mail programs open links by themselves; acts on POST."""
    seat, status = inviting.by_token(token), 200
    if seat is None:
        return _invitation(request, CodeForm(), None, 410)
    answer = request.POST.get("answer", "")
    if request.method == "POST" and answer in ("accept", "decline"):
        try:
            seats.answer(seat=seat, accepts=answer == "accept")
        except RefusedError as refused:
            messages.error(request, str(refused))
            status = refused.status
        else:
            return redirect("panel_invited", token)
    return _invitation(request, CodeForm(), seat, status)


def _invitation(request: HttpRequest, form: CodeForm, seat: Seat | None, status: int) -> HttpResponse:
    context = {
        "form": form,
        "seat": seat,
        "is_gone": status == 410,
        "panel": seat.round.panel if seat else None,
        "answer_by": inviting.answer_by(seat) if seat else None,
        "breadcrumb": crumbs((_("Your invitation"), "")),
    }
    return render(request, "panels/invitation.html", context, status=status)
