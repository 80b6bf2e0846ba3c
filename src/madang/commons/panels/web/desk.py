"""The desk of a panel: one page that shows the next thing to do, and the addresses that do it."""

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.commons.panels import queries
from madang.commons.panels.domain import lots, making, preparing, seats
from madang.commons.panels.logic import register as registers
from madang.commons.panels.models import Panel, Quota, Round, Seat
from madang.commons.panels.web import forms, words
from madang.kernel import manifest, policy
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.web.acting import actor_of
from madang.kernel.web.fields import as_typed

P = ParamSpec("P")
SHOWN_BAD = 200


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


def _show(request: HttpRequest, panel: Panel, *, status: int = 200, **more: Any) -> HttpResponse:
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


@require_safe
@official
def desk_making(request: HttpRequest, slug: str) -> JsonResponse:
    """Whether the worker is done with what was ordered; the page that waits asks."""
    is_made = not panel_of(request, slug).rounds.filter(state=Round.State.MAKING).exists()
    return JsonResponse({"ready": is_made})


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
    return _show(request, panel_of(request, slug))


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
            return _show(request, panel, about=form, status=refused.status)
        messages.success(request, _("Saved."))
        return redirect("desk_panel", slug)
    return _show(request, panel, about=form, status=422)


@require_POST
@official
def desk_register(request: HttpRequest, slug: str) -> HttpResponse:
    """Take an upload; its columns are named on the next page."""
    panel, form = panel_of(request, slug), forms.UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, panel, upload=form, status=422)
    try:
        preparing.upload(actor=actor_of(request), panel=panel, data=form.cleaned_data["file"].read())
    except registers.RegisterError as error:
        form.add_error("file", words.FILE[error.args[0]])
        return _show(request, panel, upload=form, status=422)
    except RefusedError as refused:
        form.add_error("file", str(refused))
        return _show(request, panel, upload=form, status=refused.status)
    return redirect("desk_panel_columns", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@official
def desk_columns(request: HttpRequest, slug: str) -> HttpResponse:
    """Name the columns, look at what would be taken in and what would be left out, then take it in."""
    panel = panel_of(request, slug)
    text = preparing.uploaded(panel)
    if not text:
        return redirect("desk_panel", slug)
    header, rows = registers.table(text)
    bound = request.POST if request.method == "POST" else None
    form = forms.ColumnsForm(bound, header=header, guessed=registers.guess(header, rows))
    reading, errors, status = None, [], 200
    if bound is not None and form.is_valid():
        age = _("Age") if form.cleaned_data["age"] else ""
        try:
            if request.POST.get("do") == "take":
                preparing.take(actor=actor_of(request), panel=panel, roles=form.roles, age=age)
                messages.success(request, _("The register is in. Now set the quotas."))
                return redirect("desk_panel", slug)
            reading = preparing.read(panel, form.roles, age)
        except registers.RegisterError as error:
            errors, status = [{"text": words.FILE[error.args[0]], "href": "#columns"}], 422
        except RefusedError as refused:
            errors, status = [{"text": str(refused), "href": "#columns"}], refused.status
            reading = preparing.read(panel, form.roles, age)
    context = {
        "panel": panel,
        "form": form,
        "errors": errors,
        "samples": [
            (field, [cells[at] for _line, cells in rows[:3] if len(cells) > at])
            for at, field in enumerate(form.columns())
        ],
        "total": len(rows),
        "reading": reading,
        "features": _features(reading) if reading else [],
        "bad": [words.bad(row) for row in reading.bad[:SHOWN_BAD]] if reading else [],
        "breadcrumb": crumbs((panel.title, reverse("desk_panel", args=[slug])), (_("Columns"), "")),
    }
    return render(request, "panels/columns.html", context, status=status)


def _features(reading: registers.Reading) -> list[dict[str, Any]]:
    """Values with their counts; a rare one is often a typing mistake."""
    found = []
    for at, (feature, values) in enumerate(zip(reading.features, reading.values, strict=True)):
        counted = [(value, sum(person.values[at] == value for person in reading.people)) for value in values]
        found.append(
            {
                "name": feature,
                "values": [
                    {"value": value, "count": count, "rare": count * 200 < len(reading.people)}
                    for value, count in counted
                ],
            }
        )
    return found


@require_POST
@official
def desk_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose quotas from the population, check whether a panel exists, or save."""
    panel = panel_of(request, slug)
    quotas = list(panel.quotas.all())
    form = forms.PlanForm(request.POST, quotas=quotas)
    if not form.is_valid():
        return _show(request, panel, plan=form, status=422)
    if request.POST.get("do") == "propose":
        seats_of = preparing.proposed(panel, {pk: bound[0] for pk, bound in form.bounds.items()})
        data = request.POST.copy()
        for pk, many in seats_of.items():
            data[f"low-{pk}"] = data[f"high-{pk}"] = str(many)
        proposal = forms.PlanForm(data, quotas=quotas)
        proposal.is_valid()
        said = (
            _("Seats are proposed from the population figures. Nothing is saved yet.")
            if seats_of
            else _("Type the population figures first.")
        )
        return _show(request, panel, plan=proposal, proposal=said)
    try:
        done = preparing.plan(
            actor=actor_of(request), panel=panel, bounds=form.bounds, source=form.cleaned_data["source"]
        )
        shortage = making.Task(done).shortage()
    except RefusedError as refused:
        form.add_error(None, str(refused))
        return _show(request, panel, plan=form, status=refused.status)
    if shortage:
        return _show(request, done, shortage=shortage, status=422)
    messages.success(request, _("The quotas are saved, and panels that meet them exist."))
    return redirect("desk_panel", slug)


@require_POST
@official
def desk_prepare(request: HttpRequest, slug: str) -> HttpResponse:
    """Order the lottery; the worker makes it."""
    panel, form = panel_of(request, slug), forms.WitnessForm(request.POST)
    if not form.is_valid():
        return _show(request, panel, witness=form, status=422)
    try:
        making.order(
            actor=actor_of(request),
            panel=panel,
            witnesses=form.cleaned_data["witnesses"],
            relax=form.cleaned_data["relax"],
        )
    except RefusedError as refused:
        form.add_error("witnesses", str(refused))
        return _show(request, panel, witness=form, status=refused.status)
    return redirect("desk_panel", slug)


def _latest(panel: Panel) -> Round:
    return get_object_or_404(
        Round.objects.select_related("panel__host", "entry"),
        panel=panel,
        state__in=making.UNDER_WAY,
    )


@require_POST
@official
def desk_freeze(request: HttpRequest, slug: str) -> HttpResponse:
    lots.freeze(actor=actor_of(request), round_=_latest(panel_of(request, slug)))
    messages.success(request, _("The lottery is frozen. Its digest stands in the public log."))
    return redirect("desk_panel", slug)


@require_POST
@official
def desk_open(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        lots.open_(actor=actor_of(request), round_=_latest(panel_of(request, slug)))
    except RefusedError as refused:
        messages.warning(request, str(refused))
    return redirect("desk_panel", slug)


@require_POST
@official
def desk_void(request: HttpRequest, slug: str) -> HttpResponse:
    panel, form = panel_of(request, slug), forms.ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, panel, reason=form, status=422)
    lots.void(actor=actor_of(request), round_=_latest(panel), reason=form.cleaned_data["reason"])
    messages.success(request, _("The lot is given up; the reason is published."))
    return redirect("desk_panel", slug)


@require_POST
@official
def desk_seat(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Note what a drawn person said, that she did not answer, or that she dropped out."""
    panel = panel_of(request, slug)
    seat = get_object_or_404(Seat.objects.select_related("round__panel"), pk=pk, round__panel=panel)
    step = request.POST.get("do", "")
    if step not in {one.name for one in Seat.flow.steps}:
        return _show(request, panel, status=422)
    try:
        seats.note(actor=actor_of(request), seat=seat, step=step, reason=request.POST.get("reason", "")[:500])
    except RefusedError as refused:
        messages.error(request, str(refused))
    return redirect("desk_panel", slug)


@require_POST
@official
def desk_close(request: HttpRequest, slug: str) -> HttpResponse:
    panel, form = panel_of(request, slug), forms.ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, panel, reason=form, status=422)
    seats.close(actor=actor_of(request), panel=panel, reason=form.cleaned_data["reason"])
    messages.success(request, _("The panel has ended. Names and contacts are erased."))
    return redirect("desk_panel", slug)
