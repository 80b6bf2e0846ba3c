"""Search over everything public."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madang.commons.matters import api as matters
from madang.commons.search import api as search
from madang.kernel import ids, manifest, queries, text
from madang.kernel.web import limits
from madang.portal import services

PAGE = 20

KINDS = (
    ("", gettext_lazy("Everything")),
    ("idea", gettext_lazy("Ideas")),
    ("question", gettext_lazy("Questions")),
    ("complaint", gettext_lazy("Complaints")),
    ("answer", gettext_lazy("Official answers")),
    ("plan", gettext_lazy("The plan")),
)
TONES = {"idea": "blue", "question": "plum", "complaint": "ochre", "answer": "jade", "plan": "jade"}
ONE = {
    "idea": gettext_lazy("Idea"),
    "question": gettext_lazy("Question"),
    "complaint": gettext_lazy("Complaint"),
    "answer": gettext_lazy("Official answer"),
    "plan": gettext_lazy("The plan"),
}


class SearchForm(forms.Form):
    """The words and the filters. Wrong values are named and left out; the words are always searched."""

    q = forms.CharField(label=gettext_lazy("Search for"), required=False, max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, choices=KINDS)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    office = forms.ChoiceField(label=gettext_lazy("Responsible office"), required=False)
    since = forms.DateField(
        label=gettext_lazy("Filed from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day as year-month-day, for example 2026-03-01.")},
    )
    until = forms.DateField(
        label=gettext_lazy("Filed until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day as year-month-day, for example 2026-03-31.")},
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=(("", gettext_lazy("Best match first")), ("newest", gettext_lazy("Newest first"))),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        anything = pgettext_lazy("filter", "Any")
        states = [choice for choice in matters.State.choices if choice[0] != matters.State.MERGED]
        offices = [(office.code, office.name) for office in queries.offices()]
        self.fields["state"].choices = [("", anything), *states]  # type: ignore[attr-defined]
        self.fields["office"].choices = [("", anything), *offices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day lies before the first. Change one of them."))
        return values


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
                "number": "" if hit.kind == "plan" else hit.reference.split(":")[1],
                "at": None if hit.kind == "plan" else hit.happened_at,
            }
        )
    return rows


def _page_number(request: HttpRequest) -> int:
    typed = request.GET.get("page", "1")
    return min(max(int(typed), 1), 500) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


def results(request: HttpRequest) -> HttpResponse:
    """Words in, public things out; a number leads straight to its page."""
    form = SearchForm(request.GET or None)
    typed = text.clean_line(request.GET.get("q", ""))[:200]
    if url := _number(typed):
        return HttpResponseRedirect(url)
    values: dict[str, Any] = {}
    if form.is_bound:
        form.is_valid()
        values = form.cleaned_data
    wanted = {name: values.get(name) for name in ("kind", "state", "office", "since", "until")}
    is_asked = bool(typed) or any(wanted.values())
    number = _page_number(request)
    found = search.Found()
    if is_asked:
        limits.spend(request, limits.SEARCH)
        found = search.find(
            typed,
            kinds=(wanted["kind"],) if wanted["kind"] else (),
            states=(wanted["state"],) if wanted["state"] else (),
            office=wanted["office"] or "",
            since=wanted["since"],
            until=wanted["until"],
            limit=PAGE,
            offset=(number - 1) * PAGE,
            order="newest" if values.get("order") == "newest" else "relevance",
        )
    return render(
        request,
        "portal/search.html",
        {
            "form": form,
            "typed": typed,
            "is_asked": is_asked,
            "is_filtered": any(wanted.values()),
            "found": found,
            "rows": _rows(found),
            "page": Paginator(range(found.total), PAGE).get_page(number),
            "looks_like_code": ids.read_code(typed) is not None,
            "wrong_number": bool(ids.NUMBER.match(typed.upper())),
            "breadcrumb": [{"label": _("Search")}],
        },
    )
