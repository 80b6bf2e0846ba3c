"""All polls: open, being read, published."""

from __future__ import annotations

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from madang.commons.notices import api as notices
from madang.kernel import clock, text
from madang.kernel.templatetags.ui import seoul_text
from madang.kernel.web.acting import actor_of
from madang.services.polls import found, policies, queries
from madang.services.polls.enums import PollState
from madang.services.polls.models import Poll
from madang.services.polls.policies import is_answered_now
from madang.services.polls.web.pages import Part, address, crumb, tag

PAGE = 24
KEPT = timedelta(days=90)


def row(poll: Poll) -> Part:
    """A poll as one line of a list; `poll.many` as `queries.with_counts` gives it."""
    many = getattr(poll, "many", 0)
    meta = [poll.host.name]
    if poll.state == PollState.OPEN and poll.closes_at is not None:
        meta.append(_("until %(day)s") % {"day": seoul_text(poll.closes_at)})
    elif poll.closed_at is not None:
        meta.append(_("closed %(day)s") % {"day": seoul_text(poll.closed_at, "date")})
    return {
        "title": poll.title,
        "url": address(poll),
        "tags": [tag(poll)],
        "meta": meta,
        "summary": text.excerpt(poll.intro) if poll.intro else "",
        "figure": many,
        "figure_label": ngettext("answer", "answers", many),
    }


@require_safe
def polls(request: HttpRequest) -> HttpResponse:
    """What can be answered now, what is being read, what was published."""
    page = Paginator(queries.ordered(queries.with_counts(queries.public())), PAGE).get_page(
        request.GET.get("page")
    )
    groups: dict[str, list[Part]] = {"open": [], "reading": [], "published": [], "elsewhere": []}
    for poll in page:
        key = (
            "elsewhere"
            if poll.is_archive
            else "open"
            if is_answered_now(poll) or (poll.state == PollState.OPEN and not _has_ended(poll))
            else "published"
            if poll.state == PollState.PUBLISHED
            else "reading"
        )
        groups[key].append(row(poll))
    context = {
        "page": page,
        "groups": groups,
        "desk_url": reverse("polls_desk") if actor_of(request).offices(*policies.LEADING) else "",
        "breadcrumb": [crumb(_("Polls"))],
    }
    return render(request, "polls/list.html", context)


def _has_ended(poll: Poll) -> bool:

    return poll.closes_at is not None and poll.closes_at <= clock.now()


@require_safe
def calendar(request: HttpRequest) -> HttpResponseBase:
    """When polls close, for calendars that subscribe."""
    rows = queries.public().filter(is_archive=False, closes_at__gte=clock.now() - KEPT)
    return notices.calendar(request, title=_("Polls"), items=found.items(rows))
