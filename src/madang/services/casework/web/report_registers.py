"""The public pages: what waste was reported and saved, what rules were asked to change and how offices answered."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from madang.kernel import clock
from madang.kernel.money import won
from madang.kernel.queries import known_rule
from madang.kernel.web import saving as files
from madang.services.casework import regulation_queries, waste_queries
from madang.services.casework.domain import terms
from madang.services.casework.logic import waterfall
from madang.services.casework.models import Saving
from madang.services.casework.web import report_acts  # noqa: F401 - the timeline gets its words
from madang.services.casework.web import report_words as words
from madang.services.casework.web.shell import crumbs

PAGE = 20
REWARDS = 20


def _steps() -> dict[str, str]:
    return {
        "claimed": _("Claimed by reporters"),
        "not_upheld": _("Not upheld, or not about waste"),
        "looked_at": _("Still being looked at"),
        "counted": _("Estimate of the offices against the claim"),
        "estimated": pgettext("waste total", "Estimated"),
        "waiting": _("Waiting to be verified"),
        "found": _("Verified against the estimate"),
        "verified": pgettext("waste total", "Verified"),
    }


def _drawn(bars: tuple[waterfall.Bar, ...]) -> list[dict[str, Any]]:
    """Bars with their places on a scale of 100; what lies below 0 has its room."""
    low = min(0, *(min(one.start, one.end) for one in bars))
    high = max(1, *(max(one.start, one.end) for one in bars))
    scale, labels = 100 / (high - low), _steps()
    return [
        {
            "label": labels[one.key],
            "amount": won(one.amount)
            if one.is_total
            else f"{'+' if one.amount > 0 else ''}{won(one.amount)}",
            "x": (min(one.start, one.end) - low) * scale,
            "width": abs(one.end - one.start) * scale,
            "is_total": one.is_total,
            "tone": "jade" if one.key == "verified" else "blue" if one.is_total else "ochre",
        }
        for one in bars
    ]


def _stats(told: list[waterfall.Told], clusters: list[waste_queries.Cluster]) -> list[dict[str, Any]]:
    many, letters = len(clusters), sum(one.others for one in clusters)
    verified = [row.verified for row in told if row.verified is not None]
    paid = sum(row.rewarded for row in told)
    source = {"source": _("Register of this site"), "date": clock.now()}
    return [
        {
            "label": _("Reports"),
            "value": f"{many:,}",
            "of": _("%(n)s more say the same and are counted with them") % {"n": f"{letters:,}"}
            if letters
            else "",
            **source,
        },
        {
            "label": _("Verified saving"),
            "value": won(sum(verified)),
            "of": _("%(n)s of %(all)s reports") % {"n": f"{len(verified):,}", "all": f"{many:,}"},
            "tone": "jade",
            **source,
        },
        {
            "label": _("Rewards"),
            "value": won(paid),
            "of": _("%(n)s of %(all)s reports")
            % {"n": f"{sum(1 for row in told if row.rewarded):,}", "all": f"{many:,}"},
            **source,
        },
    ]


@require_safe
def waste(request: HttpRequest) -> HttpResponse:
    """What was reported, claimed and verified, month by month, and who was rewarded."""
    clusters = waste_queries.clusters()
    told = waste_queries.told(one.lead for one in clusters)
    page: Any = Paginator(clusters, PAGE).get_page(request.GET.get("page"))
    shown = {row.pk: row for row in waste_queries.reports().filter(pk__in=[one.lead for one in page])}
    rows = [shown[one.lead] for one in page if one.lead in shown]
    context = {
        "page": page,
        "rows": words.register_rows(rows, {one.lead: one.others for one in page}, _money(list(shown))),
        "stats": _stats(told, clusters),
        "bars": _drawn(waterfall.waterfall(told)),
        "months": [
            {
                "month": one.month,
                "reports": f"{one.reports:,}",
                "claimed": won(one.claimed),
                "estimated": won(one.estimated),
                "verified": won(one.verified),
                "rewarded": won(one.rewarded),
            }
            for one in waterfall.months(told)
        ],
        "rewards": words.reward_rows(list(waste_queries.rewards()[:REWARDS])),
        "lessons": list(waste_queries.reports().exclude(lesson="")[:5]),
        "rule": known_rule(terms.REWARD),
        "as_of": clock.now(),
        "breadcrumb": crumbs(_("Waste of public money")),
    }
    return render(request, "casework/waste.html", context)


def _money(keys: list[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    rows = Saving.objects.filter(report__in=keys).order_by("pk").values_list("report", "kind", "net")
    for report, kind, net in rows:
        found.setdefault(report, {})[kind] = net
    return found


@require_safe
def waste_csv(_request: HttpRequest) -> HttpResponse:
    """The register as a table: one line a report or cluster; nothing that is not public is named."""
    clusters = waste_queries.clusters()
    rows = {row.pk: row for row in waste_queries.reports()}
    money = _money(list(rows))
    head = [
        "number",
        "filed_on",
        "state",
        "office",
        "same_reports",
        "claimed_won",
        "estimated_won",
        "verified_won",
    ]
    lines = [
        [
            row.case.matter.number if row.is_public else "",
            f"{clock.seoul(row.case.matter.filed_at):%Y-%m-%d}"
            if row.is_public
            else f"{clock.seoul(row.case.matter.filed_at):%Y-%m}",
            row.state,
            row.case.matter.responsible.code,
            one.others,
            row.claimed,
            money.get(row.pk, {}).get("estimate"),
            money.get(row.pk, {}).get("verified"),
        ]
        for one in clusters
        if (row := rows.get(one.lead)) is not None
    ]
    return files.table([head, *lines], "waste.csv")


@require_safe
def regulation(request: HttpRequest) -> HttpResponse:
    """How far requests came, how long offices take, and which are late."""
    rows = list(regulation_queries.requests())
    many = len(rows)
    labels = {
        "filed": _("Filed"),
        "answered": _("Answered by a named officer"),
        "to_change": _("To be changed"),
        "changed": pgettext("regulation", "Text changed"),
        "confirmed": _("Confirmed by who asked"),
    }
    late = [row for row in rows if regulation_queries.is_late(row)]
    public = [row for row in rows if row.is_public]
    page: Any = Paginator(public, PAGE).get_page(request.GET.get("page"))
    context = {
        "many": many,
        "hidden": many - len(public),
        "funnel": [
            {
                "label": labels[key],
                "value": value,
                "note": _("%(share)s %% of %(all)s")
                % {"share": round(100 * value / many), "all": f"{many:,}"}
                if many
                else "",
                "tone": "jade" if key in ("changed", "confirmed") else "blue",
            }
            for key, value in regulation_queries.funnel(rows)
        ],
        "offices": regulation_queries.by_office(rows),
        "late": [_line(row) for row in late],
        "page": page,
        "rows": [_line(row) for row in page],
        "rule": known_rule(terms.REGULATION),
        "as_of": clock.now(),
        "breadcrumb": crumbs(_("Requests to change rules")),
    }
    return render(request, "casework/regulation.html", context)


def _line(row: Any) -> dict[str, Any]:
    matter, is_public = row.case.matter, row.is_public
    return {
        "title": matter.title if is_public else _("A request that is not public"),
        "language": matter.language if is_public else "",
        "ref": row.case.ref if is_public else "",
        "law": f"{row.law} {row.article}".strip() if is_public else "",
        "office": matter.responsible.name,
        "officer": row.decided_by.shown_name if row.answered_at and row.decided_by else "",
        "decision": row.get_decision_display() if row.answered_at else "",
        "tag": words.tag(row),
        "late": words.late_text(row),
        "filed_at": matter.filed_at,
    }


@require_safe
def regulation_csv(_request: HttpRequest) -> HttpResponse:
    """Offices and how they answered, as a table."""
    offices = regulation_queries.by_office(list(regulation_queries.requests()))
    head = ["office", "requests", "answered", "answered_late_or_due", "median_days"]
    return files.table(
        [head, *([one.name, one.requests, one.answered, one.late, one.days] for one in offices)],
        "regulation.csv",
    )
