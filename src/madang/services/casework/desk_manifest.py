"""The desk of cases among the pages of the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel.manifest import Entry, Feature, register
from madang.kernel.models import Role

ROLES = (Role.OFFICER, Role.APPROVER, Role.TRIAGE, Role.ARBITER)

register(
    Feature(
        name="casework.desk",
        label=_("Cases at the desk"),
        desk=(Entry(_("Cases"), "desk_cases", "/desk/cases/", 5, roles=ROLES),),
    )
)
