"""Merging duplicates: chosen rows, the one that goes on, the reason."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.commons.matters import path, queries
from madang.commons.matters.domain import desk as domain
from madang.commons.matters.models import Matter
from madang.commons.matters.web import desk_forms, shown
from madang.commons.matters.web import matter as page
from madang.commons.matters.web.desk import picked
from madang.kernel import ids, policy, text
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of


def desk_merge(request: HttpRequest) -> HttpResponse:
    """GET or the first POST shows the choice; the POST with a reason merges, all or none."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor = actor_of(request)
    chosen = picked(request)
    if not chosen:
        messages.error(request, _("Select at least one row first."))
        return redirect("desk")
    for matter in chosen:
        policy.require("matters.matter.desk", actor, matter)
    asked = _by_number(request, request.GET.get("into", ""))
    candidates = chosen if asked is None or asked in chosen else [*chosen, asked]
    is_sent = request.method == "POST" and "merge" in request.POST
    initial = {"into": str((asked or chosen[0]).pk)} if asked or len(chosen) > 1 else {}
    form = desk_forms.MergeForm(request.POST if is_sent else None, matters=candidates, initial=initial)
    if is_sent and form.is_valid():
        into = _target(request, form, candidates)
        if into is not None:
            try:
                merged = domain.merge_many(
                    actor=actor, matters=chosen, into=into, reason=form.cleaned_data["reason"]
                )
            except RefusedError as refusal:
                form.add_error(None, str(refusal))
            else:
                return _done(request, merged, into)
    context = {
        "form": form,
        "chosen": [
            {
                "matter": matter,
                "badge": path.state_badge(matter),
                "excerpt": text.excerpt(matter.body, 180),
                "url": shown.page_of(matter),
            }
            for matter in candidates
        ],
        "picked": [matter.pk for matter in chosen],
        "many": len(candidates) > 1,
        "breadcrumb": page.crumbs(_("Merge")),
    }
    return render(request, "matters/merge.html", context, status=422 if form.errors else 200)


def _by_number(request: HttpRequest, typed: str) -> Matter | None:
    number = ids.read_number(typed) if typed else None
    if number is None:
        return None
    visible = queries.visible(actor_of(request))
    return visible.filter(number=number).select_related("responsible", "host").first()


def _target(request: HttpRequest, form: desk_forms.MergeForm, candidates: list[Matter]) -> Matter | None:
    """The matter that goes on; a typed number counts before the radio. Errors land on the form."""
    typed = form.cleaned_data["number"]
    if typed:
        found = _by_number(request, typed)
        if found is None:
            form.add_error("number", _("No matter has this number. Check it and type it again."))
        return found
    found = next((matter for matter in candidates if str(matter.pk) == form.cleaned_data["into"]), None)
    if found is None:
        form.add_error("into", _("Choose which one goes on, or type its number."))
    elif len(candidates) == 1:
        form.add_error("number", _("Type the number of the one that goes on."))
        return None
    return found


def _done(request: HttpRequest, merged: tuple[Matter, ...], into: Matter) -> HttpResponse:
    count = len(merged)
    if not count:
        messages.info(request, _("Nothing was left to merge."))
    else:
        said = ngettext(
            "%(count)s matter merged into %(number)s. Supporters and followers moved along.",
            "%(count)s matters merged into %(number)s. Supporters and followers moved along.",
            count,
        )
        messages.success(request, said % {"count": count, "number": into.number})
    return redirect(page.address(into) if page.may_work(request, into) else "desk")
