"""The sentences in which followers hear of polls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from madang.commons.notices import api as notices
from madang.kernel.templatetags.ui import seoul_text


def _until(data: Mapping[str, Any], without: Any, with_end: Any) -> str:
    if not data.get("until"):
        return str(without)
    return str(with_end) % {"day": seoul_text(datetime.fromisoformat(data["until"]), "short")}


notices.register_kind(
    "polls.opened",
    sentence=lambda data: _until(data, _("The poll is open"), _("The poll is open until %(day)s")),
)
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
