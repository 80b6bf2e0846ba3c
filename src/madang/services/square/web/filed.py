"""The receipt, right after filing."""

from __future__ import annotations

from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from madang.commons.matters import api as matters
from madang.commons.matters.models import Matter
from madang.kernel import clock
from madang.kernel.templatetags.ui import seoul_text
from madang.kernel.web import saving
from madang.kernel.web.codes import unseal
from madang.services.square.models import Idea
from madang.services.square.web.pages import (
    answer_period_words,
    crumb,
    ideas_crumb,
    optional_url,
)

FILED = "square.filed"
CODE_MINUTES = 10
"""How long the code can be seen again by a reload, for a slow printer or a slip of the thumb."""


def qr_svg(data: str) -> str:
    """A QR code as SVG, drawn by a template so that no string has to be trusted."""
    code = segno.make(data, error="m", micro=False)
    runs: list[str] = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                runs.append(f"M{x + 4} {y + 4}h{length}v1h-{length}z")
            x += max(length, 1)
    return render_to_string("square/parts/qr.html", {"size": len(code.matrix) + 8, "path": "".join(runs)})


def next_steps(idea: Idea) -> list[str]:
    """What happens now, from the rules it was filed under."""
    matter, steps = idea.matter, []
    period = answer_period_words(matter.rule)
    if idea.threshold:
        until = seoul_text(idea.discussion_ends_at, "date") if idea.discussion_ends_at else ""
        steps.append(
            _("People discuss and support it until %(day)s.") % {"day": until}
            if until
            else _("People discuss and support it.")
        )
        steps.append(
            ngettext(
                "With %(goal)s supporter the office owes you an answer within %(period)s.",
                "With %(goal)s supporters the office owes you an answer within %(period)s.",
                idea.threshold,
            )
            % {"goal": f"{idea.threshold:,}", "period": period}
        )
    else:
        steps.append(_("The office owes you an answer within %(period)s.") % {"period": period})
    steps.append(_("The answer says what is decided, why, and who does what by when. It is published here."))
    if idea.threshold and idea.discussion_ends_at:
        steps.append(_("Without enough supporters the discussion ends on that day, and the page says so."))
    return steps


def _just_filed(request: HttpRequest) -> tuple[Idea | None, str]:
    """The idea this session filed last, and its code while it may still be shown."""
    held = request.session.get(FILED, {})
    idea = (
        Idea.objects.select_related("matter__rule", "matter__responsible").filter(pk=held.get("pk")).first()
    )
    fresh = clock.now().timestamp() - held.get("at", 0) < CODE_MINUTES * 60
    if idea is not None and held.get("code") and not fresh:
        request.session[FILED] = {**held, "code": ""}
    return idea, unseal(held.get("code", "")) if fresh else ""


@never_cache
@require_safe
def filed(request: HttpRequest) -> HttpResponse:
    """The receipt, right after filing."""
    idea, code = _just_filed(request)
    if idea is None:
        return redirect("write")
    matter: Matter = idea.matter
    receipt = matters.receipt(matter, code=code)
    leaf = receipt_leaf(matter)
    return render(
        request,
        "square/filed.html",
        {
            "idea": idea,
            "receipt": {
                "number": matter.number,
                "title": matter.title,
                "filed_at": matter.filed_at,
                "office": matter.responsible.name,
                "channel": matter.get_channel_display(),
                "next": next_steps(idea),
                "due": receipt.due_at if receipt else None,
                "code": code,
                "url": reverse("item", args=[matter.number]),
                "qr_svg": qr_svg(f"{settings.PUBLIC_URL}/receipt/#{code}") if code else "",
                "digest": leaf.leaf_hash if leaf else "",
                "position": leaf.index if leaf else None,
                "file_url": reverse("filed_file") if receipt else "",
                "verify_url": optional_url("receipt") or optional_url("ledger"),
            },
            "code": code,
            "is_anonymous": matter.author_id is None,
            "has_contact": hasattr(matter, "contact"),
            "draft_key": f"write-{idea.process.slug}",
            "is_print": "print" in request.GET,
            "breadcrumb": [ideas_crumb(), crumb(_("Receipt"))],
        },
    )


def receipt_leaf(matter: Matter) -> Any:
    from madang.kernel.queries import filing_leaf

    return filing_leaf(matter.reference)


@never_cache
@require_safe
def filed_file(request: HttpRequest) -> HttpResponse:
    """The receipt as a file that proves the filing without this site."""
    idea, _code = _just_filed(request)
    receipt = matters.receipt(idea.matter) if idea is not None else None
    if idea is None or receipt is None:
        return redirect("write")
    return saving.text(receipt.text, f"{idea.matter.number}.receipt.txt")
