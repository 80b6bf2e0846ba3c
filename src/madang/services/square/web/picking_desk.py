"""The desk of a planning group: what waits for a member or the facilitator, and the page on which they act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.matters.enums import Disclosure
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.web import refusing
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import candidates, picking, planning_group
from madang.services.square.models import Candidate
from madang.services.square.web import picking as pages
from madang.services.square.web import picking_words as words
from madang.services.square.web.growing_forms import TakeDownForm
from madang.services.square.web.pages import crumb, taken_down
from madang.services.square.web.picking_forms import ConflictForm, GroupReasonForm, VoteForm

Part = dict[str, Any]
MOST = 100


def _desk(actor: Actor) -> list[Part]:
    """The desk above it, for those who have one: a citizen in the group has none."""
    return [crumb(_("Desk"), reverse("desk"))] if actor.is_official else []


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits: votes, reasons, and what was picked but is not before the forum; the nearest limit first."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect_to_login(request.get_full_path())
    seats, spaces = actor.offices(Role.PLANNER), actor.offices(Role.FACILITATOR)
    if not seats and not spaces:
        raise RefusedError(_("Only members of the planning group vote."), "mandate.planner")
    live = planning_group.with_votes(
        Candidate.objects.filter(
            space__host__in=[*seats, *spaces],
            state__in=["open", "counted", "picked"],
            idea__matter__disclosure=Disclosure.PUBLIC,
        )
    ).select_related("idea__topic__matter")
    found: dict[str, list[Candidate]] = {
        "challenge": [], "vote": [], "reason": [], "forum": [], "others": [],
    }  # fmt: skip
    listed = list(live.order_by("due_at", "pk")[:MOST])
    before = words.before_forum(listed)
    for row in listed:
        where = _waits(actor, row, row.pk in before)
        if where:
            found[where].append(row)
    titles = {
        "challenge": _("A conflict of interest is challenged"),
        "vote": _("Your vote is asked"),
        "reason": _("The reason is to come"),
        "forum": _("Picked, not yet before the forum"),
        "others": _("The others vote"),
    }
    groups = [(titles[where], words.rows(rows, "planning_vote")) for where, rows in found.items() if rows]
    context = {
        "groups": [{"title": title, "rows": rows} for title, rows in groups],
        "breadcrumb": [*_desk(actor), crumb(_("Planning group"))],
    }
    return render(request, "square/planning/desk.html", context)


def _waits(actor: Actor, row: Candidate, is_before_forum: bool) -> str:
    """Under which heading a candidate stands for this person; empty where nothing is left to do."""
    challenges = [each for seat in row.seats.all() for each in seat.challenges.all()]
    if row.state != "picked" and any(
        each.state == "open" and not each.hide_reason and policy.can("square.challenge.grant", actor, each)
        for each in challenges
    ):
        return "challenge"
    if row.state == "counted":
        return "reason"
    if row.state == "picked":
        return "forum" if actor.holds(Role.FACILITATOR, row.space.host_id) and not is_before_forum else ""
    mine = next((seat for seat in row.seats.all() if seat.user == actor.user), None)
    asked = mine is not None and not mine.votes.all() and row.due_at > clock.now()
    return "vote" if asked and actor.holds(Role.PLANNER, row.space.host_id) else "others"


def act(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One candidate at the desk: vote, declare a conflict, give the reason; a moderator takes words down."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect_to_login(request.get_full_path())
    row = pages.found(request, slug, number)
    if row.idea.matter.disclosure == Disclosure.HIDDEN:
        return taken_down(request, row.idea)
    if not pages.may_work(actor, row.space) and not policy.can("square.candidate.hide", actor, row):
        raise RefusedError(_("Only members of the planning group vote."), "mandate.planner")
    name = request.POST.get("act", "")
    forms: dict[str, Any] = {
        "vote": VoteForm(request.POST if name == "vote" else None, prefix="vote"),
        "conflict": ConflictForm(request.POST if name == "conflict" else None, prefix="conflict"),
        "decide": GroupReasonForm(request.POST if name == "decide" else None, prefix="decide"),
        "hide": TakeDownForm(request.POST if name == "hide" else None, prefix="hide"),
    }
    form = forms.get(name)
    if form is not None and form.is_valid():
        do, said = _acts(actor, row)[name]
        with refusing.on_form(form):
            do(form.cleaned_data)
            if name == "vote" and Candidate.objects.filter(pk=row.pk, state="counted").exists():
                said = _("Your vote was the last one. The votes are counted.")
            messages.success(request, said)
            return redirect("candidate", slug, number)
    status = 422 if request.method == "POST" and form is None else refusing.status_of(*forms.values())
    vote = policy.can("square.candidate.vote", actor, row)
    context = pages.shown(row, actor) | {
        "forms": forms,
        "vote_verdict": vote,
        "may_vote": bool(vote),
        "may_decide": row.state == "counted" and bool(policy.can("square.candidate.pick", actor, row)),
        "result": planning_group.result(row) if row.state == "counted" else "",
        "may_hide": not row.hide_reason and bool(policy.can("square.candidate.hide", actor, row)),
        "has_error": any(one.is_bound and one.errors for one in forms.values()),
        "breadcrumb": [
            *_desk(actor),
            crumb(_("Planning group"), reverse("planning_desk") if pages.may_work(actor, row.space) else ""),
            crumb(_("Candidate %(n)s") % {"n": row.number}),
        ],
    }
    return render(request, "square/planning/act.html", context, status=status)


def _acts(actor: Actor, row: Candidate) -> dict[str, tuple[Callable[[Part], Any], str]]:
    return {
        "vote": (
            lambda typed: picking.vote(
                actor=actor, candidate=row, choice=typed["choice"], reason=typed["reason"]
            ),
            _("Your vote is counted and stands on the page. You may change it until the count."),
        ),
        "conflict": (
            lambda typed: picking.recuse(actor=actor, candidate=row, reason=typed["reason"]),
            _("You are out of this vote; the page says why."),
        ),
        "decide": (
            lambda typed: picking.decide(actor=actor, candidate=row, reason=typed["reason"]),
            _("The decision is published, and everybody who follows it is told."),
        ),
        "hide": (
            lambda typed: candidates.hide(
                actor=actor, candidate=row, reason_code=typed["reason_code"], reason=typed["reason"]
            ),
            _("The words are taken down; the page says why."),
        ),
    }
