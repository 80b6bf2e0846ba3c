"""The sentences in which people hear what a delegation found."""

from __future__ import annotations

from django.utils.translation import gettext as _

from madang.commons.notices import api as notices

notices.register_kind(
    "budgeting.found", sentence=lambda data: _("The delegation has published what it found")
)
notices.register_kind(
    "budgeting.found_recommend", sentence=lambda data: _("is recommended by the delegation")
)
notices.register_kind(
    "budgeting.found_change", sentence=lambda data: _("is recommended by the delegation, with changes")
)
notices.register_kind(
    "budgeting.found_against",
    sentence=lambda data: _("is not recommended by the delegation; the reason is given"),
)
