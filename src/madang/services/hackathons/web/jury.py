"""The desk of a juror: conflicts first, then points, then handing in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madang.kernel import policy, text
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of
from madang.kernel.web.fields import ConflictField
from madang.services.hackathons.domain import judging
from madang.services.hackathons.models import Hackathon, Juror, Score, Team
from madang.services.hackathons.web import forms
from madang.services.hackathons.web.public import found, under


def _juror(request: HttpRequest, one: Hackathon) -> Juror:
    """The juror's own desk; for others it does not exist."""
    if not request.user.is_authenticated:
        raise Http404
    return get_object_or_404(Juror, hackathon=one, user=actor_of(request).account)


@require_http_methods(["GET", "HEAD", "POST"])
def jury(request: HttpRequest, slug: str) -> HttpResponse:
    """Declare conflicts (POST), then see what is still to score."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    one, actor = found(request, slug), actor_of(request)
    juror = _juror(request, one)
    verdict = policy.can("hackathons.jury.score", actor, juror)
    teams = judging.judged_teams(one) if verdict or juror.handed_in_at else []
    held = {f"team_{row.team_id}": row.kind for row in juror.conflicts.all()}
    said = {f"team_{team.pk}": ConflictField.NONE for team in teams} if juror.declared_at else {}
    form = forms.ConflictForm(
        request.POST if request.method == "POST" else None, teams=teams, initial=said | held
    )
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            judging.declare(actor=actor, juror=juror, conflicts=form.conflicts)
            messages.success(request, _("Your declaration is in. Now give points."))
            return redirect("hackathon_jury", slug)
    criteria = one.criteria.count()
    given = dict.fromkeys((team.pk for team in teams), 0)
    for team in juror.scores.values_list("team", flat=True):
        given[team] = given.get(team, 0) + 1
    rows = [
        {
            "team": team,
            "url": reverse("hackathon_score", args=[slug, team.pk]),
            "conflict": f"team_{team.pk}" in held,
            "done": criteria > 0 and given[team.pk] == criteria,
        }
        for team in teams
    ]
    context = {
        "hackathon": one,
        "juror": juror,
        "form": form,
        "rows": rows,
        "left": sum(not row["done"] and not row["conflict"] for row in rows),
        "refused": "" if verdict else verdict.reason,
        "others": _others(one) if policy.can("hackathons.jury.see", actor, juror) else [],
        "breadcrumb": under(one, _("Jury")),
    }
    return render(request, "hackathons/jury.html", context, status=status)


def _others(one: Hackathon) -> list[tuple[str, str, str, int]]:
    """Points that were handed in: juror, team, criterion, points."""
    rows = Score.objects.filter(juror__hackathon=one, juror__handed_in_at__isnull=False)
    rows = rows.select_related("juror__user", "team", "criterion").order_by(
        "team", "criterion__order", "juror"
    )
    return [(row.juror.user.shown_name, row.team.name, row.criterion.title, row.points) for row in rows]


@require_http_methods(["GET", "HEAD", "POST"])
def score(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One team's submission beside the rubric."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    one, actor = found(request, slug), actor_of(request)
    juror, team = _juror(request, one), get_object_or_404(Team, pk=pk, hackathon=one)
    last = team.submissions.prefetch_related("files").last()
    if last is None or not policy.can("hackathons.submission.view", actor, team):
        raise Http404
    held = {f"criterion_{row.criterion_id}": row.points for row in juror.scores.filter(team=team)}
    form = forms.ScoreForm(
        request.POST if request.method == "POST" else None, criteria=list(one.criteria.all()), initial=held
    )
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                judging.score(actor=actor, juror=juror, team=team, points=form.points)
            except RefusedError as refused:
                form.add_error(None, str(refused))
                status = refused.status
            else:
                messages.success(request, _("Points saved. You can change them until you hand in."))
                return redirect("hackathon_jury", slug)
    context = {
        "hackathon": one,
        "team": team,
        "last": last,
        "last_html": text.to_html(last.body),
        "form": form,
        "breadcrumb": [
            *under(one, "")[:-1],
            {"label": _("Jury"), "url": reverse("hackathon_jury", args=[slug])},
            {"label": team.name, "url": ""},
        ],
    }
    return render(request, "hackathons/score.html", context, status=status)


@require_POST
def hand_in(request: HttpRequest, slug: str) -> HttpResponse:
    one = found(request, slug)
    try:
        judging.hand_in(actor=actor_of(request), juror=_juror(request, one))
        messages.success(request, _("Your points are handed in."))
    except RefusedError as refused:
        messages.error(request, str(refused))
    return redirect("hackathon_jury", slug)
