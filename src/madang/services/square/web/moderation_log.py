"""The public log of moderation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.kernel.models import Audit
from madang.services.square.enums import HideReason
from madang.services.square.models import Challenge, Comment, PlanningVote
from madang.services.square.web import acts
from madang.services.square.web.pages import crumb

PAGE = 50
ACTIONS = (
    "matters.matter.hide",
    "matters.matter.restore",
    "matters.matter.seclude",
    "square.comment.hide",
    "square.comment.restore",
    "square.amendment.hide",
    "square.candidate.hide",
    "square.challenge.hide",
    "square.planning_vote.hide",
    "square.planning_vote.restore",
    "square.flag.dismiss",
    "square.flag.lapse",
    "square.appeal.file",
    "square.appeal.grant",
    "square.appeal.uphold",
)
BY_KEY: dict[str, tuple[Any, str]] = {
    "comment": (Comment, "idea__matter__number"),
    "vote": (PlanningVote, "seat__candidate__idea__matter__number"),
    "challenge": (Challenge, "seat__candidate__idea__matter__number"),
}
"""Things that have a key and no number of their own, and where that of their matter is found."""


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """What was taken down and put back, when, by which office and why. Never what it said."""
    rows = (
        Audit.objects.filter(action__in=ACTIONS, is_public=True)
        .select_related("organisation", "outbox")
        .order_by("-at", "-pk")
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    about = {row.pk: _about(row) for row in page}
    numbers = _numbers(about.values())
    reasons = acts.REASONS
    events = []
    for row in page:
        number = numbers.get(about[row.pk], about[row.pk].partition(":")[2])
        event = acts.event(row)
        event["title"] = f"{event['title']} · {number}" if number else event["title"]
        event["text"] = " · ".join(
            str(part) for part in (reasons.get(row.reason_code, ""), row.reason) if part
        )
        events.append(event)
    context = {
        "page": page,
        "events": events,
        "reasons": [str(label) for label in HideReason.labels],
        "breadcrumb": [crumb(_("Moderation log"))],
    }
    return render(request, "square/moderation_log.html", context)


def _numbers(targets: Iterable[str]) -> dict[str, str]:
    """The numbers of the matters of what is known by a key alone; one query a kind."""
    found: dict[str, str] = {}
    listed = list(targets)
    for kind, (model, path) in BY_KEY.items():
        keys = [int(one.partition(":")[2]) for one in listed if one.startswith(f"{kind}:")]
        if keys:
            rows = model.objects.filter(pk__in=keys).values_list("pk", path)
            found |= {f"{kind}:{key}": number for key, number in rows}
    return found


def _about(row: Audit) -> str:
    """What an act is about; an appeal is about what was taken down."""
    if row.target.startswith("appeal:"):
        return str((row.payload or {}).get("data", {}).get("of", ""))
    return row.target
