"""What polls offer the portal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel.manifest import Entry, Feature, register
from madang.services.polls.policies import READING

register(
    Feature(
        name="polls",
        label=_("Polls"),
        desk=(Entry(_("Coding"), "desk_coding_all", "/desk/coding/", 64, roles=READING),),
    )
)
