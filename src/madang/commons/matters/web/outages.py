"""The public list of times when the system was out of order."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from madang.commons.matters.domain import outages as domain
from madang.commons.matters.models import Outage
from madang.kernel.templatetags.ui import seoul_text


@require_safe
def outages(request: HttpRequest) -> HttpResponse:
    """Every declared outage with its reason and source, those taken back too."""
    rows = list(Outage.objects.select_related("rule"))
    standing = domain.stretches(row for row in rows if row.undone_at is None)
    context = {
        "breadcrumb": [{"label": _("Outages"), "url": ""}],
        "lasting": next((stretch for stretch in standing if stretch.end is None), None),
        "stretches": [
            {
                "title": _times(stretch),
                "icon": "pause",
                "tone": "persimmon" if stretch.end is None else "ochre",
                "text": " · ".join(_words(row) for row in stretch.outages),
            }
            for stretch in standing
        ],
        "undone": [
            {
                "at": row.undone_at,
                "title": _("Taken back: %(times)s")
                % {"times": _times(domain.Stretch(row.starts_at, row.ends_at, ()))},
                "icon": "back",
                "text": f"{row.reason} → {row.undone_reason}",
            }
            for row in rows
            if row.undone_at
        ],
        "rules": list({row.rule_id: row.rule for row in rows}.values()),
    }
    return render(request, "matters/outages.html", context)


def _times(stretch: domain.Stretch) -> str:
    start = seoul_text(stretch.start)
    return f"{start} – {seoul_text(stretch.end)}" if stretch.end else _("Since %(start)s") % {"start": start}


def _words(row: Outage) -> str:
    moved = ngettext("%(n)s due date moved", "%(n)s due dates moved", row.moved) % {"n": row.moved}
    return f"{row.reason} ({row.source}; {moved})"
