"""The desk of cases: what is due, what waits, for whom and since when."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from madang.kernel import places, text
from madang.kernel.models import Organisation, Role
from madang.kernel.web.acting import actor_of, for_officials
from madang.services.casework import desk_queries
from madang.services.casework.desk_manifest import ROLES
from madang.services.casework.desk_queries import Filters
from madang.services.casework.enums import CaseType
from madang.services.casework.models import Category
from madang.services.casework.web import desk_words

for_desk = for_officials(*ROLES)


def crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    """The way to a page of the desk of cases; the last has no address."""
    found = [
        {"label": _("Desk"), "url": reverse("desk")},
        {"label": _("Cases"), "url": reverse("desk_cases") if more else ""},
    ]
    return found + [{"label": label, "url": url} for label, url in more]


def filters_of(request: HttpRequest) -> Filters:
    """The filters of an address; what is not known is left out, never an error."""
    asked = request.GET
    office = asked.get("office", "")
    return Filters(
        type=asked.get("type", "") if asked.get("type") in CaseType.values else "",
        category=asked.get("category", "")[:40],
        district=asked.get("district", "") if asked.get("district") in places.districts() else "",
        office=int(office) if office.isascii() and office.isdigit() and len(office) < 10 else 0,
        late=asked.get("late") == "1",
        mine=asked.get("mine") == "1",
        words=text.clean_line(asked.get("q", ""))[:100],
    )


def _address(filters: Filters, tab: str, order: str, **changes: Any) -> str:
    known: dict[str, Any] = {
        "tab": tab,
        "type": filters.type,
        "category": filters.category,
        "district": filters.district,
        "office": filters.office,
        "late": "1" if filters.late else "",
        "mine": "1" if filters.mine else "",
        "q": filters.words,
        "order": order if order != "due" else "",
    }
    query = urlencode({name: value for name, value in (known | changes).items() if value})
    return f"{reverse('desk_cases')}?{query}"


@require_safe
@never_cache
@for_desk
def desk_cases(request: HttpRequest) -> HttpResponse:
    """The list. The number of queries does not depend on how much is open; pages are cut by key."""
    actor = actor_of(request)
    mine = desk_queries.desk(actor)
    counts = desk_queries.counts(mine)
    tabs = desk_queries.tabs_of(actor)
    asked = request.GET.get("tab", "")
    tab = asked if asked in tabs else next((one for one in tabs if counts[one]), "all")
    order = request.GET.get("order", "due")
    if order not in desk_queries.ORDERS:
        order = "due"
    filters = filters_of(request)
    found = desk_queries.narrowed(desk_queries.in_tab(mine, tab), filters, actor)
    cut = desk_queries.cut(
        found, order=order, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    rows = [desk_words.row(one) for one in desk_queries.rows_of(cut.pks)]
    is_filtered = filters != Filters()
    context = {
        "tabs": [
            {
                "label": desk_words.TABS[name],
                "url": _address(Filters(), name, ""),
                "count": counts[name],
                "active": name == tab,
                "late": name == "late" and counts["late"],
                "key": desk_words.KEYS[name],
            }
            for name in tabs
        ],
        "pages": desk_words.pages(desk_queries.beside(actor), is_arbiter=actor.holds(Role.ARBITER)),
        "tab": tab,
        "tab_label": desk_words.TABS[tab],
        "count": counts[tab],
        "rows": rows,
        "filters": filters,
        "order": order,
        "is_filtered": is_filtered,
        "clear_url": _address(Filters(), tab, ""),
        "mine_url": _address(filters, tab, order, mine="" if filters.mine else "1"),
        "late_url": _address(filters, tab, order, late="" if filters.late else "1"),
        "before_url": _address(filters, tab, order, before=cut.before) if cut.before else "",
        "after_url": _address(filters, tab, order, after=cut.after) if cut.after else "",
        "empty": _("Nothing fits. Take a filter away.") if is_filtered else desk_words.EMPTY[tab],
        "breadcrumb": crumbs(),
        **_choices(actor),
    }
    return render(request, "casework/desk/list.html", context)


def _choices(actor: Any) -> dict[str, Any]:
    """What can be filtered by: the types, the categories, the districts of the routes, her offices."""
    categories = list(
        Category.objects.filter(is_active=True).select_related("center").prefetch_related("routes")
    )
    used = {route.district for category in categories for route in category.routes.all() if route.district}
    offices = Organisation.objects.filter(pk__in=actor.offices(*ROLES))
    return {
        "types": CaseType.choices,
        "categories": categories,
        "districts": sorted(
            (code, found.name) for code in used if (found := places.district(code)) is not None
        ),
        "offices": list(offices),
    }
