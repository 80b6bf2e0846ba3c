"""The desk of a hackathon: prepare, open, name people, decide, report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from madang.kernel import clock, policy
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.web.acting import actor_of, for_officials
from madang.services.hackathons import queries
from madang.services.hackathons.domain import deciding, hosting, judging
from madang.services.hackathons.models import FollowUp, Hackathon
from madang.services.hackathons.web import forms, words
from madang.services.hackathons.web.public import shown_results

WORKING = (Role.FACILITATOR, Role.OFFICER, Role.APPROVER)


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    found = [
        {"label": _("Desk"), "url": reverse("desk")},
        {"label": _("Hackathons"), "url": reverse("desk_hackathons")},
    ]
    return found + [{"label": label, "url": url} for label, url in more]


def _own(request: HttpRequest, slug: str) -> Hackathon:
    one: Hackathon = get_object_or_404(queries.desk(actor_of(request)), slug=slug)
    return one


@require_http_methods(["GET", "HEAD", "POST"])
@for_officials(*WORKING)
def hackathons(request: HttpRequest) -> HttpResponse:
    """The hackathons of one's office, a new one, and the follow-ups that one's office owes."""
    actor = actor_of(request)
    offices = actor.offices(Role.FACILITATOR)
    bound = request.POST if request.method == "POST" else None
    form = forms.HackathonForm(bound, offices=offices) if offices else None
    status = 200
    if bound is not None:
        if form is None:
            raise Http404
        status = 422
        if form.is_valid():
            one = hosting.create(actor=actor, **form.own)
            hosting.edit(actor=actor, hackathon=one, criteria=form.criteria)
            return redirect("desk_hackathon", one.slug)
    owed = FollowUp.objects.filter(
        state=FollowUp.State.OPEN, effect__owner__in=actor.offices(Role.OFFICER, Role.APPROVER)
    ).select_related("award__team", "award__matter", "effect__owner")
    context = {
        "rows": [words.row(one, reverse("desk_hackathon", args=[one.slug])) for one in queries.desk(actor)],
        "owed": list(owed),
        "form": form,
        "breadcrumb": [*_crumbs()[:1], {"label": _("Hackathons"), "url": ""}],
    }
    return render(request, "hackathons/desk_list.html", context, status=status)


def _show(request: HttpRequest, one: Hackathon, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    teams = judging.judged_teams(one)
    state = words.phase(one)
    is_draft = one.state == Hackathon.State.DRAFT
    may_decide = policy.can("hackathons.hackathon.decide", actor, one)
    jurors = list(one.jurors.select_related("user"))
    context: dict[str, Any] = {
        "hackathon": one,
        "tag": words.tag(one),
        "steps": words.way(one),
        "is_draft": is_draft,
        "edit": forms.HackathonForm(instance=one, offices=(one.host_id,)) if is_draft else None,
        "weights": sum(item.weight for item in one.criteria.all()),
        "jurors": jurors,
        "mentors": list(one.mentors.select_related("user")),
        "may_name": policy.can("hackathons.hackathon.name", actor, one),
        "person": forms.PersonForm(),
        "is_judging": one.state == Hackathon.State.JUDGING,
        "may_decide": may_decide,
        "places": shown_results(one, deciding.outcome(one, judging.results(one)))
        if may_decide and one.state == Hackathon.State.JUDGING
        else [],
        "decide": forms.DecideForm(teams=teams, host=one.host)
        if one.state == Hackathon.State.JUDGING
        else None,
        "prolong": forms.ProlongForm(),
        "reason": forms.ReasonForm(),
        "may_call_off": state in ("draft", "open", "submitting", "judging"),
        "may_close": one.state in ("decided", "followed"),
        "breadcrumb": _crumbs((one.title, "")),
    }
    return render(request, "hackathons/desk_hackathon.html", context | more, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officials(*WORKING)
def hackathon(request: HttpRequest, slug: str) -> HttpResponse:
    """One hackathon and the next thing to do; a draft is changed here (POST)."""
    one = _own(request, slug)
    if request.method != "POST":
        return _show(request, one)
    form = forms.HackathonForm(
        request.POST, instance=Hackathon.objects.get(pk=one.pk), offices=(one.host_id,)
    )
    if not form.is_valid():
        return _show(request, one, edit=form, status=422)
    own = {name: value for name, value in form.own.items() if name not in ("host", "slug")}
    hosting.edit(actor=actor_of(request), hackathon=one, criteria=form.criteria, **own)
    messages.success(request, _("Saved."))
    return redirect("desk_hackathon", slug)


DONE = {
    "open": gettext_lazy("The hackathon is open. Teams can form."),
    "mentor": gettext_lazy("The mentor is named."),
    "juror": gettext_lazy("The juror is named."),
    "prolong": gettext_lazy("The deadline is moved."),
    "decide": gettext_lazy("The decision is published."),
    "call_off": gettext_lazy("The hackathon is called off."),
    "close": gettext_lazy("The hackathon is closed."),
}


@require_POST
@for_officials(*WORKING)
def act(request: HttpRequest, slug: str) -> HttpResponse:
    """Official acts with their forms; what was typed comes back with its error."""
    one, actor, do = _own(request, slug), actor_of(request), request.POST.get("do", "")
    form: Any = None
    if do in ("mentor", "juror"):
        form, name = forms.PersonForm(request.POST), "person"
    elif do == "decide":
        form, name = forms.DecideForm(request.POST, teams=judging.judged_teams(one), host=one.host), "decide"
    elif do == "prolong":
        form, name = forms.ProlongForm(request.POST), "prolong"
    elif do in ("call_off", "close"):
        form, name = forms.ReasonForm(request.POST), "reason"
    elif do != "open":
        raise Http404
    if form is not None and not form.is_valid():
        return _show(request, one, status=422, **{name: form})
    try:
        _do(do, actor, one, form)
    except RefusedError as refused:
        if form is None:
            messages.error(request, str(refused))
            return redirect("desk_hackathon", slug)
        form.add_error(None, str(refused))
        return _show(request, one, status=refused.status, **{name: form})
    messages.success(request, str(DONE[do]))
    return redirect("desk_hackathon", slug)


def _do(do: str, actor: Any, one: Hackathon, form: Any) -> None:
    data = form.cleaned_data if form is not None else {}
    if do == "open":
        hosting.open_(actor=actor, hackathon=one)
    elif do == "mentor":
        hosting.name_mentor(actor=actor, hackathon=one, user=data["email"])
    elif do == "juror":
        hosting.name_juror(actor=actor, hackathon=one, user=data["email"])
    elif do == "prolong":
        hosting.prolong(actor=actor, hackathon=one, until=data["until"], reason=data["reason"])
    elif do == "decide":
        deciding.decide(actor=actor, hackathon=one, reason=data["reason"], offices=form.offices)
    elif do == "call_off":
        hosting.call_off(actor=actor, hackathon=one, reason=data["reason"])
    else:
        hosting.close(actor=actor, hackathon=one, reason=data["reason"])


@require_http_methods(["GET", "HEAD", "POST"])
@for_officials(*WORKING)
def followup(request: HttpRequest, pk: int) -> HttpResponse:
    """How does the promise stand? The office that owns it says so."""
    actor = actor_of(request)
    row = get_object_or_404(
        FollowUp.objects.filter(effect__owner__in=actor.offices(Role.OFFICER, Role.APPROVER)).select_related(
            "award__team__hackathon", "award__matter", "effect__owner"
        ),
        pk=pk,
    )
    form, status = forms.ReportForm(request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                deciding.report(actor=actor, followup=row, **form.cleaned_data)
            except RefusedError as refused:
                form.add_error(None, str(refused))
                status = refused.status
            else:
                messages.success(request, _("The report is published, and the team is told."))
                return redirect("desk_hackathons")
    context = {
        "row": row,
        "form": form,
        "is_late": row.is_late,
        "today": clock.today(),
        "breadcrumb": _crumbs((row.award.team.name, "")),
    }
    return render(request, "hackathons/desk_followup.html", context, status=status)
