"""Pages of the desk about other systems."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel.manifest import Entry, Feature, register
from madang.kernel.models import Role

register(
    Feature(
        name="casework.exchange",
        label=_("Other systems"),
        desk=(
            Entry(
                _("Outbox for other servers"), "desk_outbox", "/desk/outbox/", 66, (Role.ADMIN, Role.TRIAGE)
            ),
            Entry(_("Old cases"), "desk_old", "/desk/old-cases/", 67, (Role.ADMIN,)),
        ),
    )
)
