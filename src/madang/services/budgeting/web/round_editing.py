"""The desk: a round is written on one page. Two officials at once lose nothing; every button works without JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.web.acting import actor_of
from madang.services.budgeting.domain import rounds
from madang.services.budgeting.models import Round
from madang.services.budgeting.web.desk_rounds import crumbs, for_office, own
from madang.services.budgeting.web.round_forms import (
    POTS_MOST,
    PotForm,
    RoundForm,
    pot_forms,
    proposed,
    rows_of,
    typed,
)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Everything on one page, with dates and rules proposed."""
    offices = actor_of(request).offices(Role.FACILITATOR)
    if not offices:
        raise RefusedError(
            _("Only a facilitator of a budget office prepares a round."), "mandate.facilitator"
        )
    return _form(request, None, offices)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a draft."""
    row = own(request, slug)
    policy.require("budgeting.round.edit", actor_of(request), row)
    if row.state != Round.State.DRAFT:
        messages.error(request, _("What was announced does not change any more."))
        return redirect("desk_round", slug)
    return _form(request, row, (row.host_id,))


def _form(request: HttpRequest, row: Round | None, offices: Sequence[int]) -> HttpResponse:
    is_new = row is None
    if request.method != "POST":
        initial = proposed() | {"host": offices[0]} if row is None else RoundForm.initial_of(row)
        pots: list[dict[str, Any]] = [{}] if row is None else rows_of(row.pots.all()) or [{}]
        form = RoundForm(initial=initial, offices=offices, is_new=is_new)
        return _page(request, row, form, pot_forms(pots, is_judged=False))
    act = request.POST.get("do", "")
    given = typed(request.POST)
    if act == "add" or act.startswith("remove:"):
        return _rearranged(request, row, offices, given, act)
    form = RoundForm(request.POST, offices=offices, is_new=is_new)
    written = pot_forms(given, is_judged=True)
    kept = [one for one in written if one.is_bound]
    if not form.is_valid() or any(one.errors for one in kept):
        return _page(request, row, form, written, status=422)
    drafts = [one.draft for one in kept]
    try:
        if row is None:
            row = rounds.create(
                actor=actor_of(request),
                host=form.cleaned_data["host"],
                slug=form.cleaned_data["slug"],
                pots=drafts,
                **form.own,
            )
        else:
            rounds.edit(
                actor=actor_of(request), row=row, seen=form.cleaned_data["seen"], pots=drafts, **form.own
            )
    except rounds.StaleError as stale:
        return _stale(request, stale.row, form, written)
    except RefusedError as refused:
        field = refused.code.removeprefix("rounds.")
        form.add_error(field if field in form.fields else None, str(refused))
        return _page(request, row, form, written, status=refused.status)
    if act == "preview":
        return redirect("budget_round", row.slug)
    messages.success(request, _("The draft is saved."))
    return redirect("desk_round", row.slug)


def _rearranged(
    request: HttpRequest, row: Round | None, offices: Sequence[int], given: list[dict[str, str]], act: str
) -> HttpResponse:
    """One row of pots more or less; everything typed stays, and nothing is judged or saved yet."""
    if act == "add":
        given = [*given, {}][:POTS_MOST]
    else:
        given = [one for at, one in enumerate(given) if act != f"remove:{at}"]
    form = RoundForm(initial=request.POST.dict(), offices=offices, is_new=row is None)
    return _page(
        request, row, form, pot_forms(given, is_judged=False), focus=len(given) - 1 if act == "add" else -1
    )


def _page(
    request: HttpRequest,
    row: Round | None,
    form: RoundForm,
    pots: list[PotForm],
    *,
    stale: dict[str, Any] | None = None,
    focus: int = -1,
    status: int = 200,
) -> HttpResponse:
    last = (_("New round"), "")
    context = {
        "round": row,
        "form": form,
        "pots": list(enumerate(pots)),
        "pots_many": len(pots),
        "may_add": len(pots) < POTS_MOST,
        "focus": focus,
        "stale": stale,
        "errors": [
            {"text": f"{field.label}: {error}", "href": f"#{field.id_for_label}"}
            for one in pots
            for field in one
            for error in field.errors
        ],
        "breadcrumb": crumbs(last)
        if row is None
        else crumbs((row.title, reverse("desk_round", args=[row.slug])), (_("Edit"), "")),
    }
    return render(request, "budgeting/desk_form.html", context, status=status)


def _stale(request: HttpRequest, row: Round, form: RoundForm, pots: list[PotForm]) -> HttpResponse:
    """Somebody else saved meanwhile: what was typed stays, what differs is named, saving again overrules."""
    saved = RoundForm.initial_of(row)
    differs = [str(form.fields[name].label) for name, value in form.own.items() if value != saved[name]]
    if [one.cleaned_data for one in pots if one.is_bound] != rows_of(row.pots.all()):
        differs.append(_("Pots"))
    data = form.data.copy()  # type: ignore[attr-defined]
    data["seen"] = str(row.revision)
    form.data = data
    stale = {"by": row.changed_by.shown_name if row.changed_by else "", "differs": differs}
    return _page(request, row, form, pots, stale=stale, status=409)
