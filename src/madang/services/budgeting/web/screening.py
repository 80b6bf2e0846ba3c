"""The desk of a round: screening proposals, working projects out, fixing and correcting the ballot."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from madang.commons.matters import api as matters
from madang.kernel import policy, text
from madang.kernel.money import won
from madang.kernel.web.acting import actor_of, for_officials
from madang.services.budgeting import reading
from madang.services.budgeting.domain import fixing, projects, screening
from madang.services.budgeting.models import Project, Proposal, Round
from madang.services.budgeting.web import screening_forms as forms
from madang.services.budgeting.web import words
from madang.services.budgeting.web.acts import Verbs, perform
from madang.services.budgeting.web.projects import estimates

PAGE = 50


def _round(slug: str) -> Round:
    found: Round = get_object_or_404(
        Round.objects.filter(frozen__isnull=False).select_related("host", "rule"), slug=slug
    )
    return found


def _crumbs(found: Round, *more: str) -> list[dict[str, str]]:
    listed = {"label": found.title, "url": reverse("desk_proposals", args=[found.slug]) if more else ""}
    crumbs = [{"label": _("Desk"), "url": reverse("desk")}, listed]
    return crumbs + [{"label": one, "url": ""} for one in more]


@require_safe
@for_officials(*reading.WORKING)
def proposals(request: HttpRequest, slug: str) -> HttpResponse:
    """What one's office has to decide in a round, the most urgent first, and the projects it works on."""
    found, actor = _round(slug), actor_of(request)
    state = request.GET.get("state", Proposal.State.SUBMITTED)
    rows = reading.desk_proposals(actor, found)
    counts = reading.by_state(rows)
    state = state if state in Proposal.State.values else Proposal.State.SUBMITTED
    page: Any = Paginator(rows.filter(state=state), PAGE).get_page(request.GET.get("page"))
    here = reverse("desk_proposals", args=[slug])
    context = {
        "round": found,
        "page": page,
        "rows": [
            words.row(one) | {"url": reverse("desk_proposal", args=[slug, one.matter.number])}
            for one in page
            if one.matter.number
        ],
        "tabs": [
            {
                "label": label,
                "url": f"{here}?state={code}",
                "active": code == state,
                "count": counts.get(code, 0),
            }
            for code, label in Proposal.State.choices
        ],
        "projects": [
            {
                "title": one.title,
                "url": reverse("desk_budget_project", args=[slug, one.code]),
                "tags": [words.project_tag(one)],
                "meta": [_("Number %(code)s") % {"code": one.code}, one.pot.title],
                "figure": won(one.cost),
            }
            for one in reading.desk_projects(actor, found)
        ],
        "may_fix": policy.can("budgeting.round.fix_ballot", actor, found),
        "breadcrumb": _crumbs(found),
    }
    return render(request, "budgeting/desk_proposals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officials(*reading.WORKING)
def proposal(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """One proposal: take it further, draft why not, make a project of it or take it into one."""
    found, actor = _round(slug), actor_of(request)
    one = get_object_or_404(reading.desk_proposals(actor, found), matter__number=number)
    own = policy.can("budgeting.proposal.accept", actor, one)
    open_projects = found.projects.filter(state__in=projects.WORKING)
    before = found.state in screening.BEFORE_BALLOT

    def join(data: Any = None) -> forms.JoinForm:
        return forms.JoinForm(data, projects=open_projects)

    def show(*, status: int = 200, **bound: Any) -> HttpResponse:
        matter = one.matter
        is_open = one.state in screening.UNDECIDED
        may_draft = is_open or (one.project is not None and one.project.state == Project.State.DROPPED)
        eligible = bool(own) and before and one.state == Proposal.State.ELIGIBLE
        context = {
            "round": found,
            "proposal": one,
            "matter": matter,
            "tags": words.tags(one),
            "body_html": text.to_html(matter.body),
            "where": words.where(one),
            "money": won(one.amount),
            "values": words.values(one),
            "clock": matters.clock_view(matter),
            "refused": "" if own else own.reason,
            "is_fixed": not before,
            "in_work": matter.answers.exclude(state="published").first(),
            "is_with_office": matter.state == "assigned",
            "accept": forms.AcceptForm()
            if own and before and one.state == Proposal.State.SUBMITTED
            else None,
            "turn_down": forms.TurnDownForm(initial={"code": one.drop_code})
            if own and may_draft and matter.state == "assigned"
            else None,
            "begin": forms.BeginForm(initial={"title": matter.title, "about": matter.body})
            if eligible
            else None,
            "join": join() if eligible and open_projects.exists() else None,
            "leave": forms.LeaveForm() if own and before and one.state == Proposal.State.JOINED else None,
            "events": words.history(matter.reference, one.reference),
            "breadcrumb": _crumbs(found, number),
        }
        return render(request, "budgeting/desk_proposal.html", context | bound, status=status)

    if request.method != "POST":
        return show()
    verbs: Verbs = {
        "accept": (
            forms.AcceptForm,
            lambda actor, typed: screening.accept(actor=actor, proposal=one, **typed),
            gettext_lazy("It goes on. Its author is told."),
        ),
        "turn_down": (
            forms.TurnDownForm,
            lambda actor, typed: screening.turn_down(actor=actor, proposal=one, **typed),
            gettext_lazy("The answer is with the approver. Nothing is published before she agrees."),
        ),
        "begin": (
            forms.BeginForm,
            lambda actor, typed: projects.begin(actor=actor, proposal=one, **typed),
            gettext_lazy("The project is made. Its author is told."),
        ),
        "join": (
            join,
            lambda actor, typed: projects.join(actor=actor, proposal=one, **typed),
            gettext_lazy("It is part of the project. Its author is told."),
        ),
        "leave": (
            forms.LeaveForm,
            lambda actor, typed: projects.leave(actor=actor, proposal=one, **typed),
            gettext_lazy("It is out of the project. Its author is told."),
        ),
    }
    return perform(request, verbs, show)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officials(*reading.WORKING)
def project(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One project: its offices, its estimates; dropping it; on a fixed ballot its correction."""
    found, actor = _round(slug), actor_of(request)
    one = get_object_or_404(reading.desk_projects(actor, found), code=code)
    may_work, may_correct = (
        policy.can("budgeting.project.work", actor, one),
        policy.can("budgeting.round.correct", actor, found),
    )
    before = found.state in screening.BEFORE_BALLOT
    works = bool(may_work) and before and one.state in projects.WORKING
    corrects = bool(may_correct) and found.state in ("ballot", "voting") and one.state == "on_ballot"
    is_first = not one.estimates.exists()

    def estimate(data: Any = None) -> forms.EstimateForm:
        return forms.EstimateForm(data, is_first=is_first)

    def show(*, status: int = 200, **bound: Any) -> HttpResponse:
        context = {
            "round": found,
            "project": one,
            "tag": words.project_tag(one),
            "cost": won(one.cost),
            "pot_money": won(one.pot.amount),
            "estimates": estimates(one.estimates.all()),
            "parts": list(one.parts.select_related("office")),
            "proposals": [
                words.row(row) | {"url": reverse("desk_proposal", args=[slug, row.matter.number])}
                for row in one.proposals.select_related(*reading.WHOLE)
            ],
            "refused": "" if may_work or corrects else may_work.reason,
            "part": forms.PartForm() if works else None,
            "estimate": estimate() if works else None,
            "drop": forms.DropForm() if works else None,
            "reopen": forms.ReopenForm()
            if may_work and before and one.state == Project.State.DROPPED
            else None,
            "recost": forms.RecostForm() if corrects else None,
            "strike": forms.DropForm() if corrects else None,
            "events": words.history(one.reference),
            "breadcrumb": _crumbs(found, one.code),
        }
        return render(request, "budgeting/desk_project.html", context | bound, status=status)

    if request.method != "POST":
        return show()
    verbs: Verbs = {
        "part": (
            forms.PartForm,
            lambda actor, typed: projects.add_part(actor=actor, project=one, **typed),
            gettext_lazy("The office has a part in the project."),
        ),
        "estimate": (
            estimate,
            lambda actor, typed: projects.estimate(actor=actor, project=one, **typed),
            gettext_lazy("The estimate is published. Everybody whose proposal is in it is told."),
        ),
        "drop": (
            forms.DropForm,
            lambda actor, typed: projects.drop(actor=actor, project=one, **typed),
            gettext_lazy("The project is dropped. Answer its proposals now; their authors are told."),
        ),
        "reopen": (
            forms.ReopenForm,
            lambda actor, typed: projects.reopen(actor=actor, project=one, **typed),
            gettext_lazy("The project is worked on again."),
        ),
        "recost": (
            forms.RecostForm,
            lambda actor, typed: fixing.recost(actor=actor, project=one, **typed),
            gettext_lazy("The ballot is corrected. Everybody who proposed something is told."),
        ),
        "strike": (
            forms.DropForm,
            lambda actor, typed: fixing.strike(actor=actor, project=one, **typed),
            gettext_lazy("The ballot is corrected. Everybody who proposed something is told."),
        ),
    }
    return perform(request, verbs, show)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officials(*reading.WORKING)
def ballot(request: HttpRequest, slug: str) -> HttpResponse:
    """What would stand on the ballot, what stands against fixing it, and the act itself."""
    found, actor = _round(slug), actor_of(request)
    if found.host_id not in actor.offices(*reading.WORKING):
        raise Http404
    verdict = policy.can("budgeting.round.fix_ballot", actor, found)

    def show(*, status: int = 200, **bound: Any) -> HttpResponse:
        listed = found.projects.filter(state__in=["costed", "on_ballot"]).select_related("pot")
        is_now = found.state == Round.State.SCREENING
        open_ = fixing.hindrances(found) if is_now else None
        context = {
            "round": found,
            "is_now": is_now,
            "is_before": found.state in screening.BEFORE_BALLOT,
            "refused": "" if verdict else verdict.reason,
            "open": open_,
            "sentences": open_.sentences() if open_ else [],
            "may_object": fixing.may_object_until(found) if is_now else None,
            "projects": [
                {
                    "code": one.code,
                    "title": one.title,
                    "pot": one.pot.title,
                    "cost": won(one.cost),
                    "url": reverse("desk_budget_project", args=[slug, one.code]),
                }
                for one in listed
            ],
            "fix": forms.FixForm() if is_now and verdict and not open_ else None,
            "breadcrumb": _crumbs(found, _("Ballot")),
        }
        return render(request, "budgeting/desk_ballot.html", context | bound, status=status)

    if request.method != "POST":
        return show()
    return perform(
        request,
        {
            "fix": (
                forms.FixForm,
                lambda actor, typed: fixing.fix_ballot(actor=actor, round_=found, **typed),
                gettext_lazy("The ballot is fixed. Projects and costs stand in the public log."),
            )
        },
        show,
    )
