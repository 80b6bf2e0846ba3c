"""Public pages: the hackathons, one of them, its vote and its results."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from madang.kernel import clock, policy, text
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of
from madang.services.hackathons import policies, queries
from madang.services.hackathons.domain import judging
from madang.services.hackathons.domain import teams as teaming
from madang.services.hackathons.models import Ballot, Conflict, Hackathon
from madang.services.hackathons.web import words

PAGE = 30


def crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    found = [{"label": _("Hackathons"), "url": reverse("hackathons")}]
    return found + [{"label": label, "url": url} for label, url in more]


def under(hackathon: Hackathon, last: str) -> list[dict[str, str]]:
    return crumbs((hackathon.title, reverse("hackathon", args=[hackathon.slug])), (last, ""))


def found(request: HttpRequest, slug: str) -> Hackathon:
    """The hackathon, if this person may see it; a draft does not exist for others than its office."""
    one: Hackathon = get_object_or_404(queries.visible(actor_of(request)), slug=slug)
    return one


@require_safe
def hackathons(request: HttpRequest) -> HttpResponse:
    """Every published hackathon, the latest first."""
    page: Any = Paginator(queries.with_teams(queries.public()), PAGE).get_page(request.GET.get("page"))
    rows = [
        words.row(
            one,
            reverse("hackathon", args=[one.slug]),
            summary=text.excerpt(one.brief),
            figure=one.teams_many,
            figure_label=ngettext("team", "teams", one.teams_many),
        )
        for one in page
    ]
    context = {"page": page, "rows": rows, "breadcrumb": [{"label": _("Hackathons"), "url": ""}]}
    return render(request, "hackathons/list.html", context)


def team_rows(hackathon: Hackathon, **more: Any) -> list[dict[str, Any]]:
    teams: Any = queries.teams(hackathon)
    return [
        {
            "title": team.shown_name,
            "url": reverse("hackathon_team", args=[hackathon.slug, team.pk]),
            "summary": team.get_hidden_why_display() if team.hidden_why else text.excerpt(team.about),
            "meta": [
                ngettext("%(n)s member", "%(n)s members", team.people) % {"n": team.people},
                *(
                    [_("looks for: %(skills)s") % {"skills": team.wanted}]
                    if team.wanted and more.get("open") and not team.hidden_why
                    else []
                ),
            ],
        }
        for team in teams
    ]


@require_safe
def hackathon(request: HttpRequest, slug: str) -> HttpResponse:
    """The challenge, its way, its teams, and what this person can do now."""
    one, actor = found(request, slug), actor_of(request)
    mine = queries.team_of(actor, one)
    jurors = list(one.jurors.select_related("user"))
    mentors = list(one.mentors.select_related("user"))
    key = actor.user.pk if actor.user else None
    context = {
        "hackathon": one,
        "tag": words.tag(one),
        "steps": words.way(one),
        "brief_html": text.to_html(one.brief),
        "terms_html": text.to_html(one.terms) if one.terms else "",
        "criteria": list(one.criteria.all()),
        "teams": team_rows(one, open=policies.is_forming(one)),
        "mine": mine,
        "invitations": list(teaming.invitations(actor.user, one)) if actor.user else [],
        "may_found": policies.is_forming(one) and mine is None,
        "is_voting": policies.is_voting(one) and one.vote_weight > 0,
        "is_juror": any(juror.user_id == key for juror in jurors),
        "is_mentor": any(mentor.user_id == key for mentor in mentors),
        "jurors": jurors,
        "mentors": mentors,
        "hosts": policies.hosts(actor, one),
        "dates": [
            (_("Teams form"), one.opens_at, one.forms_until),
            (_("Submission deadline"), None, one.submits_until),
            (_("Public vote"), one.submits_until, one.votes_until),
            (_("Jury"), one.submits_until, one.judges_until),
        ],
        "breadcrumb": crumbs((one.title, "")),
    }
    return render(request, "hackathons/hackathon.html", context)


def shown_results(one: Hackathon, outcome: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """The frozen figures with names, in order; or those of an outcome that is not published yet."""
    teams = {team.pk: team for team in one.teams.all()}
    jurors = {juror.pk: juror.user.shown_name for juror in one.jurors.select_related("user")}
    criteria = {str(item.pk): item.title for item in one.criteria.all()}
    avoided: dict[int, list[str]] = {}
    for conflict in Conflict.objects.filter(juror__hackathon=one).order_by("pk"):
        avoided.setdefault(conflict.team_id, []).append(jurors[conflict.juror_id])
    return [
        {
            "team": teams[held["team"]],
            "place": held["place"],
            "tied": held["tied"],
            "total": words.decimal(held["total"]),
            "exact": held["total"],
            "jury": words.decimal(held["jury"]),
            "votes": held["votes"],
            "share": words.decimal(held["share"], 100),
            "marks": [(jurors[int(key)], words.decimal(value)) for key, value in held["marks"].items()],
            "means": [
                (criteria[key], words.decimal(value), held["ranges"][key])
                for key, value in held["means"].items()
            ],
            "avoided": avoided.get(held["team"], []),
            "wins": held["place"] is not None and held["place"] <= one.prizes,
        }
        for held in (outcome or one.outcome or {}).get("results", [])
    ]


@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """The winners, every figure behind them, and the agreements that followed."""
    one = found(request, slug)
    if one.outcome is None:
        raise Http404
    awards = one.awards.select_related("team", "matter__responsible").prefetch_related(
        "followups__effect__owner", "matter__effects__owner"
    )
    context = {
        "hackathon": one,
        "rows": shown_results(one),
        "voters": one.outcome["voters"],
        "heading": pgettext("hackathon", "Results"),
        "jury_weight": 100 - one.vote_weight,
        "awards": list(awards),
        "reason_html": text.to_html(one.reason),
        "steps": words.way(one),
        "breadcrumb": under(one, pgettext("hackathon", "Results")),
    }
    return render(request, "hackathons/results.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose among what was handed in; the choice can be changed until the end."""
    one, actor = found(request, slug), actor_of(request)
    if actor.user is None and request.method == "POST":
        return redirect_to_login(request.path)
    teams, error, status = judging.judged_teams(one), "", 200
    last = (
        Ballot.objects.filter(hackathon=one, voter=actor.user).order_by("-number").first()
        if actor.user
        else None
    )
    chosen = set(last.teams) if last else set()
    if request.method == "POST":
        picked = [key for key in request.POST.getlist("team") if key.isdecimal() and len(key) < 19]
        try:
            judging.vote(actor=actor, hackathon=one, teams=[int(key) for key in picked])
        except RefusedError as refused:
            error, status, chosen = str(refused), refused.status, {int(key) for key in picked}
        else:
            messages.success(
                request,
                _("Your vote is in. You can change it until the vote ends.")
                if picked
                else _("Your vote is taken back."),
            )
            return redirect("hackathon_vote", slug)
    verdict = policy.can("hackathons.vote.cast", actor, one)
    context = {
        "hackathon": one,
        "teams": [
            {"team": team, "last": team.submissions.last(), "chosen": team.pk in chosen} for team in teams
        ],
        "errors": [{"text": error, "href": "#teams"}] if error else [],
        "refused": "" if verdict or actor.user is None else verdict.reason,
        "is_voting": policies.is_voting(one),
        "has_voted": bool(last and last.teams),
        "input": "radio" if one.vote_most == 1 else "checkbox",
        "breadcrumb": under(one, _("Public vote")),
    }
    return render(request, "hackathons/vote.html", context, status=status)


@require_safe
def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The hackathon for programs: dates, rubric, teams, and the frozen figures once it is decided."""
    one = get_object_or_404(queries.public(), slug=slug)
    is_over = clock.now() >= one.submits_until
    body = {
        "slug": one.slug,
        "host": one.host.code,
        "state": words.phase(one),
        "title": {"ko": one.title_ko, "en": one.title_en},
        **{name: getattr(one, name).isoformat() for name in ("opens_at", "forms_until", "submits_until", "votes_until", "judges_until")},
        "vote_weight": one.vote_weight,
        "criteria": [
            {"key": item.pk, "ko": item.title_ko, "en": item.title_en, "weight": item.weight}
            for item in one.criteria.all()
        ],
        "teams": [
            {
                "key": team.pk,
                "name": team.shown_name,
                "taken_down": team.hidden_why,
                "submission": [
                    {"title": item.title, "links": item.links, "sha256": item.digest}
                    for item in list(team.submissions.all())[-1:]
                ]
                if is_over and not team.hidden_why
                else [],
            }
            for team in one.teams.prefetch_related("submissions")
        ],
        "outcome": one.outcome,
        "reason": one.reason,
    }  # fmt: skip
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})
