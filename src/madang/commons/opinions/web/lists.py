"""All conversations, and the short address of one."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.opinions import policies, queries
from madang.commons.opinions.live import read_code
from madang.commons.opinions.web.pages import crumb
from madang.kernel.web.acting import actor_of

PAGE = 24


@require_safe
def conversations(request: HttpRequest) -> HttpResponse:
    """What can be answered now, and what was."""
    page = Paginator(queries.listed(), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "open": [row for row in page if row.is_open],
        "closed": [row for row in page if not row.is_open and not row.is_archive],
        "archived": [row for row in page if row.is_archive],
        "desk_url": reverse("opinions_desk") if actor_of(request).offices(*policies.FACILITATORS) else "",
        "breadcrumb": [crumb(_("Opinion maps"))],
    }
    return render(request, "opinions/list.html", context)


@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """What somebody typed from a wall."""
    written = read_code(code)
    if written is None:
        raise Http404
    return redirect("opinion", written)
