"""The planning group of a space for everybody: who sits in it, what it votes on, who said what and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madang.commons.matters.enums import Disclosure
from madang.commons.notices import api as notices
from madang.kernel import ids, policy
from madang.kernel import queries as kernel
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import candidates, challenging, planning_group, terms
from madang.services.square.models import Candidate, Idea, PlanningSeat, Space
from madang.services.square.web import acts, present
from madang.services.square.web import picking_words as words
from madang.services.square.web.pages import crumb, optional_url, sign_in_url, taken_down
from madang.services.square.web.picking_forms import ProposeForm

Part = dict[str, Any]
PAGE = 20


def crumbs(space: Space, *more: Part) -> list[Part]:
    last = crumb(_("Planning group"), reverse("planning", args=[space.slug]) if more else "")
    return [
        crumb(_("Spaces"), reverse("spaces")),
        crumb(space.title, reverse("space", args=[space.slug])),
        last,
        *more,
    ]


def _space(slug: str) -> Space:
    found: Space = get_object_or_404(Space.objects.select_related("host"), slug=slug, is_archive=False)
    return found


def public(space: Space) -> Any:
    """Candidates of a space that everybody may see."""
    seen = Candidate.objects.filter(space=space, idea__matter__disclosure=Disclosure.PUBLIC)
    return planning_group.with_votes(seen).select_related("idea__topic__matter")


def may_work(actor: Actor, space: Space) -> bool:
    """Whether the desk of this group is hers: a member, or the facilitator."""
    return actor.holds(Role.PLANNER, space.host_id) or actor.holds(Role.FACILITATOR, space.host_id)


@require_safe
def group(request: HttpRequest, slug: str) -> HttpResponse:
    """Its members, its rules, what it votes on now and what it has decided."""
    space, actor = _space(slug), actor_of(request)
    rows = public(space)
    page = Paginator(rows.exclude(state__in=["open", "counted"]), PAGE).get_page(request.GET.get("page"))
    context = {
        "space": space,
        "members": [
            {"name": one.user.shown_name, "title": words.title_of(one), "since": one.valid_from}
            for one in planning_group.members(space.host)
        ],
        "terms": terms.planning(),
        "open": words.rows(rows.filter(state__in=["open", "counted"]).order_by("due_at", "pk")),
        "done": words.rows(page),
        "page": page,
        "desk_url": reverse("planning_desk") if may_work(actor, space) else "",
        "breadcrumb": crumbs(space),
    }
    return render(request, "square/planning/group.html", context)


def found(request: HttpRequest, slug: str, number: int) -> Candidate:
    """A candidate that this person may see.

    Raises:
        Http404: there is none, or its idea is not hers to see.
    """
    seen = planning_group.with_votes(
        Candidate.objects.filter(space__slug=slug, number=number, space__is_archive=False)
    )
    row = seen.select_related("idea__topic__matter", "idea__matter__host").first()
    if row is None:
        raise Http404
    if row.idea.matter.disclosure != Disclosure.HIDDEN and not policy.can(
        "matters.matter.view", actor_of(request), row.idea.matter
    ):
        raise Http404
    return row


def shown(row: Candidate, actor: Actor) -> Part:
    """What the public page and the desk show of a candidate to this person."""
    seats = list(row.seats.all())
    open_ = row.state in ("open", "counted")
    challenges = [each for seat in seats for each in seat.challenges.all()]
    staying = planning_group.sitting(row.space.host_id)
    before = words.came(row) if row.state == "picked" else []
    return {
        "candidate": row,
        "space": row.space,
        "matter": row.idea.matter,
        "matter_url": present.address(row.idea.matter),
        "tag": words.tag(row),
        "turn": words.turn(row, seats, staying, bool(before)),
        "seats": [
            words.seat(one, staying if row.state == "open" else None)
            | {"may_challenge": open_ and one.user != actor.user and challenging.claim_about(one)}
            for one in seats
        ],
        "may_decide_about": {
            each.pk
            for each in challenges
            if (each.state == "open" and policy.can("square.challenge.grant", actor, each))
            or (not each.hide_reason and policy.can("square.challenge.hide", actor, each))
        },
        "moderates": actor.holds(Role.MODERATOR, row.idea.matter.host_id),
        "count": words.count_words(row, planning_group.tally(row, seats, staying)),
        "came": before,
        "hidden_reason": words.hidden_reason(row),
        "events": _events(row, seats),
    }


def _events(row: Candidate, seats: list[PlanningSeat]) -> list[Part]:
    """What happened to a candidate, to the words of its votes and to its challenges, the latest first."""
    also = [each.reference for seat in seats for each in seat.votes.all()]
    also += [each.reference for seat in seats for each in seat.challenges.all()]
    return [acts.event(act) for act in kernel.history(row.reference, *also).order_by("-at", "-pk")]


@require_safe
def candidate(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One candidate: who proposed it and why, every vote with its reason, whose turn it is, the decision."""
    row, actor = found(request, slug, number), actor_of(request)
    if row.idea.matter.disclosure == Disclosure.HIDDEN:
        return taken_down(request, row.idea)
    may_say = bool(policy.can("square.candidate.vote", actor, row))
    may_end = row.state == "counted" and bool(policy.can("square.candidate.pick", actor, row))
    context = shown(row, actor) | {
        "desk_url": reverse("planning_vote", args=[slug, number]) if may_say or may_end else "",
        "may_vote": may_say,
        "hide_url": f"{reverse('planning_vote', args=[slug, number])}#hide"
        if not row.hide_reason and policy.can("square.candidate.hide", actor, row)
        else "",
        "may_withdraw": row.state == "open" and bool(policy.can("square.candidate.withdraw", actor, row)),
        "follow": {
            "url": optional_url("follow"),
            "reference": row.reference,
            "next": request.path,
            "is_following": notices.is_following(actor.user, row.reference),
        }
        if actor.user is not None and optional_url("follow")
        else None,
        "breadcrumb": crumbs(row.space, crumb(_("Candidate %(n)s") % {"n": row.number})),
    }
    return render(request, "square/planning/candidate.html", context)


