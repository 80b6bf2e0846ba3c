"""What everybody sees: the list, one meeting, calendars."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.meetings import calendar, queries, shown
from madang.commons.meetings.enums import Place, State
from madang.commons.meetings.models import Meeting
from madang.commons.meetings.policies import facilitates, organises
from madang.commons.meetings.web.pages import trail, with_meeting
from madang.commons.notices import api as notices
from madang.kernel import clock, manifest, places, policy
from madang.kernel import queries as kernel
from madang.kernel.actors import Actor
from madang.kernel.levels import Level
from madang.kernel.web.acting import actor_of

PER_PAGE = 20
PAST = timedelta(days=90)  # meetings that ended so long ago leave the calendar


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """What comes, or what was. The number of queries does not depend on the number of meetings."""
    is_past = request.GET.get("tab") == "past"
    found = queries.counted(queries.past() if is_past else queries.upcoming())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [shown.row(meeting) for meeting in page],
        "is_past": is_past,
        "tabs": [
            {"label": _("To come"), "url": reverse("meetings"), "active": not is_past},
            {"label": _("Past"), "url": f"{reverse('meetings')}?tab=past", "active": is_past},
        ],
    }
    return render(request, "meetings/list.html", context)


@require_safe
def feed(request: HttpRequest) -> HttpResponseBase:
    """All meetings as a calendar: what comes, and for ninety days what was or was called off."""
    rows = Meeting.objects.filter(ends_at__gt=clock.now() - PAST).select_related("host")[:500]
    return notices.calendar(request, title=_("Madang: meetings"), items=calendar.items(rows))


@require_safe
@with_meeting
def meeting_ics(request: HttpRequest, meeting: Meeting) -> HttpResponseBase:
    """One meeting for one's own calendar; the address can be subscribed to."""
    return notices.calendar(request, title=meeting.title, items=[calendar.item(meeting)])


@require_safe
@with_meeting
def meeting(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Everything about one meeting."""
    actor = actor_of(request)
    references = queries.references_of(meeting)
    links = manifest.links(references)
    minutes = queries.minutes_of(meeting)
    agenda = queries.agenda(meeting)
    district = places.district(meeting.district)
    context = {
        "meeting": meeting,
        "tag": shown.tag(meeting),
        "when": shown.when(meeting),
        "where": shown.where(meeting),
        "seats": shown.seats(meeting) if shown.takes_people(meeting) else "",
        "district": district.label if district else "",
        "steps": shown.path(meeting, minutes, references),
        "agenda": [{"item": item, "link": links.get(item.reference)} for item in agenda],
        "planned_minutes": sum(item.minutes for item in agenda),
        "about": [links[one] for one in references if one in links],
        "minutes": minutes,
        "notes": _notes(meeting),
        "panel": panel(request, actor, meeting),
        "follow": follow(request, meeting),
        "is_organiser": organises(actor, meeting.host_id),
        "may_run": meeting.state in (State.PLANNED, State.OPEN, State.RUNNING, State.CLOSED)
        and facilitates(actor, meeting),
        "breadcrumb": trail(meeting),
    }
    return render(request, "meetings/meeting.html", context)


def _notes(meeting: Meeting) -> list[dict[str, Any]]:
    """Why it was moved or called off, the latest first: the published reasons."""
    acts = kernel.history(meeting.reference).filter(
        action__in=["meetings.meeting.move", "meetings.meeting.cancel"]
    )
    titles = {"meetings.meeting.move": _("Moved"), "meetings.meeting.cancel": _("Does not take place")}
    return [
        {"title": titles[act.action], "text": act.reason, "at": act.at} for act in acts.order_by("-at", "-pk")
    ]


def panel(request: HttpRequest, actor: Actor, meeting: Meeting) -> dict[str, Any]:
    """What a visitor can do here now, and what it takes."""
    own = queries.own(actor, meeting)
    if own is not None:
        return {
            "own": own,
            "own_label": Place(own.state).label,
            "own_tone": {"seated": "jade", "waiting": "ochre"}.get(own.state, ""),
            "position": queries.position(own) if own.state == Place.WAITING else 0,
        }
    verdict = policy.can("meetings.registration.make", actor, meeting)
    return {
        "own": None,
        "may": bool(verdict) or verdict.code in ("sign_in", "level.resident"),
        "reason": "" if verdict else verdict.reason,
        "needs_resident": meeting.level == Level.RESIDENT,
        "is_full": shown.is_full(meeting),
        "is_open": meeting.state == State.OPEN,
    }


def follow(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    user = request.user
    return {
        "reference": meeting.reference,
        "is_following": user.is_authenticated and notices.is_following(user, meeting.reference),
        "next": reverse("meeting", args=[meeting.number]),
    }
