"""Batches of paper forms: issue, print, take back, reconcile."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from madang.commons.channels import queries, targets
from madang.commons.channels.domain import paper
from madang.commons.channels.enums import BatchState, FormState
from madang.commons.channels.logic.reconciliation import Count
from madang.commons.channels.models import Batch
from madang.commons.channels.web import forms
from madang.commons.channels.web.common import choices, crumbs, for_operators, offices_of, titles
from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.web.acting import actor_of
from madang.kernel.web.paging import Counted
from madang.kernel.web.qr import qr_svg

PAGE = 30
SHEETS = 50
"""Sheets printed at once, so that a browser's print preview stays quick."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def batches(request: HttpRequest) -> HttpResponse:
    """The list with its counts, and a form to issue the next."""
    actor, status = actor_of(request), 200
    offered = choices(actor, Role.TRIAGE)
    form = forms.BatchForm(request.POST if request.method == "POST" else None, choices=offered)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = paper.issue(actor=actor, **form.cleaned_data)
            except RefusedError as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("The forms have their numbers. Print them now."))
                return redirect("channels_batch", made.number)
    rows = queries.batches(offices_of(actor))
    page = Counted(rows, PAGE, known=None).get_page(request.GET.get("page"))
    counts = queries.counts(Batch.objects.filter(pk__in=[batch.pk for batch in page]))
    context = {
        "form": form,
        "may_issue": bool(offered),
        "page": page,
        "table": table(list(page), counts, titles(), link=True),
        "breadcrumb": crumbs((_("Paper forms"), "")),
    }
    return render(request, "channels/batches.html", context, status=status)


def table(
    rows: list[Batch], counts: dict[int, Count], named: dict[str, str], *, link: bool
) -> dict[str, Any]:
    """Batches as a table: issued = entered + spoiled + unused + waiting + still out."""
    columns = (_("Batch"), _("Given to"), _("For what"), _("Issued on"))
    numbers = (
        _("Issued"),
        _("Entered"),
        _("Spoiled"),
        _("Unused"),
        _("Waiting for a second look"),
        _("Still out"),
        _("Difference"),
    )
    return {
        "caption": _("Batches of paper forms"),
        "columns": [{"label": label} for label in columns]
        + [{"label": label, "numeric": True} for label in numbers]
        + [{"label": _("State")}],
        "rows": [
            {
                "cells": [
                    {"text": batch.number, "url": reverse("channels_batch", args=[batch.number])}
                    if link
                    else batch.number,
                    batch.booth,
                    named.get(batch.target, batch.target),
                    {"at": batch.issued_at},
                    *(
                        {"text": f"{value:,}", "numeric": True}
                        for count in [counts[batch.pk]]
                        for value in (
                            count.issued,
                            count.entered,
                            count.spoiled,
                            count.unused,
                            count.pending,
                            count.out,
                            count.difference,
                        )
                    ),
                    {
                        "text": batch.get_state_display(),
                        "badge": "jade" if batch.state == BatchState.CLOSED else "blue",
                    },
                ]
            }
            for batch in rows
        ],
        "empty": _("No paper forms have been issued yet"),
    }


