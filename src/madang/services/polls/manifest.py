"""What polls offer the portal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel.manifest import Feature, register

register(Feature(name="polls", label=_("Polls")))
