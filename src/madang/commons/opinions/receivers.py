"""The sentences in which authors hear of their statements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from madang.commons.notices import api as notices
from madang.commons.opinions.enums import ReturnReason


def _returned(data: Mapping[str, Any]) -> str:
    label = dict(ReturnReason.choices).get(data.get("reason", ""), "")
    return " · ".join(
        str(part) for part in (_("was sent back; you can reword it"), label, data.get("note", "")) if part
    )


def _hidden(data: Mapping[str, Any]) -> str:
    label = dict(ReturnReason.choices).get(data.get("reason", ""), "")
    return " · ".join(str(part) for part in (_("was taken down"), label, data.get("note", "")) if part)


notices.register_kind("opinions.accepted", sentence=lambda data: _("is shown now"))
notices.register_kind("opinions.returned", sentence=_returned)
notices.register_kind("opinions.hidden", sentence=_hidden)
