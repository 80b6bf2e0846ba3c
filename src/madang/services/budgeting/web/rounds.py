"""A round as everybody sees it: what it is about, its money, its dates, its rules."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from madang.commons.notices import api as notices
from madang.kernel import clock, text
from madang.kernel.web.acting import actor_of
from madang.services.budgeting import found as finding
from madang.services.budgeting import live, queries
from madang.services.budgeting.domain.announcing import digest_of
from madang.services.budgeting.models import Round
from madang.services.budgeting.web import results
from madang.services.budgeting.web import round_words as words
from madang.services.budgeting.web.shell import round_of, shell

VOTED = (Round.State.VOTING, *results.AFTER)


def taken(found: Round) -> dict[str, str] | None:
    """What a reader does next on this round; None while there is nothing to do but wait."""
    now = clock.now()
    if found.takes_proposals(now):
        return {"label": pgettext("budget act", "Propose"), "url": "budget_propose", "icon": "plus"}
    if found.takes_ballots(now):
        return {"label": pgettext("budget act", "Vote"), "url": "budget_vote", "icon": "check"}
    if words.phase(found) in results.AFTER:
        return {"label": pgettext("budget act", "Result"), "url": "budget_result", "icon": "list"}
    return None


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What the round is about, which money it has, how it is decided, and when what happens."""
    found, actor = round_of(request, slug), actor_of(request)
    follow = {
        "reference": found.reference,
        "next": request.path,
        "is_following": actor.user is not None and notices.is_following(actor.user, found.reference),
    }
    context = shell(found, "budget_round") | {
        "tags": words.tags(found),
        "meta": [found.host.name],
        "steps": words.way(found),
        "about_html": text.to_html(found.about) if found.about else "",
        "why_called_off": queries.why_called_off(found),
        "embed_code": embed_code(found) if found.is_public else "",
        "digest": digest_of(found.frozen) if found.frozen else "",
        "takes": taken(found),
        "follow": follow if found.is_public else None,
        "prepares": found.host_id in actor.offices(*queries.PREPARING),
        **words.whole_round(found, list(found.pots.all())),
    }
    return render(request, "budgeting/round.html", context)


def _announced(request: HttpRequest, slug: str) -> Round:
    found = round_of(request, slug)
    if not found.is_public:
        raise Http404
    return found


def embed_code(found: Round) -> str:
    """What another site puts into its page."""
    address = settings.PUBLIC_URL + reverse("budget_embed", args=[found.slug])
    return f'<iframe src="{address}" title="{escape(found.title)}" width="100%" height="260"></iframe>'


@require_safe
@xframe_options_exempt
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """How a round stands, in a frame on any other site. Nobody is signed in here, no cookie is read or set, no script needed."""
    found = Round.objects.filter(slug=slug, frozen__isnull=False).prefetch_related("pots__tally").first()
    if found is None:
        raise Http404
    state, now = words.phase(found), clock.now()
    next_ = taken(found)
    context = {
        "bare": True,
        "round": found,
        "tags": words.tags(found),
        "deadline": words.deadline(found),
        "turnout": live.turnout(found.pots.all()) if state in VOTED else None,
        "live_url": live.address(found) if found.takes_ballots(now) else "",
        "act": next_["label"] if next_ else _("To the round"),
        "url": settings.PUBLIC_URL + reverse(next_["url"] if next_ else "budget_round", args=[slug]),
        "seen_at": now,
    }
    response = render(request, "budgeting/embed.html", context)
    response["Cache-Control"] = "public, max-age=15"
    response._csp_replace = {"frame-ancestors": ["*"]}  # type: ignore[attr-defined]
    return response


@require_safe
def announced_json(request: HttpRequest, slug: str) -> HttpResponse:
    """What was announced, and its digest as it stands in the log."""
    found = _announced(request, slug)
    body = {"announced": found.frozen, "sha256": digest_of(found.frozen), "state": words.phase(found)}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The dates of the round, for calendars that subscribe."""
    found = _announced(request, slug)
    return notices.calendar(request, title=found.title, items=finding.items([found]))
