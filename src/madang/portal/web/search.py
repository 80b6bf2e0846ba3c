"""Search over everything public; what only the viewer may see stands apart."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.commons.matters import api as matters
from madang.commons.search import api as search
from madang.kernel import ids, manifest, places, text
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of
from madang.portal import services
from madang.portal.web.search_form import FILTERS, NEAR, SearchForm, labels

PAGE = 20
SHOWN = 6  # values of a property that are offered to narrow down by
TONES = {
    "idea": "blue", "question": "plum", "complaint": "ochre", "comment": "", "answer": "jade", "plan": "jade",
}  # fmt: skip
ONE = {
    "idea": gettext_lazy("Idea"),
    "question": gettext_lazy("Question"),
    "complaint": gettext_lazy("Complaint"),
    "comment": gettext_lazy("Comment"),
    "answer": gettext_lazy("Official answer"),
    "meeting": gettext_lazy("Meeting"),
    "poll": gettext_lazy("Poll"),
    "budget": gettext_lazy("Participatory budget"),
    "plan": gettext_lazy("The plan"),
}
HEADINGS = {
    "kind": gettext_lazy("Kind"),
    "state": gettext_lazy("State"),
    "office": gettext_lazy("Responsible office"),
    "category": gettext_lazy("Field"),
    "value": gettext_lazy("Social value"),
    "district": gettext_lazy("District"),
}


def _number(typed: str) -> str:
    """The page of a public number that was typed, or ""."""
    number = ids.read_number(typed)
    reference = f"matter:{number}"
    link = manifest.links([reference]).get(reference) if number else None
    return link.url if link else ""


def _rows(found: search.Found) -> list[dict[str, Any]]:
    """Hits with their addresses; what is no longer public has none and is left out."""
    references = [hit.reference for hit in found.hits]
    links = manifest.links(references)
    square = services.front_door("square")
    archived = square.archived(references) if square else set()
    rows = []
    for hit in found.hits:
        link = links.get(hit.reference)
        if link is None:
            continue
        is_archived = hit.reference in archived
        has_number = hit.kind not in ("plan", "comment")
        tags = [{"label": str(ONE.get(hit.kind, hit.kind)), "tone": TONES.get(hit.kind, "")}]
        if is_archived:
            tags.append({"label": _("Archive"), "tone": "", "icon": "history"})
        rows.append(
            {
                "title": hit.title,
                "url": link.url,
                "tags": tags,
                "lang": hit.reference.split(":")[1] if hit.kind == "plan" else "",
                # Words of an imported file are not published outside a demonstration.
                "snippet": hit.snippet_html if settings.IS_DEMO or not is_archived else "",
                "snippet_lang": text.language_of(strip_tags(hit.snippet_html)),
                "number": hit.reference.split(":")[1] if has_number else "",
                "support": hit.support,
                "place": place.label if (place := places.district(hit.district)) else "",
                "at": None if hit.kind == "plan" else hit.happened_at,
            }
        )
    return rows


def _page_number(request: HttpRequest) -> int:
    typed = request.GET.get("page", "1")
    return min(max(int(typed), 1), 500) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


def _address(request: HttpRequest, **changes: str) -> str:
    """This search with some values changed, or taken away where they are empty; on its first page."""
    query = request.GET.copy()
    for name, value in {"page": "", **changes}.items():
        query.pop(name, None)
        if value:
            query[name] = value
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    return f"?{query.urlencode()}" if query else request.path


def _narrowing(
    request: HttpRequest, found: search.Found, values: dict[str, Any], names: dict[str, dict[str, str]]
) -> list[dict[str, Any]]:
    """Values of the properties not filtered by yet, with how many results have each (at least, when cut)."""
    groups = []
    for name, heading in HEADINGS.items():
        counted = [] if values.get(name) else list(found.facets.get(name, {}).items())
        known = [(value, count) for value, count in counted if value in names[name]]
        if len(known) > 1 or (known and known[0][1] < found.total):
            chips = [
                {
                    "label": names[name][value],
                    "count": f"{count:,}+" if found.more else f"{count:,}",
                    "url": _address(request, **{name: value}),
                }
                for value, count in known[:SHOWN]
            ]
            groups.append({"heading": heading, "chips": chips, "name": name})
    return groups


def _chosen(
    request: HttpRequest, form: SearchForm, values: dict[str, Any], names: dict[str, dict[str, str]]
) -> list[dict[str, str]]:
    """The filters that are on, each with the address of the search without it."""
    chips = []
    for name in FILTERS:
        if value := values.get(name):
            words = names[name].get(str(value), "") if name in names else f"{value:%Y-%m-%d}"
            if name == "district" and values.get("near"):
                words = f"{words}, {dict(NEAR)[values['near']]}"
            without = {name: "", "near": ""} if name == "district" else {name: ""}
            chips.append(
                {
                    "heading": str(form.fields[name].label),
                    "label": words,
                    "url": _address(request, **without),
                }
            )
    return chips


def _asked(values: dict[str, Any]) -> dict[str, Any]:
    """The filters as the index takes them."""
    district = values.get("district") or ""
    around = places.around(district, float(values.get("near") or 0)) if district else ()
    return {
        "kinds": (values["kind"],) if values.get("kind") else (),
        "states": (values["state"],) if values.get("state") else (),
        "office": values.get("office") or "",
        "category": values.get("category") or "",
        "value": values.get("value") or "",
        "districts": around,
        "since": values.get("since"),
        "until": values.get("until"),
        "order": values.get("order") or "relevance",
        "related": not values.get("only"),
    }


def results(request: HttpRequest) -> HttpResponse:
    """Words in, public things out; a number leads straight to its page. The address is the whole search."""
    names = labels()
    form = SearchForm(request.GET or None, names=names)
    typed = text.clean_line(request.GET.get("q", ""))[:200]
    if url := _number(typed):
        return HttpResponseRedirect(url)
    values: dict[str, Any] = {}
    if form.is_bound:
        form.is_valid()
        values = form.cleaned_data
    is_filtered = any(values.get(name) for name in FILTERS)
    is_asked = bool(typed) or is_filtered
    number = _page_number(request)
    found = search.Found()
    own: list[matters.OwnHit] = []
    own_total = 0
    if is_asked:
        limits.spend(request, limits.SEARCH)
        found = search.find(typed, limit=PAGE, offset=(number - 1) * PAGE, **_asked(values))
        own, own_total = matters.own_matches(actor_of(request), typed)
    return render(
        request,
        "portal/search.html",
        {
            "form": form,
            "typed": typed,
            "is_asked": is_asked,
            "is_filtered": is_filtered,
            "chosen": _chosen(request, form, values, names),
            "narrowing": _narrowing(request, found, values, names),
            "found": found,
            "companions": [
                {"label": word, "url": _address(request, q=f"{typed} {word}"[:200])}
                for word in found.companions[:6]
            ],
            "only_url": _address(request, only="on"),
            "words_url": f"?{urlencode({'q': typed})}",
            "is_only": bool(values.get("only")),
            "also_url": _address(request, only=""),
            "own": own,
            "own_total": own_total,
            "rows": _rows(found),
            "page": Paginator(range(found.total), PAGE).get_page(number),
            "looks_like_code": ids.read_code(typed) is not None,
            "wrong_number": bool(ids.NUMBER.match(typed.upper())),
            "breadcrumb": [{"label": _("Search")}],
        },
    )
