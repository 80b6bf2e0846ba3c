"""The public board of cases."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from madang.kernel import places
from madang.kernel.web.paging import Counted, is_capped, told
from madang.services.casework import queries
from madang.services.casework.enums import CaseType
from madang.services.casework.models import Category
from madang.services.casework.web import words

PAGE = 20
NAMES = ("category", "type", "district", "state")


def filters_of(request: HttpRequest) -> queries.Filters:
    """The filters of an address; what is not known is left out, never an error."""
    known: dict[str, Any] = {
        "type": CaseType.values,
        "district": places.districts(),
        "state": queries.STATES,
    }
    chosen = {name: request.GET.get(name, "") for name in NAMES}
    return queries.Filters(
        category=chosen["category"][:40],
        **{name: chosen[name] for name in known if chosen[name] in known[name]},
    )


def _address(filters: queries.Filters, **changes: str) -> str:
    chosen = {name: getattr(filters, name) for name in NAMES} | changes
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"{reverse('cases')}?{query}" if query else reverse("cases")


def _counts(filters: queries.Filters) -> dict[str, int]:
    """How many cases there are in each state under the other filters; under "" all of them."""
    rest = queries.Filters(filters.category, filters.type, filters.district)
    return queries.by_state(queries.narrowed(queries.public(), rest))


def _chips(filters: queries.Filters, counts: dict[str, int]) -> list[dict[str, Any]]:
    named = (
        ("", _("All")),
        (queries.OPEN, pgettext("state of cases", "Open")),
        (queries.CLOSED, pgettext("state of cases", "Closed")),
    )
    return [
        {
            "label": label,
            "url": _address(filters, state=code),
            "active": code == filters.state,
            "count": told(counts[code]),
        }
        for code, label in named
    ]


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Cases that everyone may read: what it is, where it is, who has it and how much time is left."""
    filters = filters_of(request)
    counts = _counts(filters)
    rows = queries.narrowed(queries.public(), filters)
    page = Counted(rows, PAGE, known=counts[filters.state]).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [words.row(one) for one in page],
        "total": counts[filters.state],
        "total_told": told(counts[filters.state]),
        "is_capped": is_capped(counts[filters.state]),
        "chips": _chips(filters, counts),
        "filters": filters,
        "is_filtered": filters != queries.Filters(),
        "categories": [(one.code, one.name) for one in Category.objects.filter(is_active=True)],
        "types": CaseType.choices,
        "districts": places.choices(),
        "center": queries.centers().first(),
    }
    return render(request, "casework/board.html", context)
