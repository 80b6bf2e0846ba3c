"""Conflicts of interest that residents challenge: the page on which one does, and the page on which it is decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.commons.matters.enums import Disclosure
from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.web import refusing
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import challenging, terms
from madang.services.square.models import Candidate, Challenge, PlanningSeat
from madang.services.square.models.challenges import Claim
from madang.services.square.web import picking as pages
from madang.services.square.web import picking_words as words
from madang.services.square.web.growing_forms import TakeDownForm
from madang.services.square.web.pages import crumb, taken_down
from madang.services.square.web.picking_forms import ChallengeDecisionForm, ChallengeForm

Part = dict[str, Any]


def _trail(row: Candidate, label: str) -> list[Part]:
    place = reverse("candidate", args=[row.space.slug, row.number])
    return pages.crumbs(row.space, crumb(_("Candidate %(n)s") % {"n": row.number}, place), crumb(label))


def challenge(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """Anyone signed in says that a member has a conflict of interest, or that the one she declared is none."""
    actor, row = actor_of(request), pages.found(request, slug, number)
    if not actor.is_signed_in:
        return redirect_to_login(request.get_full_path())
    if row.idea.matter.disclosure == Disclosure.HIDDEN:
        return taken_down(request, row.idea)
    seat: PlanningSeat = get_object_or_404(row.seats.select_related("user", "candidate__idea__matter"), pk=pk)
    policy.require("square.challenge.file", actor, seat)
    claim = challenging.claim_about(seat)
    back = reverse("candidate", args=[slug, number])
    if not claim:
        messages.info(request, _("She is out of this vote by the rule; there is nothing to challenge."))
        return redirect(back)
    form = ChallengeForm(request.POST if request.method == "POST" else None, initial={"claim": claim})
    if form.is_valid():
        with refusing.on_form(form):
            made = challenging.challenge(
                actor=actor, seat=seat, claim=form.cleaned_data["claim"], why=form.cleaned_data["why"]
            )
            messages.success(
                request,
                _("It stands on the page. The group is told, and it waits at the desk of the facilitator."),
            )
            return redirect(f"{back}#challenge-{made.pk}")
    context = {
        "seat": seat,
        "seat_title": words.title_of(seat),
        "matter": row.idea.matter,
        "claim": claim,
        "claim_label": Claim(claim).label,
        "terms": terms.planning_of(row.terms),
        "form": form,
        "back": back,
        "breadcrumb": _trail(row, _("Challenge a conflict of interest")),
    }
    return render(request, "square/planning/challenge.html", context, status=refusing.status_of(form))


def decide(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    """The facilitator or a member decides about a challenge; a moderator takes its words down."""
    actor, row = actor_of(request), pages.found(request, slug, number)
    if not actor.is_signed_in:
        return redirect_to_login(request.get_full_path())
    if row.idea.matter.disclosure == Disclosure.HIDDEN:
        return taken_down(request, row.idea)
    found: Challenge = get_object_or_404(
        Challenge.objects.select_related("seat__user", "seat__candidate__space", "by", "decided_by"),
        pk=pk,
        seat__candidate=row,
    )
    verdict = policy.can("square.challenge.grant", actor, found)
    may_hide = policy.can("square.challenge.hide", actor, found)
    if not verdict and not may_hide:
        raise RefusedError(verdict.reason, verdict.code)
    name = request.POST.get("act", "")
    forms: dict[str, Any] = {
        "decide": ChallengeDecisionForm(request.POST if name == "decide" else None, prefix="decide"),
        "hide": TakeDownForm(request.POST if name == "hide" else None, prefix="hide"),
    }
    form, back = forms.get(name), reverse("candidate", args=[slug, number])
    if form is not None and form.is_valid():
        do, said = _acts(actor, found)[name]
        with refusing.on_form(form):
            do(form.cleaned_data)
            messages.success(request, said)
            return redirect(f"{back}#challenge-{found.pk}")
    status = 422 if request.method == "POST" and form is None else refusing.status_of(*forms.values())
    context = {
        "challenge": words.challenge(found) | {"is_undeclared": found.claim == Claim.UNDECLARED},
        "seat": found.seat,
        "seat_title": words.title_of(found.seat),
        "matter": row.idea.matter,
        "forms": forms,
        "may_decide": bool(verdict) and found.state == "open",
        "verdict_reason": "" if verdict else verdict.reason,
        "may_hide": bool(may_hide) and not found.hide_reason,
        "has_error": any(one.is_bound and one.errors for one in forms.values()),
        "back": back,
        "breadcrumb": _trail(row, _("A challenged conflict of interest")),
    }
    return render(request, "square/planning/decide_challenge.html", context, status=status)


def _acts(actor: Actor, row: Challenge) -> dict[str, tuple[Callable[[Part], Any], str]]:
    return {
        "decide": (
            lambda typed: challenging.decide(
                actor=actor, challenge=row, is_right=typed["is_right"] == "yes", reason=typed["reason"]
            ),
            _("The decision is published, and everybody who follows it is told."),
        ),
        "hide": (
            lambda typed: challenging.hide(
                actor=actor, challenge=row, reason_code=typed["reason_code"], reason=typed["reason"]
            ),
            _("The words are taken down; the page says why."),
        ),
    }
