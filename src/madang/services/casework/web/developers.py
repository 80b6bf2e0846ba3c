"""The page that tells developers of other systems what is here."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from madang.services.casework import queries

CALLS: tuple[tuple[str, str, str | Promise], ...] = (
    ("GET", "/discovery", gettext_lazy("Where the service is and who to talk to.")),
    ("GET", "/services", gettext_lazy("What can be reported.")),
    ("GET", "/services/CODE", gettext_lazy("The questions of one service.")),
    ("GET", "/requests", gettext_lazy("Public reports: 90 days or 1,000; page and page_size for more.")),
    ("GET", "/requests/ID", gettext_lazy("One report.")),
    ("POST", "/requests", gettext_lazy("File a report. Needs a key.")),
    ("GET", "/tokens/TOKEN", gettext_lazy("What a report is called that got a token.")),
    ("GET", "/servicerequestupdates", gettext_lazy("What happened to public reports.")),
    (
        "POST",
        "/servicerequestupdates",
        gettext_lazy("A follow-up to a report that your key filed. Needs the key."),
    ),
    ("GET", "/requests.csv", gettext_lazy("All public reports as a table.")),
)


@require_safe
def developers(request: HttpRequest) -> HttpResponse:
    """Addresses, keys, what is published and what is not, an example."""
    centers = list(queries.centers())
    usual = queries.categories(centers[0]).first() if centers else None
    context = {
        "base": f"{settings.PUBLIC_URL}/open311/v2",
        "rows": [{"method": method, "path": path, "text": text} for method, path, text in CALLS],
        "centers": centers,
        "code": usual.code if usual is not None else "CODE",
        "breadcrumb": [{"label": _("Open311")}],
    }
    return render(request, "casework/open311.html", context)
