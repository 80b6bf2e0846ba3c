"""Colours, and the pages that say what this site is."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madang.portal.web.addresses import address

YEAR = 365 * 24 * 3600


def _next(request: HttpRequest) -> str:
    """Where the form came from, only on this site."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else reverse("home")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen colours in a cookie; any other value follows the device again."""
    response = HttpResponseRedirect(_next(request))
    chosen = request.POST.get("theme", "")
    if chosen in ("light", "dark"):
        # Read by the page's own script as well, so not http-only; it says nothing about the person.
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=settings.SECURE_COOKIES)
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


def about(request: HttpRequest) -> HttpResponse:
    context = {
        "breadcrumb": [{"label": _("About Madang")}],
        "ledger_url": address("ledger"),
        "api_url": address("api_docs"),
    }
    return render(request, "portal/about.html", context)


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy.html", {"breadcrumb": [{"label": _("Privacy")}]})


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html", {"breadcrumb": [{"label": _("Accessibility")}]})
