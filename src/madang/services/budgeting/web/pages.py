"""Public pages: the elections, one of them by a rule, one of its projects, and the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from madang.kernel import text
from madang.kernel.web import saving
from madang.services.budgeting import queries
from madang.services.budgeting.enums import BY_KEY, COMPOSITE, GREEDY, METHODS, Method
from madang.services.budgeting.logic import program
from madang.services.budgeting.models import Count, Election
from madang.services.budgeting.web import round_words, shown

PAGE = 30
ROUNDS = 12
"""Rounds above the elections: some years of them."""


def crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    """Where a page lies; what elections and projects are called stays in its own language."""
    found = [{"label": _("Participatory budget"), "url": reverse("elections")}]
    return found + [{"label": label, "url": url, "lang": text.language_of(label)} for label, url in more]


def _method(request: HttpRequest, election: Election) -> Method:
    """The rule somebody chose; the one nearest to the city's own without a choice."""
    key = request.GET.get("by", "")
    if not key:
        return BY_KEY["equal-shares.cost.add1"] if election.rule.startswith("equalshares") else GREEDY
    if key not in BY_KEY:
        raise Http404
    return BY_KEY[key]


@require_safe
def elections(request: HttpRequest) -> HttpResponse:
    """Every election, the latest first."""
    page: Any = Paginator(queries.elections(), PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "title": one.title,
            "url": reverse("election", args=[one.slug]),
            "tags": shown.tags(one),
            "meta": shown.meta(one),
            "figure": f"{one.voters:,}",
            "figure_label": ngettext("voter", "voters", one.voters),
        }
        for one in page
    ]
    context = {
        "page": page,
        "rows": rows,
        "rounds": [
            round_words.row_of(one, reverse("budget_round", args=[one.slug]))
            for one in queries.rounds()[:ROUNDS]
            if page.number == 1
        ],
        "breadcrumb": [{"label": _("Participatory budget"), "url": ""}],
    }
    return render(request, "budgeting/list.html", context)


def _shown(counts: Mapping[str, Count]) -> list[Method]:
    """The rules by which an election is counted; a composite only where it has a committee's part."""
    return [*METHODS, *([COMPOSITE] if COMPOSITE.key in counts else [])]


@require_safe
def election(request: HttpRequest, slug: str) -> HttpResponse:
    """What the city decided, beside what a rule of the reader's choice would have funded."""
    one = get_object_or_404(Election.objects.defer("packed"), slug=slug)
    method, counts, items = _method(request, one), queries.counts(one), queries.items(one)
    return render(
        request,
        "budgeting/election.html",
        {
            "election": one,
            "tags": shown.tags(one),
            "meta": shown.meta(one),
            "names_in": one.language,
            "stats": shown.stats(one, items),
            "rules": [shown.card(each, counts.get(each.key), one, items, method) for each in _shown(counts)],
            "chosen": shown.chosen(method, counts.get(method.key), one, items),
            "bars": shown.bars(one, items, counts.get(method.key)),
            "items": shown.board(one, items, counts.get(method.key)),
            "command": shown.command(one, method),
            "vote_type": shown.vote_type(one),
            "breadcrumb": crumbs((one.title, "")),
        },
    )


@require_safe
def item(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One project: why it won or lost, by every rule."""
    one = get_object_or_404(Election.objects.defer("packed"), slug=slug)
    row = get_object_or_404(one.items, code=code)
    counts = queries.counts(one)
    return render(
        request,
        "budgeting/item.html",
        {
            "election": one,
            "item": row,
            "names_in": one.language,
            "stats": shown.item_stats(one, row),
            "rules": [shown.verdict(each, counts.get(each.key), one, row) for each in _shown(counts)],
            "breadcrumb": crumbs((one.title, reverse("election", args=[one.slug])), (row.name, "")),
        },
    )


@require_safe
def ballots(request: HttpRequest, slug: str) -> HttpResponse:
    """The file of the ballots, byte for byte as it was brought in."""
    one = get_object_or_404(Election, slug=slug)
    answer = HttpResponse(one.ballots, content_type="text/plain; charset=utf-8")
    return saving.saved(answer, f"{one.slug}.pb")


@require_safe
def count_program(request: HttpRequest) -> HttpResponse:
    """The program that counts here, as one file for any Python."""
    return saving.saved(HttpResponse(program.bundle(), content_type="application/zip"), "count.pyz")


def _done(request: HttpRequest, slug: str) -> tuple[Election, Count]:
    one = get_object_or_404(Election.objects.defer("packed"), slug=slug)
    return one, get_object_or_404(one.counts, method=_method(request, one).key, state=Count.State.DONE)


@require_safe
def count_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The result as `madang count --json` writes it."""
    _one, count = _done(request, slug)
    return JsonResponse(count.result, json_dumps_params={"ensure_ascii": False})


@require_safe
def count_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """A line for each project: votes, cost, what the city decided, what the rule funds."""
    one, count = _done(request, slug)
    won = shown.winners(count)
    rows: list[list[object]] = [["project_id", "name", "votes", "cost", "decided", "funded"]]
    rows += [
        [
            row.code,
            row.name,
            row.votes,
            one.amount(row.cost),
            None if row.won is None else int(row.won),
            int(row.code in won),
        ]
        for row in queries.items(one)
    ]
    return saving.table(rows, f"{one.slug}-{count.method}.csv")
