"""What conversations offer the portal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.opinions import found
from madang.kernel.manifest import Entry, Feature, register

register(
    Feature(
        name="opinions",
        label=_("Opinion maps"),
        navigation=(Entry(_("Opinion maps"), "opinions", "/opinions/", 20),),
        desk=(Entry(_("Opinion maps"), "opinions_desk", "/desk/opinions/", 60),),
        resolve={"conversation": found.conversations, "statement": found.statements},
    )
)
