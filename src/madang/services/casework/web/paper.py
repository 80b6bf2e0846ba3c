"""One page of paper to write a case on, for anybody to print, without a number: handed in, it is typed in as any paper is."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madang.kernel.web.qr import qr_svg
from madang.services.casework import queries


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The form, in the language of the page; its code leads to the same form on the site."""
    center = queries.centers().first()
    if center is None:
        return render(request, "casework/closed.html", status=404)
    address = f"{settings.PUBLIC_URL}{reverse('case_new')}"
    return render(
        request,
        "casework/paper.html",
        {
            "center": center,
            "qr": qr_svg(address),
            "address": address,
            "is_large": request.GET.get("size") == "large",
        },
    )
