"""What other programs subscribe to: ideas and the way of one idea as feeds, phases as a calendar.

All of it is what a visitor without an account sees, whoever asks.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.matters import api as matters
from madang.commons.notices import api as notices
from madang.kernel import actors, clock, ids, text
from madang.services.square import queries
from madang.services.square.models import Category, Phase, Process, Space
from madang.services.square.web import lists, present

FEED = 50
PAST = timedelta(days=90)  # phases that ended so long ago leave the calendar


@require_safe
def feed(request: HttpRequest) -> HttpResponseBase:
    """The newest ideas, narrowed as the list is."""
    filters = lists.read(
        request, list(Space.objects.all()), list(Process.objects.all()), list(Category.objects.all())
    )
    found = queries.listing(actors.person(None), filters).order_by("-matter__filed_at", "-pk")
    return notices.feed(
        request,
        title=_("Ideas · Madang"),
        subtitle=_("What residents ask for, and what came of it."),
        url=reverse("ideas"),
        entries=[
            notices.FeedEntry(
                name=f"ideas/{idea.matter.number}/",
                title=idea.matter.title,
                url=present.address(idea.matter),
                published=idea.matter.filed_at,
                updated=idea.matter.ended_at or idea.matter.filed_at,
                summary=text.excerpt(idea.matter.body, 280) if present.shows_words(idea.matter) else "",
                author=present.author(idea.matter),
                categories=(matters.state_tag(idea.matter).label,),
            )
            for idea in found[:FEED]
        ],
    )


@require_safe
def item_feed(request: HttpRequest, number: str) -> HttpResponseBase:
    """The way of one idea: every public act, answer and report. What is not public is not found."""
    written = ids.read_number(number)
    matter = matters.visible(actors.person(None)).filter(number=written).first() if written else None
    if matter is None:
        raise Http404
    url = present.address(matter)
    return notices.feed(
        request,
        title=matter.title,
        subtitle=_("What happened to %(number)s.") % {"number": matter.number},
        url=url,
        entries=matters.feed_of(matter, url),
    )


@require_safe
def phases(request: HttpRequest) -> HttpResponseBase:
    """When the phases of the spaces begin and end."""
    rows = Phase.objects.filter(Q(ends_at=None) | Q(ends_at__gt=clock.now() - PAST))
    rows = rows.exclude(space__is_archive=True).select_related("space").order_by("starts_at", "pk")
    return notices.calendar(
        request,
        title=_("Madang: phases"),
        items=[
            notices.CalendarItem(
                name=f"phase-{phase.space.slug}-{phase.order}",
                start=phase.starts_at,
                end=phase.ends_at,
                summary=f"{phase.space.title}: {phase.title}",
                description=phase.summary,
                facts=f"{phase.title_ko}|{phase.title_en}",
            )
            for phase in rows[:500]
        ],
    )
