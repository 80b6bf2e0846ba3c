"""Handing a proposal in: the form, the look at similar ones, the receipt."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.commons.matters import api as matters
from madang.commons.search import api as search
from madang.kernel import manifest, policy
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.web import limits, placing
from madang.kernel.web.acting import actor_of
from madang.services.budgeting import reading
from madang.services.budgeting.domain import proposing
from madang.services.budgeting.limits import BODY_MAX, TITLE_MAX
from madang.services.budgeting.models import Proposal, Round
from madang.services.budgeting.web import words
from madang.services.budgeting.web.costs import span
from madang.services.budgeting.web.propose_form import ProposeForm
from madang.services.budgeting.web.shell import round_of, under

NEAR = 0.35
"""From this score on a similar one is worth a look before handing in."""
DRAFT = "budgeting.draft"


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of a round; what was typed stays through signing in, errors and the look at similar ones."""
    found = round_of(request, slug)
    if request.method == "POST":
        return _received(request, found)
    kept = request.session.get(DRAFT, {})
    return _page(
        request,
        found,
        ProposeForm(round_=found, initial=kept.get("fields") if kept.get("round") == slug else None),
    )


def _page(request: HttpRequest, found: Round, form: ProposeForm, *, status: int = 200) -> HttpResponse:
    verdict = policy.can("budgeting.proposal.file", actor_of(request), found)
    needs_account = verdict.code == "sign_in"
    context = under(found, "budget_proposals", _("New proposal")) | {
        "form": form,
        "title_max": TITLE_MAX,
        "body_max": BODY_MAX,
        "closed_because": "" if verdict or needs_account else verdict.reason,
        "needs_account": needs_account,
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': request.path})}",
        "shows_form": bool(verdict) or form.is_bound,
        "picked": [(field, item, span(item.low, item.high)) for field, item in form.picked],
        "rough": span(*form.rough) if form.rough else "",
        "place_words": placing.words_json(),
        "place_start": " ".join(reading.districts(found)),
        "answer_days": found.rule.body.get("answer", {}).get("amount"),
    }
    return render(request, "budgeting/propose.html", context, status=status)


def fingerprint(title: str, body: str) -> str:
    """Which words were looked at: a confirmation counts for exactly these."""
    return hashlib.sha256(f"{title}\n\n{body}".encode()).hexdigest()[:24]


def _received(request: HttpRequest, found: Round) -> HttpResponse:
    form = ProposeForm(request.POST, round_=found)
    if "edit" in request.POST or "add_up" in request.POST:
        return _page(request, found, ProposeForm(round_=found, initial=_typed(request, form)))
    verdict = policy.can("budgeting.proposal.file", actor_of(request), found)
    is_whole = form.is_valid()
    if not verdict:
        # Signing in starts with an empty page; the words wait in the session until then.
        request.session[DRAFT] = {"round": found.slug, "fields": _typed(request, form)}
        form.add_error(None, str(verdict.reason))
        return _page(request, found, form, status=403)
    if not is_whole:
        return _page(request, found, form, status=422)
    data = form.cleaned_data
    mark = fingerprint(data["title"], data["body"])
    if request.POST.get("confirmed") != mark:
        near = [row for row in similar_to(data["title"], data["body"]) if row["score"] >= NEAR]
        if near:
            return _confirm(request, found, form, near, mark)
    return _file(request, found, form)


def _typed(request: HttpRequest, form: ProposeForm) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in form.fields}


def _confirm(
    request: HttpRequest, found: Round, form: ProposeForm, near: list[dict[str, Any]], mark: str
) -> HttpResponse:
    context = under(found, "budget_proposals", _("New proposal")) | {
        "form": form,
        "typed": list(_typed(request, form).items()),
        "near": near,
        "has_same": any(row["is_same"] for row in near),
        "mark": mark,
    }
    return render(request, "budgeting/propose_similar.html", context)


def _file(request: HttpRequest, found: Round, form: ProposeForm) -> HttpResponse:
    try:
        limits.spend(request, limits.FILE)
        handed = proposing.file(actor=actor_of(request), round_=found, **form.filing)
    except TooManyError as error:
        form.add_error(None, str(error))
        page = _page(request, found, form, status=429)
        page["Retry-After"] = str(error.retry_after)
        return page
    except RefusedError as error:
        form.add_error(None, str(error))
        return _page(request, found, form, status=error.status)
    request.session.pop(DRAFT, None)
    if handed.is_new:
        messages.success(
            request, _("Your proposal is handed in. This is its receipt; you hear of every step.")
        )
    return redirect(matters.address_of(request.session, handed.proposal.matter))


def similar_to(title: str, body: str) -> list[dict[str, Any]]:
    """Similar public ideas and proposals of this and earlier rounds, with how they stand."""
    hits = search.similar(title, body, kinds=(matters.Kind.IDEA,), limit=5)
    pages = manifest.links(hit.reference for hit in hits)
    numbers = [hit.reference.removeprefix("matter:") for hit in hits]
    rows = Proposal.objects.filter(matter__number__in=numbers).select_related("matter", "round", "project")
    known = {row.matter.number: row for row in rows}
    return [
        {
            "title": hit.title,
            "url": pages[hit.reference].url,
            "score": hit.score,
            "is_same": hit.score >= 1.0,
            "tags": words.tags(known[number]) if number in known else [],
            "round": known[number].round.title if number in known else "",
            "why": words.why_dropped(known[number].drop_code)
            if number in known and known[number].state == Proposal.State.DROPPED
            else "",
        }
        for hit, number in zip(hits, numbers, strict=True)
        if hit.reference in pages
    ]


@require_safe
def similar(request: HttpRequest, slug: str) -> HttpResponse:
    """The list of similar ones beside the form, while it is written."""
    round_of(request, slug)
    title, body = request.GET.get("title", "")[:200], request.GET.get("body", "")[:2000]
    limits.spend(request, limits.SEARCH)
    near = similar_to(title, body) if len(title.strip()) >= 4 else []
    return render(request, "budgeting/parts/similar.html", {"near": near})
