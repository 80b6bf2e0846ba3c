"""The front page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.commons.matters import api as matters
from madang.kernel import clock, text
from madang.portal import figures, services
from madang.portal.web.addresses import address

SHOWN = 4


def headline(rows: list[matters.OriginRow]) -> list[dict[str, Any]]:
    """The headline figure of the site as stats: share answered and with an effect, by who filed."""
    titles = {
        "individual": _("Ideas of individuals with an answer"),
        "organised": _("Ideas of organised groups with an answer"),
        "agency": _("Ideas of public agencies with an answer"),
    }
    found = []
    for row in rows:
        if row.filed:
            of = ngettext(
                "%(answered)s of %(filed)s idea filed", "%(answered)s of %(filed)s ideas filed", row.filed
            ) % {"answered": figures.grouped(row.answered), "filed": figures.grouped(row.filed)}
            note = _("With an effect: %(share)s (%(count)s)") % {
                "share": figures.percent(row.effect_share),
                "count": figures.grouped(row.effect),
            }
        else:
            of, note = _("Nothing filed yet"), ""
        share = row.answered_share
        found.append(
            {
                "label": titles[row.origin],
                "value": "–" if share is None else str(round(share * 100)),
                "unit": "" if share is None else "%",
                "of": of,
                "note": note,
                "source": figures.own_source(),
                "source_url": reverse("statistics"),
                "date": clock.now(),
            }
        )
    return found


def way(rows: list[matters.OriginRow]) -> list[dict[str, Any]]:
    """How many ideas went how far: the card in the head of the page. Empty while nothing is filed."""
    filed = sum(row.filed for row in rows)
    steps = (
        (_("Filed"), filed, "blue"),
        (_("Answered with a reason"), sum(row.answered for row in rows), "jade"),
        (_("With an effect"), sum(row.effect for row in rows), "jade"),
    )
    return [
        {"label": label, "count": count, "share": round(count / filed * 100, 1), "tone": tone}
        for label, count, tone in steps
        if filed
    ]


def late_rows(limit: int = 3) -> tuple[list[dict[str, Any]], int]:
    """The answers that are late the longest, and how many there are."""
    late = matters.overdue()
    rows = [
        {
            "title": matter.title,
            "url": reverse("item", args=[matter.number]),
            "clock": matters.clock_view(matter),
            "meta": [matter.responsible.name, matter.number],
        }
        for matter in late[:limit]
    ]
    return rows, late.count()


def news(limit: int = 3) -> list[dict[str, Any]]:
    """The latest answers and effects in one list, newest first."""
    found: list[dict[str, Any]] = [
        {
            "at": answer.published_at,
            "title": answer.matter.title,
            "url": reverse("item", args=[answer.matter.number]),
            "tone": matters.disposition_tone(answer.disposition),
            "word": answer.get_disposition_display(),
            "text": text.excerpt(answer.reason, 130),
            "who": answer.office.name,
            "icon": "answer",
        }
        for answer in matters.latest_answers(limit)
    ]
    found += [
        {
            "at": report.at,
            "title": report.effect.matter.title,
            "url": reverse("item", args=[report.effect.matter.number]),
            "tone": matters.effect_tone(report.state),
            "word": report.get_state_display(),
            "text": text.excerpt(report.text, 130),
            "who": report.effect.owner.name,
            "icon": "effect",
        }
        for report in matters.latest_effects(limit)
    ]
    return sorted(found, key=lambda each: each["at"], reverse=True)[: limit + 1]


def chips(current: str) -> list[dict[str, Any]]:
    choices = (
        ("", _("Most supported")),
        ("near", _("Close to the threshold")),
        ("ending", _("Ending soon")),
        ("new", _("Newest")),
    )
    home = reverse("home")
    return [
        {
            "label": label,
            "url": f"{home}?show={code}#now" if code else f"{home}#now",
            "active": code == current,
        }
        for code, label in choices
    ]


def home(request: HttpRequest) -> HttpResponse:
    """What is discussed, what is late, what came of it, and how to take part."""
    square = services.front_door("square")
    show = request.GET.get("show", "")
    show = show if show in ("near", "ending", "new") else ""
    cards = square.discussed(order=show, limit=SHOWN) if square else []
    rows = figures.by_origin_rows()
    late, late_total = late_rows()
    return render(
        request,
        "portal/home.html",
        {
            "cards": cards,
            "chips": chips(show),
            "talking": square.in_discussion() if square else None,
            "way": way(rows),
            "headline": headline(rows),
            "late": late,
            "late_total": late_total,
            "late_url": address("late") or address("ideas"),
            "news": news(),
            "can_file": bool(square and square.can_file()),
            "write_url": address("write"),
            "ideas_url": address("ideas"),
            "ledger_url": address("ledger"),
            "receipt_url": address("receipt"),
            "now": clock.now(),
        },
    )
