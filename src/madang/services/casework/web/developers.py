"""The page that tells developers of other systems what is here."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.services.casework import queries
from madang.services.casework.open311 import discovery



@require_safe
def developers(request: HttpRequest) -> HttpResponse:
    """Addresses, keys, what is published and what is not, examples."""
    base = f"{settings.PUBLIC_URL}/open311/v2"
    context = {
        "base": base,
        "centers": list(queries.centers()),
        "changed": discovery.CHANGED[:10],
        "breadcrumb": [{"label": _("Open311")}],
    }
    return render(request, "casework/open311.html", context)
