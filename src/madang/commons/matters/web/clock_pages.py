"""Both clocks of a matter for anyone who may see it, the file to recompute them, and how that is done."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from madang.commons.matters import clock_files, homes, queries, two_clocks
from madang.commons.matters.domain import site_rules
from madang.commons.matters.models import Matter
from madang.commons.matters.web import matter as page
from madang.commons.matters.web import receipts, shown, words
from madang.kernel import clock
from madang.kernel.web.acting import actor_of

CODES = (
    site_rules.OFFICE_CLOCK,
    site_rules.TRANSFER_LIMITS,
    site_rules.SUPPLEMENT,
    site_rules.PROGRESS,
    site_rules.EXCLUDED,
)


@require_safe
def explained(request: HttpRequest) -> HttpResponse:
    """How a deadline is counted and recomputed, and the rules that hold now, each with its source."""
    rules = [words.rule_said(site_rules.peek(code, clock.today())) for code in CODES]
    context = {"rules": rules, "breadcrumb": [{"label": _("How deadlines are counted"), "url": ""}]}
    return render(request, "matters/clocks.html", context)


def _home(number: str, matter: Matter) -> str:
    """The page of the matter in the service it came through."""
    return homes.homes_of([number]).get(number) or shown.page_of(matter)


def _seen(request: HttpRequest, number: str) -> Matter:
    found: Matter = get_object_or_404(
        queries.visible(actor_of(request)).select_related(*queries.FULL), number=number
    )
    return found


@never_cache
@require_safe
def clock_page(request: HttpRequest, number: str) -> HttpResponse:
    """Both clocks of a matter, by its number."""
    matter = _seen(request, number)
    return _page(request, matter, reverse("clock_file", args=[number]), _home(number, matter))


@never_cache
@require_safe
def clock_file(request: HttpRequest, number: str) -> HttpResponse:
    """The file of its newest clock, by its number."""
    return _file(_seen(request, number))


@never_cache
@require_safe
def receipt_clock(request: HttpRequest, place: int) -> HttpResponse:
    """The same for what this session opened with a receipt code, also where it is not public."""
    matter = receipts.opened(request, place)
    return _page(
        request,
        matter,
        reverse("receipt_clock_file", args=[place]),
        reverse("receipt_show", args=[place]),
    )


@never_cache
@require_safe
def receipt_clock_file(request: HttpRequest, place: int) -> HttpResponse:
    return _file(receipts.opened(request, place))


@never_cache
@require_safe
def desk_clock(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for who works on it."""
    matter = page.seen_by(request, pk)
    return _page(request, matter, reverse("desk_clock_file", args=[pk]), page.address(matter))


@never_cache
@require_safe
def desk_clock_file(request: HttpRequest, pk: int) -> HttpResponse:
    return _file(page.seen_by(request, pk))


def _page(request: HttpRequest, matter: Matter, file_url: str, back: str) -> HttpResponse:
    clocks = two_clocks.both_clocks(matter)
    if clocks is None:
        raise Http404
    held, limits = two_clocks.held_by(matter, list(queries.transfers_of(matter)))
    context: dict[str, Any] = {
        "matter": matter,
        "clocks": clocks,
        "held": held,
        "limits": limits,
        "file_url": file_url,
        "breadcrumb": [
            {"label": matter.number or _("Receipt"), "url": back},
            {"label": _("Both clocks"), "url": ""},
        ],
    }
    return render(request, "matters/clock.html", context)


def _file(matter: Matter) -> HttpResponse:
    row = (
        matter.clocks.select_related("rule")
        .prefetch_related("events__office", "events__rule")
        .order_by("-started_at", "-pk")
        .first()
    )
    if row is None:
        raise Http404
    body = json.dumps(clock_files.file_of(matter, row), ensure_ascii=False, indent=1)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    name = f"clock-{matter.number or 'private'}.json"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
