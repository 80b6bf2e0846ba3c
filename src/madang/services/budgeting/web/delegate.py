"""What residents and delegates do: apply, take a drawn seat, declare conflicts, read the evidence, give points."""

from __future__ import annotations

from typing import Any

from django import forms as plain
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madang.commons.meetings import api as meetings
from madang.commons.panels import api as panels
from madang.kernel import policy, text
from madang.kernel.errors import RefusedError
from madang.kernel.money import won
from madang.kernel.web import limits, refusing
from madang.kernel.web.acting import actor_of
from madang.kernel.web.fields import ConflictField
from madang.services.budgeting import delegation_reading as reading
from madang.services.budgeting.domain import assessing, seating
from madang.services.budgeting.models import Applicant, Delegate, Delegation, Project, Round, Sitting
from madang.services.budgeting.reading import public_proposals
from madang.services.budgeting.web import delegation_forms as forms
from madang.services.budgeting.web import words
from madang.services.budgeting.web.acts import Verbs, perform
from madang.services.budgeting.web.delegation import delegation_of
from madang.services.budgeting.web.projects import estimates
from madang.services.budgeting.web.shell import round_of, under


def _announced(request: HttpRequest, slug: str) -> tuple[Round, Delegation]:
    found = round_of(request, slug)
    return found, delegation_of(found)


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for an open seat. Whoever is not signed in reads what is asked, and signs in first."""
    found, row = _announced(request, slug)
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect_to_login(request.get_full_path())
    verdict = policy.can("budgeting.delegation.apply", actor, row)
    own = row.applicants.filter(user=actor.account).first()
    features = panels.features(row.panel) if row.panel else {}
    initial: dict[str, Any] = {}
    if own is not None:
        initial = {"motive": own.motive}
        initial |= {f"value_{at}": own.values.get(name, "") for at, name in enumerate(features)}
    form = forms.ApplyForm(
        request.POST if request.method == "POST" else None, features=features, initial=initial
    )
    if form.is_bound and form.is_valid():
        with refusing.on_form(form):
            seating.apply(actor=actor, delegation=row, motive=form.cleaned_data["motive"], values=form.values)
            messages.success(
                request, _("Your application is in. You read here what is decided, with the reason.")
            )
            return redirect("budget_seat", slug)
    is_open = own is None or own.state in (Applicant.State.APPLIED, Applicant.State.WITHDRAWN)
    context = under(found, "budget_delegation", _("Apply for an open seat")) | {
        "delegation": row,
        "criteria_html": text.to_html(row.criteria) if row.criteria else "",
        "form": form if verdict and is_open else None,
        "refused": verdict.reason,
        "own": own,
    }
    return render(request, "budgeting/delegation_apply.html", context, status=refusing.status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def seat(request: HttpRequest, slug: str) -> HttpResponse:
    """Her own page: the seat and its number, conflicts, what is to score; before that the code or the application."""
    found, row = _announced(request, slug)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor = actor_of(request)
    mine = reading.mine(actor, row)
    hearings = assessing.heard(row)
    projects = [one.project for one in hearings.values()]

    def conflict_form(data: Any = None) -> forms.ConflictForm:
        held = dict(mine.conflicts.values_list("project", "kind")) if mine else {}
        open_ = [one.project for one in hearings.values() if one.sitting.state != Sitting.State.CLOSED]
        nothing = dict.fromkeys((one.pk for one in open_), ConflictField.NONE)
        said = nothing | held if mine and mine.declared_at else held
        return forms.ConflictForm(
            data, projects=open_, initial={f"project_{key}": kind for key, kind in said.items()}
        )

    def show(*, status: int = 200, **bound: Any) -> HttpResponse:
        context = under(found, "budget_delegation", _("My seat")) | {
            "delegation": row,
            "mine": mine,
            "own": row.applicants.filter(user=actor.account).first(),
            "claim": None if mine else forms.CodeForm(),
            "declare": conflict_form() if mine and projects else None,
            "name": forms.NameForm(initial={"named": mine.named}) if mine else None,
            "leave": forms.GiveUpForm() if mine else None,
            "rows": _to_weigh(row, mine) if mine else [],
        }
        return render(request, "budgeting/delegation_seat.html", context | bound, status=status)

    if request.method != "POST":
        return show()
    if request.POST.get("do") == "claim":
        limits.spend(request, *limits.RECEIPT)
    verbs: Verbs = {
        "claim": (
            forms.CodeForm,
            lambda actor, typed: seating.claim(actor=actor, delegation=row, code=typed["code"]),
            gettext_lazy("The seat is yours. Before you score, you declare conflicts of interest."),
        ),
        "withdraw": (
            plain.Form,
            lambda actor, _typed: seating.withdraw(
                actor=actor, applicant=get_object_or_404(Applicant, delegation=row, user=actor.account)
            ),
            gettext_lazy("Your application is taken back, and its words are gone."),
        ),
    }
    if mine is not None:
        verbs |= _of_seat(mine, conflict_form)
    return perform(request, verbs, show)


def _of_seat(mine: Delegate, conflict_form: Any) -> Verbs:
    bound: list[forms.ConflictForm] = []

    def make(data: Any) -> forms.ConflictForm:
        bound.append(conflict_form(data))
        return bound[0]

    return {
        "declare": (
            make,
            lambda actor, _typed: assessing.declare(actor=actor, delegate=mine, conflicts=bound[0].conflicts),
            gettext_lazy("Your declaration is in."),
        ),
        "name": (
            forms.NameForm,
            lambda actor, typed: seating.name(actor=actor, delegate=mine, named=typed["named"]),
            gettext_lazy("Saved. The page of the delegation shows it so."),
        ),
        "leave": (
            forms.GiveUpForm,
            lambda actor, typed: seating.leave(actor=actor, delegate=mine, reason=typed["reason"]),
            gettext_lazy("You have given your seat up. Thank you for your time."),
        ),
    }


def _to_weigh(row: Delegation, mine: Delegate) -> list[dict[str, Any]]:
    """The sessions with their projects, and how far she is with each."""
    avoided = set(mine.conflicts.values_list("project", flat=True)) | assessing.own_projects(mine)
    done = set(mine.assessments.values_list("project", flat=True))
    found = []
    for one in row.sittings.select_related("meeting").prefetch_related("hearings__project"):
        projects = []
        for hearing in one.hearings.all():
            key = hearing.project_id
            state = (
                (_("Conflict of interest"), "ochre")
                if key in avoided
                else (_("Scored"), "jade")
                if key in done
                else (_("Still to score"), "plum")
                if one.state == Sitting.State.OPEN
                else (_("Not scored"), "")
            )
            projects.append(
                {
                    "project": hearing.project,
                    "url": reverse("budget_weigh", args=[row.round.slug, hearing.project.code]),
                    "tag": {"label": state[0], "tone": state[1]},
                }
            )
        found.append({"sitting": one, "projects": projects, "state": one.get_state_display()})
    return found


def _evidence(found: Round, one: Project) -> dict[str, Any]:
    """All that is known of a project, in one place: what it is, estimates, offices, what they said, where it was talked about."""
    rows = public_proposals(found).filter(project=one)
    references = [one.reference, *(row.matter.reference for row in rows)]
    return {
        "about_html": text.to_html(one.about),
        "cost": won(one.cost),
        "pot_money": won(one.pot.amount),
        "estimates": estimates(one.estimates.all()),
        "parts": list(one.parts.select_related("office")),
        "proposals": [words.row(row) | {"body_html": text.to_html(row.matter.body)} for row in rows],
        "meetings": meetings.about(references),
        "events": words.history(*references, *(row.reference for row in rows)),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def weigh(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The evidence for one project, and beside it the rubric. Only delegates have this page."""
    found, row = _announced(request, slug)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor = actor_of(request)
    mine = reading.mine(actor, row)
    if mine is None:
        return redirect("budget_seat", slug)
    one = get_object_or_404(
        found.projects.select_related("pot", "round"), code=code, hearing__sitting__delegation=row
    )
    sitting = one.hearing.sitting
    held = mine.assessments.filter(project=one).prefetch_related("points").first()
    initial: dict[str, Any] = {"seen": 0}
    if held is not None:
        initial = {"seen": held.version, "verdict": held.verdict, "reason_code": held.reason_code}
        initial |= {f"criterion_{point.criterion_id}": point.given for point in held.points.all()}
    avoids = one.pk in assessing.own_projects(mine) or mine.conflicts.filter(project=one).exists()
    form = forms.WeighForm(
        request.POST if request.method == "POST" else None,
        criteria=list(row.rubric.all()),
        most=row.most,
        initial=initial,
    )
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                assessing.assess(
                    actor=actor,
                    delegate=mine,
                    project=one,
                    points=form.points,
                    verdict=form.cleaned_data["verdict"],
                    reason_code=form.cleaned_data["reason_code"],
                    seen=form.cleaned_data["seen"],
                )
            except RefusedError as refused:
                form.add_error(None, str(refused))
                status = refused.status
                if isinstance(refused, assessing.OtherTabError) and held is not None:
                    # What she typed stays; sent again it replaces the other.
                    again = request.POST.copy()
                    again["seen"] = str(held.version)
                    form.data = again
            else:
                messages.success(request, _("Points saved. You can change them until the session closes."))
                return redirect("budget_seat", slug)
    context = under(found, "budget_delegation", one.code) | {
        "delegation": row,
        "project": one,
        "tag": words.project_tag(one),
        "form": form,
        "is_open": sitting.state == Sitting.State.OPEN,
        "avoids": avoids,
        "is_declared": mine.declared_at is not None,
        "is_scored": held is not None,
        **_evidence(found, one),
    }
    return render(request, "budgeting/delegation_weigh.html", context, status=status)
