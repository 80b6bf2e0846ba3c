"""The desk of a delegation: set it up in the draft; later seats, sessions, who came; an approver publishes what it found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as plain
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from madang.commons.meetings import api as meetings
from madang.commons.panels.models import Panel
from madang.kernel import actors, policy
from madang.kernel.errors import RefusedError
from madang.kernel.levels import Level, reaches
from madang.kernel.web import refusing
from madang.kernel.web.acting import actor_of
from madang.services.budgeting import delegation_reading as reading
from madang.services.budgeting.domain import delegating, findings, seating
from madang.services.budgeting.models import Applicant, Delegate, Delegation, Round, Sitting
from madang.services.budgeting.models.delegation import Verdict
from madang.services.budgeting.web import delegation_forms as forms
from madang.services.budgeting.web.acts import Doing, Verbs, perform
from madang.services.budgeting.web.delegation import points, reason, sitting_rows, verdict_tag
from madang.services.budgeting.web.desk_rounds import crumbs, for_office, own, shell

FIELDS = {f"delegation.{name}": name for name in ("by_lot", "most", "criteria_ko", "applies_until")}
"""Where a refusal stands on the form."""


def _crumbs(row: Round, last: str) -> list[dict[str, str]]:
    return crumbs(
        (row.title, reverse("desk_round", args=[row.slug])),
        (_("Delegation"), reverse("desk_delegation", args=[row.slug])),
        (last, ""),
    )


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """In the draft: seats and rubric. Afterwards: the panel, applications, sessions, who leaves."""
    row = own(request, slug)
    found = reading.of(row)
    if row.state == Round.State.DRAFT:
        return _set_up(request, row, found)
    if found is None:
        return render(request, "budgeting/desk_delegation_none.html", shell(row, "desk_delegation"))
    return _run(request, row, found)


def _set_up(request: HttpRequest, row: Round, found: Delegation | None) -> HttpResponse:
    initial: dict[str, Any] = {}
    if found is not None:
        names = (
            "by_lot",
            "open_seats",
            "criteria_ko",
            "criteria_en",
            "applies_from",
            "applies_until",
            "most",
        )
        initial = {name: getattr(found, name) for name in names}
        for n, line in enumerate(found.rubric.all(), start=1):
            initial |= {
                f"title_ko_{n}": line.title_ko,
                f"title_en_{n}": line.title_en,
                f"weight_{n}": line.weight,
            }
    form = forms.SetUpForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                delegating.set_up(actor=actor_of(request), round_=row, **form.cleaned_data)
            except RefusedError as refused:
                form.add_error(FIELDS.get(refused.code), str(refused))
                status = refused.status
            else:
                messages.success(
                    request, _("The delegation is saved. It is frozen when the round is announced.")
                )
                return redirect("desk_delegation", slug=row.slug)
    context = shell(row, "desk_delegation") | {"form": form, "has": found is not None}
    return render(request, "budgeting/desk_delegation_setup.html", context, status=status)


def _run(request: HttpRequest, row: Round, found: Delegation) -> HttpResponse:
    actor = actor_of(request)
    may = policy.can("budgeting.delegation.link", actor, found)
    works = bool(may) and found.state == Delegation.State.FORMING and row.state != Round.State.CALLED_OFF
    fits = list(Panel.objects.filter(host=row.host, size=found.by_lot).defer("upload"))
    sits = reading.active(found)
    free = row.projects.filter(state__in=delegating.HEARD, hearing=None).order_by("code")
    waiting = list(found.applicants.exclude(state=Applicant.State.WITHDRAWN).select_related("user"))
    undecided = [one for one in waiting if one.state in (Applicant.State.APPLIED, Applicant.State.DECLINED)]

    def link(data: Any = None) -> forms.PanelForm:
        return forms.PanelForm(data, panels=fits, initial={"panel": found.panel.slug if found.panel else ""})

    def plan(data: Any = None) -> forms.SittingForm:
        return forms.SittingForm(data, projects=list(free))

    def leave(data: Any = None) -> forms.LeaveForm:
        return forms.LeaveForm(data, delegates=sorted(sits, key=forms.name_of))

    def decide(one: Applicant) -> Any:
        return lambda data=None: forms.DecideForm(data, applicant=one)

    def show(*, status: int = 200, **bound: Any) -> HttpResponse:
        context = shell(row, "desk_delegation") | {
            "delegation": found,
            "seats": reading.seats(found),
            "refused": "" if may else may.reason,
            "is_published": found.state == Delegation.State.PUBLISHED,
            "link": link() if works and found.by_lot else None,
            "no_panels": not fits,
            "plan": plan() if works else None,
            "leave": leave() if works and sits else None,
            "sittings": [
                one | {"desk": reverse("desk_sitting", args=[row.slug, one["number"]])}
                for one in sitting_rows(found)
            ],
            "applicants": [
                {
                    "one": one,
                    "name": one.user.shown_name if one.user else "–",
                    "state": one.get_state_display(),
                    "is_resident": reaches(actors.person(one.user).level, Level.RESIDENT),
                    "form": (bound.get(f"choose:{one.pk}") or bound.get(f"decline:{one.pk}") or decide(one)())
                    if works and one in undecided
                    else None,
                }
                for one in waiting
            ],
            "may_publish": policy.can("budgeting.delegation.publish", actor, found),
        }
        return render(request, "budgeting/desk_delegation.html", context | bound, status=status)

    if request.method != "POST":
        return show()
    verbs: Verbs = {
        "link": (
            link,
            lambda actor, typed: delegating.link(actor=actor, delegation=found, **typed),
            gettext_lazy(
                "The panel is linked. Whoever was drawn takes the seat with the code of the invitation."
            ),
        ),
        "plan": (
            plan,
            lambda actor, typed: delegating.plan(actor=actor, delegation=found, **typed),
            gettext_lazy("The session is public."),
        ),
        "leave": (
            leave,
            lambda actor, typed: seating.leave(actor=actor, delegate=typed["who"], reason=typed["reason"]),
            gettext_lazy("The seat is free. A seat by lot is drawn anew by itself."),
        ),
    }
    for one in undecided:
        verbs[f"choose:{one.pk}"] = (
            decide(one),
            _about(seating.choose, one),
            gettext_lazy("The seat is given. The applicant reads the reason."),
        )
        verbs[f"decline:{one.pk}"] = (
            decide(one),
            _about(seating.decline, one),
            gettext_lazy("The applicant reads the reason."),
        )
    return perform(request, verbs, show)


def _about(act: Callable[..., object], one: Applicant) -> Doing:
    """An act on one of the applicants."""
    return lambda actor, typed: act(actor=actor, applicant=one, **typed)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def sitting(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One session: open the scoring, close it, note who came. Points are shown to nobody here."""
    row = own(request, slug)
    found = reading.of(row)
    one = get_object_or_404(Sitting.objects.select_related("meeting"), delegation=found, number=number)
    assert found is not None
    one.delegation = found
    may = policy.can("budgeting.delegation.record", actor_of(request), found)
    known = {presence.delegate_id: presence.came for presence in one.presences.all()}
    delegates = list(
        Delegate.objects.filter(pk__in={*known, *(sits.pk for sits in reading.active(found))}).select_related(
            "user"
        )
    )
    scored = found.delegates.filter(assessments__project__hearing__sitting=one).distinct().count()

    def record(data: Any = None) -> forms.PresenceForm:
        people = {sits.user_id: sits.pk for sits in delegates if sits.user_id}
        at_door = {people[key] for key in meetings.came(one.meeting, people)}
        came = {key for key, came in known.items() if came} if one.recorded_at else at_door
        return forms.PresenceForm(data, delegates=delegates, initial={"came": sorted(came)})

    def show(*, status: int = 200, **bound: Any) -> HttpResponse:
        works = bool(may) and found.state == Delegation.State.FORMING
        context = {
            "round": row,
            "sitting": one,
            "row": next(known for known in sitting_rows(found) if known["number"] == number),
            "refused": "" if may else may.reason,
            "scored": scored,
            "seated": len(reading.active(found)),
            "record": record() if works else None,
            "open": plain.Form() if works and one.state == Sitting.State.PLANNED else None,
            "close": plain.Form() if works and one.state == Sitting.State.OPEN else None,
            "breadcrumb": _crumbs(row, _("Session %(n)s") % {"n": number}),
        }
        return render(request, "budgeting/desk_sitting.html", context | bound, status=status)

    if request.method != "POST":
        return show()
    verbs: Verbs = {
        "open": (
            plain.Form,
            lambda actor, _typed: delegating.open_(actor=actor, sitting=one),
            gettext_lazy("Delegates can score the projects of this session now."),
        ),
        "close": (
            plain.Form,
            lambda actor, _typed: delegating.close(actor=actor, sitting=one),
            gettext_lazy("The session is closed. Its points stand; their digest is in the public log."),
        ),
        "record": (
            record,
            lambda actor, typed: delegating.record(actor=actor, sitting=one, came=typed["came"]),
            gettext_lazy("It is noted who came. The public page shows the number."),
        ),
    }
    return perform(request, verbs, show)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """What follows from the scores, and the sentences that go with it. The verdicts cannot be chosen here."""
    row, actor = own(request, slug), actor_of(request)
    found = reading.of(row)
    if found is None or found.state != Delegation.State.FORMING:
        raise Http404
    policy.require("budgeting.delegation.publish", actor, found)
    held = list(found.sittings.filter(hearings__isnull=False).distinct())
    is_ready = bool(held) and all(one.state == Sitting.State.CLOSED for one in held)
    # Before the last session is closed nobody sees how it stands.
    results = reading.results(found) if is_ready else []
    told = [one.project for one in results if one.verdict in (Verdict.CHANGE, Verdict.AGAINST)]
    form = forms.FindingsForm(request.POST if request.method == "POST" else None, projects=told)
    if form.is_bound and form.is_valid():
        with refusing.on_form(form):
            findings.publish(
                actor=actor, delegation=found, words=form.words, reason=form.cleaned_data["reason"]
            )
            messages.success(
                request, _("It is published. Everybody who proposed one of these projects is told.")
            )
            return redirect("budget_delegation", slug)
    context = {
        "round": row,
        "is_ready": is_ready,
        "form": form,
        "results": [
            {
                "project": one.project,
                "tag": verdict_tag(one.verdict),
                "why": reason(one.reason_code),
                "mark": points(one.mark),
                "scored": len(one.rows),
            }
            for one in results
        ],
        "breadcrumb": _crumbs(row, _("Publish what it found")),
    }
    return render(request, "budgeting/desk_findings.html", context, status=refusing.status_of(form))
