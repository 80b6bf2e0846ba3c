"""What followers are told, what calendars hold, what is found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from madang.commons.meetings import calendar, found
from madang.commons.meetings.events import MeetingChanged
from madang.commons.meetings.models import Meeting
from madang.commons.notices import api as notices
from madang.commons.search import api as search
from madang.kernel.events import on
from madang.kernel.templatetags.ui import seoul_text


def _moment(data: Mapping[str, Any], name: str) -> str:
    return seoul_text(datetime.fromisoformat(data[name]))


def moved(data: Mapping[str, Any]) -> str:
    """Old and new, so that nobody has to look up what was."""
    words = []
    if data["old"] != data["new"]:
        words.append(
            _("moved from %(old)s to %(new)s") % {"old": _moment(data, "old"), "new": _moment(data, "new")}
        )
    if data["old_place"] != data["new_place"]:
        words.append(
            _("now in: %(new)s (before: %(old)s)")
            % {"old": data["old_place"] or "–", "new": data["new_place"] or "–"}
        )
    return "; ".join(words) or _("its end has changed")


notices.register_kind("meetings.moved", moved)
notices.register_kind(
    "meetings.cancelled",
    lambda data: _("does not take place (it was planned for %(old)s)") % {"old": _moment(data, "old")},
)
notices.register_kind(
    "meetings.opened",
    lambda data: _("registration is open; it begins %(new)s") % {"new": _moment(data, "new")},
)
notices.register_kind(
    "meetings.seat",
    lambda data: _("a seat became free and is yours; it begins %(new)s") % {"new": _moment(data, "new")},
)
notices.register_kind("meetings.minutes", lambda data: _("the minutes are published"))
notices.register_dates("meeting", calendar.dates)
search.register_source("meeting", found.entries)


@on(MeetingChanged)
def index(change: MeetingChanged) -> None:
    found.put_in_index(Meeting.objects.select_related("host").get(pk=change.meeting_id))