def _batch(request: HttpRequest, number: str) -> Batch:
    found = get_object_or_404(Batch.objects.select_related("host", "issued_by"), number=number)
    policy.require("channels.batch.view", actor_of(request), found)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def batch(request: HttpRequest, number: str) -> HttpResponse:
    """One batch: its count, its sheets, taking back and closing."""
    found, actor = _batch(request, number), actor_of(request)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    known = paper.count_of(found)
    back = forms.BackForm(request.POST if act == "back" else None)
    close = forms.CloseForm(
        request.POST if act == "close" else None,
        initial={"entered": "", "spoiled": "", "unused": ""},
    )
    if act:
        try:
            if _act(request, found, act, back, close):
                return redirect("channels_batch", found.number)
        except RefusedError as refused:
            if act not in ("back", "close"):
                raise
            (back if act == "back" else close).add_error(None, str(refused))
    state = request.GET.get("state", "")
    shown = found.forms.filter(state=state) if state in FormState.values else found.forms.all()
    page = Counted(shown, 100, known=None).get_page(request.GET.get("page"))
    context = {
        "batch": found,
        "title": titles().get(found.target, found.target),
        "count": known,
        "is_open": found.state == BatchState.OPEN,
        "back_form": back,
        "close_form": close,
        "may_close": bool(policy.can("channels.batch.close", actor, found)),
        "apart": [
            {"label": str(dict(FormState.choices)[name]), "by_hand": found.counted.get(name, 0)}
            for name in ("entered", "spoiled", "unused")
        ]
        if found.counted
        else [],
        "page": page,
        "chips": [
            {"label": label, "url": f"?state={code}", "active": state == code}
            for code, label in FormState.choices
        ],
        "table": _sheets(page),
        "parts": [
            {"first": first, "last": min(first + SHEETS - 1, found.size)}
            for first in range(1, found.size + 1, SHEETS)
        ],
        "breadcrumb": crumbs((_("Paper forms"), reverse("channels_batches")), (found.number, "")),
    }
    return render(request, "channels/batch.html", context, status=422 if back.errors or close.errors else 200)


def _sheets(page: Any) -> dict[str, Any]:
    tones = {"out": "", "typed": "ochre", "disputed": "persimmon", "entered": "jade", "spoiled": "plum"}
    return {
        "caption": _("Sheets"),
        "columns": [
            {"label": _("Sheet"), "numeric": True},
            {"label": _("Number of the form")},
            {"label": _("State")},
            {"label": _("Why not")},
        ],
        "rows": [
            {
                "cells": [
                    {"text": str(form.place), "numeric": True},
                    {"text": form.serial, "url": reverse("channels_form", args=[form.serial])},
                    {"text": form.get_state_display(), "badge": tones.get(form.state, "")},
                    form.get_spoiled_why_display() if form.spoiled_why else "",
                ]
            }
            for form in page
        ],
        "empty": _("No sheet is in this state"),
    }


def _act(request: HttpRequest, found: Batch, act: str, back: forms.BackForm, close: forms.CloseForm) -> bool:
    """Do what a button asked for; whether it was done."""
    actor = actor_of(request)
    if act == "back" and back.is_valid():
        data = back.cleaned_data
        n = paper.give_back(actor=actor, batch=found, first=data["first"], last=data["last"])
        messages.success(
            request, ngettext("%(n)s sheet came back unused.", "%(n)s sheets came back unused.", n) % {"n": n}
        )
        return True
    if act == "lose":
        n = paper.lose(actor=actor, batch=found)
        messages.success(
            request,
            ngettext(
                "%(n)s sheet is marked as never come back.", "%(n)s sheets are marked as never come back.", n
            )
            % {"n": n},
        )
        return True
    if act == "close" and close.is_valid():
        data = dict(close.cleaned_data)
        difference = data.pop("difference")
        paper.close(actor=actor, batch=found, counted=data, difference=difference)
        messages.success(request, _("The batch is reconciled and closed."))
        return True
    return False


@require_safe
@for_operators
def sheets(request: HttpRequest, number: str) -> HttpResponse:
    """Sheets to print, each with its number and code; `?large=1` in large print."""
    found = _batch(request, number)
    typed = request.GET.get("from", "1")
    first = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 1
    rows = found.forms.filter(place__gte=first, place__lt=first + SHEETS)
    target = targets.find(found.target)
    context = {
        "batch": found,
        "target": target,
        "sheets": [
            {
                "serial": form.serial,
                "place": form.place,
                "qr": qr_svg(settings.PUBLIC_URL + reverse("paper_form", args=[form.serial])),
            }
            for form in rows
        ],
        "is_large": request.GET.get("large") == "1",
        "host": settings.PUBLIC_URL.split("//")[-1],
    }
    return render(request, "channels/sheets.html", context)
