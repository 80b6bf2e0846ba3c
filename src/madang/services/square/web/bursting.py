"""The same text many times, put together for one look; every single one is still decided by a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.commons.search import api as search
from madang.kernel import clock, text
from madang.kernel.templatetags.ui import seoul_text
from madang.kernel.web.acting import actor_of
from madang.services.square.logic import bursts as logic
from madang.services.square.models import Comment
from madang.services.square.web import moderation
from madang.services.square.web.forms import ModerationForm
from madang.services.square.web.pages import crumb, desk_crumb, sign_in_url

DAYS = 14
NEWEST = 2000
"""Comments that are looked at: of so many days, and no more than so many."""
COMPARED = 600
"""Characters of a comment that are compared."""
SHOWN = 20


def found(offices: tuple[int, ...]) -> list[logic.Cluster]:
    """Clusters among the newest comments in the spaces of these offices."""
    rows = (
        Comment.objects.filter(
            idea__matter__host__in=offices, state="shown", at__gt=clock.now() - timedelta(days=DAYS)
        )
        .order_by("-at", "-pk")
        .values_list("pk", "author", "at", "body")[:NEWEST]
    )
    said = [
        logic.Said(f"comment:{pk}", author, at, tuple(search.tokens(body[:COMPARED])))
        for pk, author, at, body in rows
    ]

    def likeness(here: Any, there: Any) -> float:
        return search.dice(here, there, {})

    return logic.clusters(said, likeness)


def bursts(request: HttpRequest) -> HttpResponse:
    """One cluster a section, each with the same form as the queue of reports."""
    if not actor_of(request).is_signed_in:
        return redirect(sign_in_url(request.get_full_path()))
    offices = moderation.offices_of(request)
    form, errors, status, chosen = ModerationForm(), [], 200, []
    if request.method == "POST":
        form, chosen, status = ModerationForm(request.POST), request.POST.getlist("thing"), 422
        if not chosen:
            errors.append({"text": _("Select at least one entry."), "href": "#things"})
        if form.is_valid() and chosen:
            done, errors = moderation.decide(request, form, chosen, offices)
            if done:
                said = ngettext("%(n)s entry decided.", "%(n)s entries decided.", done)
                messages.success(request, said % {"n": done})
            if not errors:
                return redirect("moderate_bursts")
    clusters = found(offices)[:SHOWN]
    keys = [int(one.key.partition(":")[2]) for cluster in clusters for one in cluster.said]
    comments = {
        row.reference: row
        for row in Comment.objects.filter(pk__in=keys).select_related("idea__matter", "author")
    }
    context = {
        "clusters": [_shown(cluster, comments) for cluster in clusters],
        "form": form,
        "errors": errors,
        "chosen": chosen,
        "days": DAYS,
        "tabs": moderation.tabs("bursts", offices),
        "breadcrumb": [desk_crumb(), crumb(_("Moderation"))],
    }
    return render(request, "square/bursts.html", context, status=status)


def _shown(cluster: logic.Cluster, comments: dict[str, Comment]) -> dict[str, Any]:
    first, last = cluster.span
    head = ngettext("%(n)s comment", "%(n)s comments", len(cluster.said)) % {"n": len(cluster.said)}
    by = ngettext("%(n)s account", "%(n)s accounts", cluster.authors) % {"n": cluster.authors}
    return {
        "title": f"{head} · {by}",
        "span": f"{seoul_text(first, 'short')} – {seoul_text(last, 'short')}",
        "is_same": cluster.is_same,
        "words": text.excerpt(comments[cluster.said[0].key].body, 220),
        "rows": [
            {
                **moderation.row_of(comments[one.key]),
                "author": comments[one.key].author.shown_name,
                "at": one.at,
            }
            for one in cluster.said
            if one.key in comments
        ],
    }
