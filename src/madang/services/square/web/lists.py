"""The list of ideas."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.matters.enums import OWED, Channel, Origin, State
from madang.commons.meetings import api as meetings
from madang.kernel import clock
from madang.kernel.levels import Level
from madang.kernel.web.acting import actor_of
from madang.kernel.web.paging import Counted
from madang.services.square import queries, turns
from madang.services.square.models import Category, Cell, Process, Space
from madang.services.square.web import present
from madang.services.square.web.pages import crumb

PAGE = 20
NAMES = ("state", "category", "space", "process", "origin", "channel", "order")

Part = dict[str, Any]


def states() -> dict[str, str]:
    """What the list can be narrowed to, in the order of an idea's life."""
    return {
        "": _("All"),
        State.OPEN.value: _("In discussion"),
        "owed": _("Waiting for an answer"),
        "late": _("Answer is late"),
        State.ANSWERED.value: _("Answered"),
        "effect": _("With an effect"),
        State.CLOSED.value: _("Discussion ended"),
    }


def orders() -> dict[str, str]:
    return {
        "recent": _("Newest"),
        "support": _("Most supported"),
        "comments": _("Most discussed"),
        "due": _("Answer due first"),
    }


def read(
    request: HttpRequest, spaces: list[Space], processes: list[Process], categories: list[Category]
) -> queries.Filters:
    """The filters of an address; what is not known is left out, never an error."""
    known: dict[str, set[str]] = {
        "state": {*states(), State.MERGED, State.WITHDRAWN, State.MATURING},
        "space": {space.slug for space in spaces},
        "process": {process.slug for process in processes},
        "category": {category.slug for category in categories},
        "origin": set(Origin.values),
        "channel": set(Channel.values),
        "order": set(orders()),
    }
    chosen = {name: request.GET.get(name, "") for name in NAMES}
    kept = {name: value for name, value in chosen.items() if value and value in known[name]}
    return queries.Filters(**kept)


def _query(filters: queries.Filters, **changes: str) -> str:
    values = {name: getattr(filters, name) for name in NAMES} | changes
    if values["order"] == "recent":
        values["order"] = ""
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{reverse('ideas')}?{query}" if query else reverse("ideas")


def counts(request: HttpRequest, filters: queries.Filters) -> dict[str, int]:
    """How many ideas each state chip would show, in one query."""
    base = queries.Filters(
        category=filters.category,
        space=filters.space,
        process=filters.process,
        origin=filters.origin,
        channel=filters.channel,
    )
    owed = Q(matter__state__in=OWED)
    found: dict[str, int] = (
        queries.listing(actor_of(request), base)
        .order_by()
        .aggregate(
            all=Count("pk"),
            open=Count("pk", filter=Q(matter__state=State.OPEN)),
            owed=Count("pk", filter=owed),
            late=Count("pk", filter=owed & Q(matter__due_at__lt=clock.now())),
            answered=Count("pk", filter=Q(matter__state=State.ANSWERED)),
            effect=Count("pk", filter=Q(has_effect=True)),
            closed=Count("pk", filter=Q(matter__state=State.CLOSED)),
        )
    )
    return {"": found.pop("all"), **found}


def _residents_only(processes: list[Process], filters: queries.Filters) -> list[dict[str, Any]]:
    """The chosen processes that ask for verified residents now, and for what."""
    chosen = [row for row in processes if filters.process == row.slug or filters.space == row.space.slug]
    if not chosen:
        return []
    cells: dict[int, Cell] = {}
    for cell in queries.cells_at(clock.now()).filter(process__in=chosen).select_related("process"):
        cells.setdefault(cell.process_id, cell)
    return [
        {"title": cell.process.title, "to_file": cell.can_file and cell.needed_to_file == Level.RESIDENT}
        for cell in cells.values()
        if (cell.can_file and cell.needed_to_file == Level.RESIDENT)
        or (cell.can_support and cell.needed_to_support == Level.RESIDENT)
    ]


@require_safe
def ideas(request: HttpRequest) -> HttpResponse:
    """The public list."""
    spaces = list(Space.objects.all())
    processes = list(Process.objects.select_related("space"))
    categories = list(Category.objects.all())
    filters = read(request, spaces, processes, categories)
    numbers = counts(request, filters)
    found = queries.listing(actor_of(request), filters).select_related("matter__rule")
    page = Counted(found, PAGE, known=numbers.get(filters.state)).get_page(request.GET.get("page"))
    turn = turns.of(page)
    space = next((row for row in spaces if row.slug == filters.space), None)
    state_chips = [
        {
            "label": label,
            "url": _query(filters, state=code),
            "active": filters.state == code,
            "count": f"{numbers[code]:,}",
        }
        for code, label in states().items()
        if not code or numbers[code] or filters.state == code
    ]
    space_chips = [
        {"label": _("Everywhere"), "url": _query(filters, space="", process=""), "active": space is None}
    ]
    space_chips += [
        {
            "label": row.title,
            "url": _query(filters, space=row.slug, process=""),
            "active": row.slug == filters.space,
        }
        for row in spaces
    ]
    shown_categories: dict[str, str] = {}
    for category in categories:
        shown_categories.setdefault(category.slug, category.title)
    feed_query = urlencode(
        {
            name: getattr(filters, name)
            for name in ("state", "category", "space", "process")
            if getattr(filters, name)
        }
    )
    context = {
        "page": page,
        "cards": [present.card(idea, turn[idea.pk]) for idea in page],
        "total": page.paginator.count,
        "filters": filters,
        "state_chips": state_chips,
        "space_chips": space_chips if len(spaces) > 1 else [],
        "space": space,
        "meetings": meetings.coming(row.reference for row in ([space] if space else spaces)),
        "orders": orders(),
        "origins": Origin.choices,
        "channels": Channel.choices,
        "categories": shown_categories,
        "processes": [
            (row.slug, row.title) for row in processes if space is None or row.space_id == space.pk
        ],
        "residents_only": _residents_only(processes, filters),
        "is_filtered": any(getattr(filters, name) for name in NAMES[:-1]),
        "all_url": reverse("ideas"),
        "feed_url": reverse("ideas_feed") + (f"?{feed_query}" if feed_query else ""),
        "topics_url": reverse("topics"),
        "is_open": queries.open_processes().exists(),
        "breadcrumb": [crumb(_("Ideas"))],
    }
    return render(request, "square/ideas.html", context)
