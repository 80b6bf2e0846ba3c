"""The desk of a panel: its list, and one page that shows the next thing to do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madang.commons.panels import queries
from madang.commons.panels.domain import making, preparing
from madang.commons.panels.models import Panel, Quota, Round, Seat
from madang.commons.panels.web import forms, words
from madang.kernel import manifest, policy
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.web.acting import actor_of
from madang.kernel.web.fields import as_typed

P = ParamSpec("P")


def crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    found = [
        {"label": _("Desk"), "url": reverse("desk")},
        {"label": _("Panels by lot"), "url": reverse("desk_panels")},
    ]
    return found + [{"label": label, "url": url} for label, url in more]


def official(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for people who may prepare or approve somewhere."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        policy.require("panels.panel.create", actor_of(request), None)
        return view(request, *args, **kwargs)

    return guarded


def panel_of(request: HttpRequest, slug: str) -> Panel:
    """A panel of one's own office; others do not exist here."""
    found: Panel = get_object_or_404(
        Panel.objects.filter(pk__in=queries.desk(actor_of(request)).values("pk")).select_related("host"),
        slug=slug,
    )
    return found


@official
def desk_panels(request: HttpRequest) -> HttpResponse:
    """The panels of one's offices, and a new one."""
    actor = actor_of(request)
    form = forms.PanelForm(
        request.POST if request.method == "POST" else None, offices=actor.offices(Role.OFFICER, Role.APPROVER)
    )
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                panel = preparing.create(actor=actor, **form.cleaned_data)
            except RefusedError as refused:
                if refused.code != manifest.UNKNOWN:
                    raise
                form.add_error("about", str(refused))
            else:
                return redirect("desk_panel", panel.slug)
    rows = [
        {
            "title": panel.title,
            "url": reverse("desk_panel", args=[panel.slug]),
            "tags": [
                {
                    "label": str(Panel.State(panel.state).label),
                    "tone": "jade" if panel.state == "seated" else "",
                }
            ],
            "meta": [panel.host.name],
        }
        for panel in queries.desk(actor)
    ]
    context = {
        "rows": rows,
        "form": form,
        "breadcrumb": [*crumbs()[:1], {"label": _("Panels by lot"), "url": ""}],
    }
    return render(request, "panels/desk_panels.html", context, status=status)


def show(request: HttpRequest, panel: Panel, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a panel; `more` replaces what it says by itself, such as a form with its errors."""
    actor = actor_of(request)
    policy.require("panels.panel.desk", actor, panel)
    quotas = list(panel.quotas.all())
    people = panel.candidates.count()
    latest = panel.rounds.defer("frozen", "people").select_related("entry").order_by("-number").first()
    current = latest if latest is not None and latest.state in making.UNDER_WAY else None
    has_plan = bool(quotas) and bool(panel.source)
    is_draft = panel.state == Panel.State.DRAFT and current is None
    lacks = panel.size - Seat.objects.filter(round__panel=panel, state__in=making.OCCUPIED).count()
    context: dict[str, Any] = {
        "panel": panel,
        "people": people,
        "steps": words.way(latest, has_register=people > 0, has_plan=has_plan),
        "strata": queries.strata(panel) if people else [],
        "has_plan": has_plan,
        "is_draft": is_draft,
        "waiting_upload": bool(panel.upload),
        "above": words.above(panel),
        "about": forms.AboutForm(initial={"about": as_typed(panel.about)}),
        "upload": forms.UploadForm(),
        "plan": forms.PlanForm(quotas=quotas, initial={"source": panel.source}) if quotas else None,
        "witness": forms.WitnessForm(),
        "reason": forms.ReasonForm(),
        "current": current,
        "current_tag": words.round_tag(current) if current else None,
        "witnesses": list(current.witnesses.select_related("user")) if current else [],
        "may_freeze": policy.can("panels.round.freeze", actor, current) if current else None,
        "may_void": bool(policy.can("panels.round.void", actor, current)) if current else False,
        "is_public": panel.rounds.filter(state__in=queries.TOLD).exists(),
        "lacks": lacks if panel.state == Panel.State.SEATED and current is None else 0,
        "sittings_count": panel.sittings.count(),
        "seats": _seats(panel) if panel.state == Panel.State.SEATED else [],
        "trouble": words.TROUBLE.get(latest.trouble, "") if latest and latest.state == "failed" else "",
        "shortage": _shortage(latest, quotas),
        "may_relax": panel.state == Panel.State.SEATED and bool(_shortage(latest, quotas)),
        "breadcrumb": crumbs((panel.title, "")),
    }
    context |= more
    if context["plan"] is not None:
        context["plan_tables"] = context["plan"].tables(context["strata"])
    return render(request, "panels/desk_panel.html", context, status=status)


def _shortage(latest: Round | None, quotas: list[Quota]) -> list[tuple[Quota, int, int]]:
    """What would have helped the lottery that could not be made."""
    if latest is None or latest.state != Round.State.FAILED:
        return []
    known = {quota.pk: quota for quota in quotas}
    return [(known[pk], low, high) for pk, low, high in latest.shortage if pk in known]


def _seats(panel: Panel) -> list[dict[str, Any]]:
    rows = (
        Seat.objects.filter(round__panel=panel)
        .select_related("candidate", "round")
        .order_by("round__number", "pk")
    )
    return [
        {
            "seat": seat,
            "tag": words.seat_tag(seat),
            "mail": words.mail(seat),
            "steps": [step.name for step in Seat.flow.open_steps(seat.state)],
        }
        for seat in rows
    ]


@require_safe
@official
def desk_panel(request: HttpRequest, slug: str) -> HttpResponse:
    """One panel and the next thing to do."""
    return show(request, panel_of(request, slug))


@require_safe
@official
def desk_making(request: HttpRequest, slug: str) -> JsonResponse:
    """Whether the worker is done with what was ordered; the page that waits asks."""
    is_made = not panel_of(request, slug).rounds.filter(state=Round.State.MAKING).exists()
    return JsonResponse({"ready": is_made})


@require_POST
@official
def desk_about(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what the panel weighs; its page and theirs then lead to each other."""
    panel, form = panel_of(request, slug), forms.AboutForm(request.POST)
    if form.is_valid():
        try:
            preparing.relate(actor=actor_of(request), panel=panel, about=form.cleaned_data["about"])
        except RefusedError as refused:
            form.add_error("about", str(refused))
            return show(request, panel, about=form, status=refused.status)
        messages.success(request, _("Saved."))
        return redirect("desk_panel", slug)
    return show(request, panel, about=form, status=422)
