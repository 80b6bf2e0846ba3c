"""What goes on around a space beside its ideas: conversations, meetings, panels by lot, its planning group, topics, promises."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.urls import reverse

from madang.commons.matters.enums import Disclosure
from madang.commons.meetings import api as meetings
from madang.commons.opinions import api as opinions
from madang.commons.panels import api as panels
from madang.services.square.domain import planning_group
from madang.services.square.models import Candidate, Idea, Space

Part = dict[str, Any]
MOST = 4


def of(space: Space) -> Part:
    """Links of a space's page; a fixed number of queries. Only what everybody may see."""
    if space.is_archive:
        return {}
    spoken = opinions.things() | meetings.things() | panels.things()
    numbers = [each.removeprefix("matter:") for each in spoken if each.startswith("matter:")]
    here = Idea.objects.filter(
        process__space=space, matter__number__in=numbers, matter__disclosure=Disclosure.PUBLIC
    )
    about = [
        space.reference,
        *(f"matter:{number}" for number in here.values_list("matter__number", flat=True)),
    ]
    coming = meetings.coming(about, most=MOST)
    known = {one.number for one in coming}
    earlier = [one for one in meetings.about(about, most=2 * MOST) if one.number not in known]
    members = planning_group.members(space.host_id)
    voting = Candidate.objects.filter(
        space=space, state__in=["open", "counted"], idea__matter__disclosure=Disclosure.PUBLIC
    )
    return {
        "conversations": opinions.cards(about, most=MOST),
        "polls": _polls(about),
        "meetings": [*coming, *earlier][:MOST],
        "panels": panels.about(about, most=MOST),
        "planning_url": reverse("planning", args=[space.slug]) if members else "",
        "members": len(members),
        "voting": voting.count() if members else 0,
    }


def _polls(about: list[str]) -> list[Any]:
    """Polls that hang on it, where that service runs."""
    if not apps.is_installed("madang.services.polls"):
        return []
    from madang.services.polls import api as polls

    return list(polls.cards(about, most=MOST))
