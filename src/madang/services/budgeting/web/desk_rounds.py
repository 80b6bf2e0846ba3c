"""The desk: an office looks at its rounds, announces one, calls it off. Every button works without JavaScript."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.policy import no
from madang.kernel.web.acting import actor_of, for_officials
from madang.services.budgeting import queries
from madang.services.budgeting.domain import announcing, rounds
from madang.services.budgeting.models import Round
from madang.services.budgeting.web import round_words as words
from madang.services.budgeting.web.progress_desk import FOLLOWED
from madang.services.budgeting.web.results import AFTER
from madang.services.budgeting.web.round_forms import ReasonForm

PAGE = 30
PAGES: list[tuple[str, str | Promise]] = [
    ("desk_round", gettext_lazy("Overview")),
    ("desk_round_rehearsal", gettext_lazy("Rehearsal")),
    ("desk_round_trial", gettext_lazy("Real elections")),
    ("desk_delegation", pgettext_lazy("budget page", "Delegation")),
]
"""Tabs of a round at the desk, by address; each page adds itself here."""
for_office = for_officials(
    *queries.PREPARING,
    refusal=no(gettext_lazy("Only officials of a budget office work here."), "mandate.office"),
)
"""Those who prepare a round or sign what comes of it."""


def own(request: HttpRequest, slug: str) -> Round:
    """A round of her offices; another office's looks as if it did not exist."""
    found = queries.rounds_of(actor_of(request)).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    found = [{"label": _("Desk"), "url": reverse("desk")}]
    found.append({"label": _("Budget rounds"), "url": reverse("desk_rounds") if more else ""})
    return found + [{"label": label, "url": url} for label, url in more]


def shell(row: Round, current: str) -> dict[str, Any]:
    """What every page of a round at the desk begins with."""
    tabs = [
        {"label": label, "url": reverse(name, args=[row.slug]), "active": name == current}
        for name, label in PAGES
    ]
    last = [(str(label), "") for name, label in PAGES[1:] if name == current]
    return {
        "round": row,
        "tabs": tabs,
        "tags": words.tags(row),
        "breadcrumb": crumbs((row.title, reverse("desk_round", args=[row.slug]) if last else ""), *last),
    }


@for_office
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The rounds of her offices, the latest first."""
    actor = actor_of(request)
    page: Any = Paginator(queries.rounds_of(actor), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [words.row_of(row, reverse("desk_round", args=[row.slug])) for row in page],
        "may_create": bool(actor.offices(Role.FACILITATOR)),
        "breadcrumb": crumbs(),
    }
    return render(request, "budgeting/desk_rounds.html", context)


def _works(row: Round, actor: Actor) -> list[dict[str, str]]:
    """The pages on which the work of a round is done, in its order: only those that are there now."""
    if not row.is_public:
        return []
    found = [
        (pgettext("budget", "Proposals"), "desk_proposals"),
        (pgettext("budget", "Projects"), "desk_proposals"),
        (_("Ballot"), "desk_ballot"),
        (_("Unit costs"), "desk_budget_costs"),
    ]
    if row.state in AFTER and policy.can("budgeting.round.decide", actor, row):
        found.append((_("Decide"), "budget_decide"))
    if row.state in FOLLOWED:
        found.append((_("After the vote"), "desk_budget_progress"))
    return [
        {"label": label, "url": reverse(name, args=[row.slug]) + ("#projects" if at == 1 else "")}
        for at, (label, name) in enumerate(found)
    ]


@for_office
@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """How a round stands, and what can be done with it."""
    row = own(request, slug)
    pots = list(row.pots.all())
    is_draft = row.state == Round.State.DRAFT
    context = shell(row, "desk_round") | {
        "steps": words.way(row),
        "is_draft": is_draft,
        "missing": announcing.missing(row, pots) if is_draft else [],
        "may_prepare": policy.can("budgeting.round.edit", actor_of(request), row),
        "works": _works(row, actor_of(request)),
        "may_call_off": row.flow.step("call_off") in row.flow.open_steps(row.state),
        "why_called_off": queries.why_called_off(row),
        **words.whole_round(row, pots),
    }
    return render(request, "budgeting/desk_round.html", context)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that will stand, on one page; then the button."""
    row, actor, status, error = own(request, slug), actor_of(request), 200, ""
    policy.require("budgeting.round.announce", actor, row)
    if row.state != Round.State.DRAFT:
        return redirect("desk_round", slug)
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            announcing.announce(
                actor=actor, row=row, seen=int(seen) if seen.isdecimal() and len(seen) < 9 else -1
            )
        except RefusedError as refused:
            row, status, error = own(request, slug), refused.status, str(refused)
        else:
            messages.success(
                request, _("The round is announced. What stands on its page does not change any more.")
            )
            return redirect("desk_round", slug)
    pots = list(row.pots.all())
    context = shell(row, "") | {
        "missing": announcing.missing(row, pots),
        "error": error,
        **words.whole_round(row, pots),
        "breadcrumb": crumbs((row.title, reverse("desk_round", args=[slug])), (_("Announce"), "")),
    }
    return render(request, "budgeting/desk_announce.html", context, status=status)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: HttpRequest, slug: str) -> HttpResponse:
    """End it without a decision, with a published reason."""
    row, actor, status = own(request, slug), actor_of(request), 200
    policy.require("budgeting.round.call_off", actor, row)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                rounds.call_off(actor=actor, row=row, reason=form.cleaned_data["reason"])
            except RefusedError as refused:
                form.add_error(None, str(refused))
                status = refused.status
            else:
                messages.success(request, _("The round is called off."))
                return redirect("desk_round", slug)
    context = shell(row, "") | {
        "form": form,
        "breadcrumb": crumbs((row.title, reverse("desk_round", args=[slug])), (_("Call it off"), "")),
    }
    return render(request, "budgeting/desk_call_off.html", context, status=status)
