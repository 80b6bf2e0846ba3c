"""The sentences in which followers hear of polls; polls are found, and stand in calendars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.notices import api as notices
from madang.commons.search import api as search
from madang.kernel.events import on
from madang.kernel.templatetags.ui import seoul_text
from madang.services.polls import found
from madang.services.polls.events import PollChanged
from madang.services.polls.models import Poll


def _until(data: Mapping[str, Any], without: Any, with_end: Any) -> str:
    if not data.get("until"):
        return str(without)
    return str(with_end) % {"day": seoul_text(datetime.fromisoformat(data["until"]), "short")}


def _opened(data: Mapping[str, Any]) -> str:
    if data.get("from"):
        return str(_("The poll begins on %(day)s")) % {
            "day": seoul_text(datetime.fromisoformat(data["from"]))
        }
    return _until(data, _("The poll is open"), _("The poll is open until %(day)s"))


notices.register_kind("polls.opened", sentence=_opened)
notices.register_kind(
    "polls.prolonged",
    sentence=lambda data: _until(data, _("The poll goes on"), _("The poll goes on until %(day)s")),
)
notices.register_kind(
    "polls.closing",
    sentence=lambda data: _until(data, _("The poll closes soon"), _("The poll closes on %(day)s")),
)
notices.register_kind(
    "polls.closed", sentence=lambda data: _("The poll is closed; the answers are being read")
)
notices.register_kind("polls.called_off", sentence=lambda data: _("The poll was called off"))
notices.register_kind("polls.published", sentence=lambda data: _("The report of the poll is published"))
notices.register_dates("poll", found.dates)
search.register_source("poll", found.entries)


def open_receipt(request: HttpRequest, code: str) -> HttpResponseBase | None:
    from madang.services.polls.web import receipts  # its words need the addresses of the site

    return receipts.open_anywhere(request, code)


matters.also_opens(open_receipt)


@on(PollChanged)
def index(change: PollChanged) -> None:
    found.put_in_index(Poll.objects.select_related("host").get(pk=change.poll_id))
