"""The desk after the vote: promise the days, tell each step, correct, and settle the round."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madang.commons.matters import api as matters
from madang.commons.matters.domain.attachments import MAX_FILES
from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.web import refusing
from madang.kernel.web.acting import actor_of, for_officials
from madang.services.budgeting import progress
from madang.services.budgeting.domain import tracking
from madang.services.budgeting.models import Round, Stage
from madang.services.budgeting.models.stages import Kind
from madang.services.budgeting.web import progress_forms as forms
from madang.services.budgeting.web import progress_shown as shown

FOLLOWED = (Round.State.DECIDED, Round.State.SETTLED)
WORKING = (Role.OFFICER, Role.APPROVER, Role.FACILITATOR)


def _round(slug: str) -> Round:
    found = Round.objects.select_related("host").filter(slug=slug, state__in=FOLLOWED).first()
    if found is None:
        raise Http404
    return found


def _crumbs(found: Round, last: str = "") -> list[dict[str, str]]:
    here = reverse("desk_budget_progress", args=[found.slug])
    crumbs = [
        {"label": _("Desk"), "url": reverse("desk")},
        {"label": found.title, "url": reverse("budget_round", args=[found.slug])},
        {"label": _("After the vote"), "url": here if last else ""},
    ]
    return [*crumbs, {"label": last, "url": ""}] if last else crumbs


@require_http_methods(["GET", "HEAD", "POST"])
@for_officials(*WORKING)
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """The funded projects, those of one's own offices first; an approver of the host settles the round (POST)."""
    found, actor = _round(slug), actor_of(request)
    form = forms.SettleForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with refusing.on_form(form):
            tracking.settle(actor=actor, round_=found, reason=form.cleaned_data["reason"])
            messages.success(request, _("The round is settled."))
            return redirect("budget_progress", slug)
    lines = progress.lines(found)
    mine = progress.worked_on_by(actor.offices(Role.OFFICER), found)
    rows = [
        shown.row(line)
        | {
            "mine": line.project.pk in mine,
            "desk": reverse("desk_budget_report", args=[slug, line.project.code]),
        }
        for line in lines
    ]
    context = {
        "round": found,
        "lines": sorted(rows, key=lambda one: not one["mine"]),
        "waiting": [line.project.code for line in lines if not line.is_over],
        "form": form,
        "is_decided": found.state == Round.State.DECIDED,
        "may_settle": policy.can("budgeting.round.settle", actor, found),
        "breadcrumb": _crumbs(found),
    }
    return render(request, "budgeting/desk_progress.html", context, status=refusing.status_of(form))


def _corrected(line: progress.Line, key: str) -> Stage | None:
    """The row that `?correct=` names, if it still stands."""
    if not key:
        return None
    found = next((row for row in line.standing if str(row.pk) == key), None)
    if found is None:
        raise RefusedError(
            _("This was changed meanwhile. Reload the page to see how it stands now."),
            "stage.stale",
            status=409,
        )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_officials(*WORKING)
def report(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One project: first the days are promised, then each step is told or corrected (POST)."""
    found, actor = _round(slug), actor_of(request)
    lines = progress.lines(found, code=code)
    if not lines:
        raise Http404
    line, data = lines[0], request.POST if request.method == "POST" else None
    corrects = _corrected(line, (data or request.GET).get("correct", ""))
    form: Any
    if line.pledge is None:
        act, form = "pledge", forms.PledgeForm(data)
    else:
        initial = {"kind": line.next or Kind.EXECUTED}
        act, form = "report", forms.StageForm(data, corrects=corrects, initial=None if corrects else initial)
    if form.is_bound and form.is_valid():
        with refusing.on_form(form):
            if act == "pledge":
                tracking.pledge(actor=actor, project=line.project, days=form.days)
                messages.success(request, _("The days are promised. Followers are told."))
            else:
                tracking.report(
                    actor=actor,
                    project=line.project,
                    corrects=corrects,
                    uploads=_uploads(request),
                    **form.cleaned_data,
                )
                messages.success(request, _("The step is published. Followers are told."))
            return redirect("desk_budget_report", slug, code)
    context = {
        "round": found,
        "project": line.project,
        "tag": shown.tag(line),
        "line": line,
        "form": form,
        "corrects": corrects,
        "compared": shown.compared(line),
        "total": shown.total_line(line),
        "standing": [one for one in shown.told(line) if one["corrected_by"] is None],
        "may": policy.can(f"budgeting.project.{act}", actor, line.project),
        "is_decided": found.state == Round.State.DECIDED,
        "decided": shown.won(line.project.cost),
        "breadcrumb": _crumbs(found, code),
    }
    return render(request, "budgeting/desk_report.html", context, status=refusing.status_of(form))


def _uploads(request: HttpRequest) -> list[matters.CleanFile]:
    uploads = request.FILES.getlist("files")
    if len(uploads) > MAX_FILES:
        raise RefusedError(_("You can add three files."), "stage.files", status=422)
    return [matters.clean_file(upload) for upload in uploads]
