"""The discovery of Open311: where the service is and who stands behind it.

Source: https://wiki.open311.org/Service_Discovery/
"""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.services.casework import queries
from madang.services.casework.open311.logic.written import Value

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-29T00:00:00+09:00"
"""When the interface last changed; raised with every change that a client can notice."""


def row() -> dict[str, Value]:
    """The whole of it."""
    phones = [f"{one.title} {one.phone}".strip() for one in queries.centers()]
    return {
        "changeset": CHANGED,
        "contact": "; ".join([*phones, f"{settings.PUBLIC_URL}{reverse('open311')}"]),
        "key_service": _("Make a token with a scope for cases on your page: %(address)s")
        % {"address": f"{settings.PUBLIC_URL}{reverse('tokens')}"},
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{settings.PUBLIC_URL}/open311/v2",
                "changeset": CHANGED,
                "type": "test" if settings.IS_DEMO else "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
