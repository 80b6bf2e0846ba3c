"""The official's desk: what is late, what is due, whom it waits for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from madang.commons.matters import desk_queries, path, queries
from madang.commons.matters.domain import desk as domain
from madang.commons.matters.models import Matter
from madang.commons.matters.web import desk_forms, shown, words
from madang.commons.matters.web import matter as page
from madang.kernel import clock, manifest, text
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.templatetags.ui import seoul_text
from madang.kernel.web.acting import actor_of
from madang.kernel.web.paging import Counted

PER_PAGE = 50
PROMISES = 5


def _with(query: QueryDict, **changes: str) -> str:
    """The address of this page with some parameters changed; empty ones fall away, the page number too."""
    fresh = query.copy()
    fresh.pop("page", None)
    for name, value in changes.items():
        if value:
            fresh[name] = value
        else:
            fresh.pop(name, None)
    return f"?{fresh.urlencode()}" if fresh else "?"


def _tab(actor: Actor, counts: queries.DeskCounts, asked: str) -> str:
    """The tab asked for, or the first that has something in it."""
    tabs = desk_queries.tabs_of(actor)
    if asked in tabs:
        return asked
    return next((tab for tab in tabs if getattr(counts, tab)), "all")


def _table(request: HttpRequest, rows: list[Matter], order: str, *, selectable: bool) -> dict[str, Any]:
    columns = []
    for name, label in (
        ("number", _("Number")),
        ("title", _("Title")),
        ("state", _("State and whom it waits for")),
        ("office", _("Office and officer")),
        ("due", _("Due")),
    ):
        is_this = order.removeprefix("-") == name
        is_down = order.startswith("-")
        columns.append(
            {
                "label": label,
                "sort_url": _with(request.GET, sort=f"-{name}" if is_this and not is_down else name),
                "sorted": ("descending" if is_down else "ascending") if is_this else "",
            }
        )
    select = _("Select %(title)s")
    return {
        "caption": _("Matters on the desk"),
        "columns": columns,
        "selectable": selectable,
        "rows": [_row(row, select) for row in rows],
    }


def _row(row: Any, select: str) -> dict[str, Any]:
    badge = path.state_badge(row)
    return {
        "pk": row.pk,
        "select_label": select % {"title": row.title},
        "late": row.due_at is not None and row.due_at < clock.now(),
        "number": row.number or _("Not public"),
        "title": row.title,
        "url": page.address(row),
        "state": badge.label,
        "tone": badge.tone,
        "waits": shown.waits_for(row),
        "office": row.responsible.name,
        "officer": row.officer.shown_name if row.officer else "",
        "clock": path.clock_badge(row.due_at, paused=row.is_paused),
        "due": seoul_text(row.due_at, "short"),
    }


def desk(request: HttpRequest) -> HttpResponse:
    """The list. The number of queries does not depend on the number of matters."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor = actor_of(request)
    if not actor.is_official:
        raise RefusedError(
            gettext_lazy(
                "The desk is for officials with a mandate valid today. Ask your office if yours has ended."
            ),
            "mandate.none",
        )
    mine = queries.desk(actor)
    counts = queries.desk_counts(mine)
    tab = _tab(actor, counts, request.GET.get("tab", ""))
    typed = text.clean_line(request.GET.get("q", ""))[:100]
    only_me = request.GET.get("who") == "me"
    order = request.GET.get("sort", "due")
    if order.removeprefix("-") not in desk_queries.ORDERS:
        order = "due"
    found = desk_queries.in_tab(mine, tab)
    found = desk_queries.narrowed(found, words=typed, officer=actor.user if only_me else None)
    known = None if typed or only_me else getattr(counts, tab)
    pks = desk_queries.ordered(found, order).values_list("pk", flat=True)
    here = Counted(pks, PER_PAGE, known=known).get_page(request.GET.get("page"))
    rows = desk_queries.rows(list(here.object_list))
    promises = list(desk_queries.effects_of(actor).exclude(state__in=["done", "stopped"])[:PROMISES])
    context = {
        "tabs": [
            {
                "label": words.TABS[name],
                "url": f"?tab={name}",
                "count": getattr(counts, name),
                "active": name == tab,
                "late": name == "late" and counts.late,
            }
            for name in desk_queries.tabs_of(actor)
        ],
        "more": [{"label": entry.label, "url": reverse(entry.url_name)} for entry in manifest.desk_of(actor)],
        "tab": tab,
        "tab_label": words.TABS[tab],
        "page": here,
        "total": here.paginator.count,
        "table": _table(request, rows, order, selectable=actor.holds(Role.TRIAGE)),
        "empty": _("Nothing found. Try fewer words.") if typed else words.EMPTY[tab],
        "is_triage": actor.holds(Role.TRIAGE),
        "takes_in": actor.holds(Role.OPERATOR) or actor.holds(Role.TRIAGE),
        "is_moderator": actor.holds(Role.MODERATOR),
        "is_facilitator": actor.holds(Role.FACILITATOR),
        "is_admin": actor.holds(Role.ADMIN),
        "bulk_form": desk_forms.BulkForm() if actor.holds(Role.TRIAGE) else None,
        "q": typed,
        "who": "me" if only_me else "",
        "sort": order if "sort" in request.GET else "",
        "first": _first(rows),
        "promises": promises,
        "today": clock.today(),
        "breadcrumb": [{"label": _("Desk"), "url": ""}],
    }
    return render(request, "matters/desk.html", context)


def _first(rows: list[Matter]) -> dict[str, Any] | None:
    """The first row of the list, opened a little."""
    if not rows:
        return None
    row = rows[0]
    return {
        "matter": row,
        "url": page.address(row),
        "clock": path.clock_badge(row.due_at, paused=row.is_paused),  # type: ignore[attr-defined]
        "waits": shown.waits_for(row),
        "excerpt": text.excerpt(row.body, 220),
    }


@require_POST
def desk_bulk(request: HttpRequest) -> HttpResponse:
    """Give several matters to one office. What was refused is named with its reason."""
    actor = actor_of(request)
    back = reverse("desk") + (
        f"?tab={request.POST['tab']}" if request.POST.get("tab") in desk_queries.TABS else ""
    )
    matters, form = picked(request), desk_forms.BulkForm(request.POST)
    if not matters:
        messages.error(request, _("Select at least one row first."))
        return redirect(back)
    if not form.is_valid():
        messages.error(request, _("Choose an office."))
        return redirect(back)
    done = domain.assign_many(actor=actor, matters=matters, office=form.cleaned_data["office"])
    if done.done:
        count = len(done.done)
        said = ngettext(
            "%(count)s matter given to %(office)s.", "%(count)s matters given to %(office)s.", count
        )
        messages.success(request, said % {"count": count, "office": form.cleaned_data["office"].name})
    for matter, reason in done.refused[:10]:
        messages.warning(request, f"{matter.number or matter.title}: {reason}")
    return redirect(back)


def picked(request: HttpRequest) -> list[Matter]:
    """The chosen matters that this person may see, in the order of filing."""
    values = [*request.GET.getlist("pick"), *request.POST.getlist("pick")]
    pks = {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 18}
    visible = queries.visible(actor_of(request))
    return list(
        visible.filter(pk__in=sorted(pks)[:PER_PAGE])
        .select_related("responsible", "host")
        .order_by("filed_at", "pk")
    )
