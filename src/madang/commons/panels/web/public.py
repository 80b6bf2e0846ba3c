"""Public pages: the panels, the ceremony of each, and everything to check it with."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from madang.commons.panels import queries, verify_lot
from madang.commons.panels.bundle import bundle
from madang.commons.panels.models import Panel, Round, Seat
from madang.commons.panels.web import words
from madang.commons.panels.web.forms import LotFileForm
from madang.kernel import policy
from madang.kernel.web import alone
from madang.kernel.web.acting import actor_of

PAGE = 30
KEEP = 3600


def crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    found = [{"label": _("Panels by lot"), "url": reverse("panels")}]
    return found + [{"label": label, "url": url} for label, url in more]


@require_safe
def panels(request: HttpRequest) -> HttpResponse:
    """Every panel of which a lot was frozen."""
    page = Paginator(queries.public(), PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "title": panel.title,
            "url": reverse("panel", args=[panel.slug]),
            "tags": [
                {
                    "label": str(Panel.State(panel.state).label),
                    "tone": "jade" if panel.state == "seated" else "",
                }
            ],
            "meta": [panel.host.name],
            "summary": panel.purpose,
            "figure": panel.size,
            "figure_label": ngettext("seat", "seats", panel.size),
        }
        for panel in page
    ]
    context = {"page": page, "rows": rows, "breadcrumb": [{"label": _("Panels by lot"), "url": ""}]}
    return render(request, "panels/panels.html", context)


def found(slug: str) -> Panel:
    panel: Panel = get_object_or_404(queries.public(), slug=slug)
    return panel


@require_safe
def panel(request: HttpRequest, slug: str) -> HttpResponse:
    """The ceremony as it stands: register, quotas, lottery, dice, panel."""
    panel = found(slug)
    lots = queries.rounds(panel)
    asked = request.GET.get("lot", "")
    chosen = next((lot for lot in lots if str(lot.number) == asked), None) or next(
        (lot for lot in reversed(lots) if lot.state != "void"), lots[-1]
    )
    witnesses = list(chosen.witnesses.select_related("user"))
    frozen = Round.objects.only("frozen").get(pk=chosen.pk).frozen
    counts = verify_lot.counts_of(frozen)
    states = queries.seat_counts(panel)
    context = {
        "panel": panel,
        "above": words.above(panel),
        "round": chosen,
        "tag": words.round_tag(chosen),
        "steps": words.way(chosen, has_register=True, has_plan=True),
        "people": len(counts),
        "panels_count": len(frozen["panels"]),
        "least": min(counts),
        "most": max(counts),
        "chances": _spread(counts, len(frozen["panels"])),
        "strata": queries.strata(panel),
        "witnesses": witnesses,
        "may_throw": policy.can("panels.round.throw", actor_of(request), chosen)
        and chosen.state == "open"
        and any(one.user_id == actor_of(request).account.pk and not one.dice for one in witnesses),
        "sittings_count": panel.sittings.count(),
        "waiting": sum(not one.dice for one in witnesses),
        "seats": [(str(label), states[value]) for value, label in Seat.State.choices]
        if chosen.state == "drawn"
        else [],
        "lots": [
            {
                "label": _("Lot %(n)s") % {"n": lot.number},
                "url": f"?lot={lot.number}",
                "active": lot.pk == chosen.pk,
            }
            for lot in lots
        ]
        if len(lots) > 1
        else [],
        "events": _events(lots),
        "bundle_url": reverse("panel_bundle", args=[panel.slug, chosen.number]),
        "breadcrumb": crumbs((panel.title, "")),
    }
    return render(request, "panels/panel.html", context)


@require_safe
def sittings(request: HttpRequest, slug: str) -> HttpResponse:
    """The sessions of a panel, and who took part by what it mirrors, never by name."""
    panel = found(slug)
    every = queries.sittings(panel)
    recorded = [one for one in every if one.recorded_at is not None]
    context = {
        "panel": panel,
        "sittings": every,
        "recorded": recorded,
        "attendance": queries.attendance(panel, recorded) if recorded else [],
        "least": max(queries.LEAST_SHOWN, panel.min_cell),
        "breadcrumb": crumbs(
            (panel.title, reverse("panel", args=[slug])), (pgettext("panels", "Sessions"), "")
        ),
    }
    return render(request, "panels/sittings.html", context)


EDGES = (0, 5, 10, 20, 50, 100)
"""Percent at which the bars of the picture begin and end; most people have a small chance."""


def _spread(counts: list[int], panels: int) -> list[dict[str, Any]]:
    """How many people have which chance; who sits in every panel is shown apart."""
    rows = [
        {
            "label": _("%(low)s to under %(high)s %%") % {"low": low, "high": high},
            "value": sum(low * panels <= count * 100 < high * panels for count in counts),
        }
        for low, high in pairwise(EDGES)
    ]
    always = sum(count == panels for count in counts)
    return [*rows, {"label": _("in every panel"), "value": always}] if always else rows


def _events(lots: list[Round]) -> list[dict[str, Any]]:
    rows = []
    for lot in lots:
        named = _("Lot %(n)s") % {"n": lot.number}
        if lot.entry is not None:
            rows.append(
                {
                    "title": _("%(lot)s: frozen in the public log") % {"lot": named},
                    "at": lot.entry.at,
                    "icon": "lock",
                    "text": lot.digest,
                }
            )
        if lot.drawn_at:
            rows.append(
                {
                    "title": _("%(lot)s: panel %(n)s drawn") % {"lot": named, "n": lot.drawn},
                    "at": lot.drawn_at,
                    "icon": "check",
                    "tone": "jade",
                }
            )
        if lot.state == "void":
            rows.append(
                {
                    "title": _("%(lot)s: given up before the draw") % {"lot": named},
                    "icon": "close",
                    "text": queries.void_reason(lot),
                }
            )
    return rows


def _lot(slug: str, number: int) -> Round:
    return get_object_or_404(
        Round.objects.select_related("panel", "entry"), panel__slug=slug, number=number, entry__isnull=False
    )


@require_safe
def check(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The same checks as in the one-file program, run here: for whom no script runs."""
    lot = _lot(slug, number)
    key = f"panels.check.{lot.pk}.{lot.state}.{lot.digest}"
    steps = cache.get(key)
    if steps is None:
        steps = [tuple(step) for step in verify_lot.check(bundle(lot))]
        cache.set(key, steps, KEEP)
    lines = [words.checked(verify_lot.Step(*step)) for step in steps]
    context = {
        "panel": lot.panel,
        "round": lot,
        "lines": lines,
        **_browser(),
        "is_right": all(step[1] != "failed" for step in steps),
        "bundle_url": reverse("panel_bundle", args=[slug, number]),
        "breadcrumb": crumbs((lot.panel.title, reverse("panel", args=[slug])), (_("Check"), "")),
    }
    return render(request, "panels/check.html", context)


def _browser() -> dict[str, Any]:
    """What the checks in the browser need of their page."""
    told = words.for_script()
    return {
        "form": LotFileForm(),
        "words": told,
        "words_json": json.dumps(told, ensure_ascii=False),
        "looks": {name: {"tone": tone, "icon": icon} for name, (tone, icon, _word) in words.STATUS.items()},
    }


@require_safe
def check_file(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The page of the checks as one file with the lot inside, to keep."""
    lot = _lot(slug, number)
    data = json.dumps(bundle(lot), ensure_ascii=False, separators=(",", ":"))
    return alone.page(
        request,
        "panels/check_file.html",
        {"panel": lot.panel, **_browser()},
        script="js/lot.js",
        name=f"lot-{slug}-{number}.html",
        data=data,
    )


@require_safe
def bundle_file(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The file that anyone can check; no name and no contact is in it."""
    lot = _lot(slug, number)
    response = JsonResponse(bundle(lot), json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
    response["Content-Disposition"] = f'attachment; filename="lot-{slug}-{number}.json"'
    return response


@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """The one-file verifier as it runs here."""
    path = verify_lot.__file__
    if not path:
        raise Http404
    response = HttpResponse(Path(path).read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_lot.py"'
    return response
