"""The sentences in which followers hear of rounds; rounds are found, and stand in calendars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from madang.commons.notices import api as notices
from madang.commons.search import api as search
from madang.kernel.events import on
from madang.kernel.saying import in_language
from madang.kernel.templatetags.ui import seoul_text
from madang.services.budgeting import found
from madang.services.budgeting.events import RoundChanged
from madang.services.budgeting.models import Round


def _until(data: Mapping[str, Any], words: Any) -> str:
    return str(words) % {"day": seoul_text(datetime.fromisoformat(data["until"]), "short")}


def _because(data: Mapping[str, Any], words: Any) -> str:
    return str(words) % {"why": in_language(data["ko"], data["en"])}


notices.register_kind(
    "budgeting.intake", sentence=lambda data: _until(data, _("Proposals are taken until %(day)s"))
)
notices.register_kind(
    "budgeting.screening", sentence=lambda data: _("The time for proposals is over; offices look at them")
)
notices.register_kind(
    "budgeting.voting", sentence=lambda data: _until(data, _("The vote is open until %(day)s"))
)
notices.register_kind(
    "budgeting.closing", sentence=lambda data: _until(data, _("One day is left: the vote ends %(day)s"))
)
notices.register_kind(
    "budgeting.counting", sentence=lambda data: _("The vote has ended and is being counted")
)
notices.register_kind("budgeting.decided", sentence=lambda data: _("It is decided which projects are funded"))
notices.register_kind("budgeting.won", sentence=lambda data: _because(data, _("It is funded: %(why)s")))
notices.register_kind("budgeting.lost", sentence=lambda data: _because(data, _("It is not funded: %(why)s")))
notices.register_kind("budgeting.called_off", sentence=lambda data: _("The round was called off"))
notices.register_dates("round", found.dates)
search.register_source("round", found.entries)


@on(RoundChanged)
def index(change: RoundChanged) -> None:
    found.put_in_index(Round.objects.select_related("host").get(pk=change.round_id))