def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Anyone with an account proposes an idea or a topic of this space, with a reason."""
    space, actor = _space(slug), actor_of(request)
    if not actor.is_signed_in:
        return redirect_to_login(request.get_full_path())
    form = ProposeForm(request.POST or None, initial={"number": request.GET.get("idea", "")[:30]})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            written = ids.read_number(form.cleaned_data["number"])
            idea = (
                Idea.objects.select_related("matter", "process__space")
                .filter(matter__number=written, process__space=space)
                .first()
                if written
                else None
            )
            if idea is None or not idea.matter.is_public:
                form.add_error("number", _("This space has no public idea with this number."))
            else:
                try:
                    made = candidates.propose(actor=actor, idea=idea, why=form.cleaned_data["why"])
                except RefusedError as refusal:
                    form.add_error(None, str(refusal))
                    status = refusal.status
                else:
                    messages.success(
                        request, _("It is proposed. The members of the group and its authors have been told.")
                    )
                    return redirect("candidate", slug, made.number)
    context = {
        "space": space,
        "form": form,
        "has_group": bool(planning_group.members(space.host)),
        "terms": terms.planning(),
        "breadcrumb": crumbs(space, crumb(_("Propose a topic"))),
    }
    return render(request, "square/planning/propose.html", context, status=status)


@require_POST
def withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Whoever proposed it takes it back."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect(sign_in_url(reverse("candidate", args=[slug, number])))
    candidates.withdraw(actor=actor, candidate=found(request, slug, number))
    messages.success(request, _("It is taken back. Its page stays."))
    return redirect("candidate", slug, number)


def card(actor: Actor, idea: Idea) -> Part:
    """What the page of an idea says of its planning group: where it stands there, or the way to propose it."""
    space = idea.process.space
    if space.is_archive or not idea.matter.is_public:
        return {}
    last = idea.candidacies.select_related("space").order_by("-at", "-pk").first()
    verdict = policy.can("square.candidate.propose", actor, idea)
    is_free = last is None or last.state not in ("open", "counted", "picked")
    may = is_free and (bool(verdict) or verdict.code == "sign_in")
    return {
        "tag": words.tag(last) if last is not None else None,
        "url": reverse("candidate", args=[last.space.slug, last.number]) if last is not None else "",
        "propose_url": f"{reverse('planning_propose', args=[space.slug])}?idea={idea.matter.number}"
        if may and planning_group.members(space.host_id)
        else "",
    }
