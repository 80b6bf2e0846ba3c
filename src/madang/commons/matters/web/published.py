"""What other programs subscribe to: answers and late answers as feeds, deadlines as a calendar.

All of it is what a visitor without an account sees, whoever asks.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.matters import dates, entries, figures, queries
from madang.commons.matters.web import shown
from madang.commons.notices import api as notices

FEED = 50


@require_safe
def answers_feed(request: HttpRequest) -> HttpResponseBase:
    """The newest answers of all offices, or of the one whose code is asked for."""
    office = request.GET.get("office", "")
    found = figures.latest_answers(None)
    if office:
        found = found.filter(office__code=office)
    return notices.feed(
        request,
        title=_("Answers · Madang"),
        subtitle=_("What offices answered, with their reasons."),
        url=reverse("home"),
        entries=[entries.of_answer(answer, shown.page_of(answer.matter)) for answer in found[:FEED]],
    )


@require_safe
def late_feed(request: HttpRequest) -> HttpResponseBase:
    """Answers that are late now, the latest first to become so."""
    rows = queries.overdue().order_by("-due_at", "-pk")[:FEED]
    return notices.feed(
        request,
        title=_("Late answers · Madang"),
        subtitle=_("Answers that offices owe and whose date has passed."),
        url=reverse("late"),
        entries=[
            notices.FeedEntry(
                name=f"late/{row.number}/{row.due_at:%Y-%m-%d}/",
                title=row.title,
                url=shown.page_of(row) or reverse("late"),
                published=row.due_at,
                updated=row.due_at,
                summary=_("%(office)s owes the answer.") % {"office": row.responsible.name},
                author=row.responsible.name,
            )
            for row in rows
            if row.due_at is not None
        ],
    )


@require_safe
def deadlines(request: HttpRequest) -> HttpResponseBase:
    """When public matters are to be answered, of all offices or of the one whose code is asked for."""
    office = request.GET.get("office", "")
    rows = figures.public()
    if office:
        rows = rows.filter(responsible__code=office)
    return notices.calendar(request, title=_("Madang: answers due"), items=dates.deadlines(rows))
