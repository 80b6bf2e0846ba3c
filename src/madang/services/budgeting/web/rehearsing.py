"""Before it is announced: what a rule would do with made-up ballots, and what it did with real ones."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from madang.kernel.money import won
from madang.services.budgeting import queries
from madang.services.budgeting.enums import BY_KEY, GREEDY, Method, fits
from madang.services.budgeting.logic import rehearsal as logic
from madang.services.budgeting.logic import writing
from madang.services.budgeting.logic.count import Settings
from madang.services.budgeting.models import Election, Item, Pot, Round
from madang.services.budgeting.web import shown
from madang.services.budgeting.web.desk_rounds import for_office, own, shell

DRAWS = 20
"""How many crowds of made voters there are to look at."""
ITEMS_MOST = 60
TRIALS = 30
Part = dict[str, Any]


def _chosen(request: HttpRequest, pots: list[Pot]) -> Pot:
    return next((pot for pot in pots if pot.code == request.GET.get("pot")), pots[0])


def _draw(request: HttpRequest) -> int:
    written = request.GET.get("draw", "")
    return int(written) if written.isdecimal() and len(written) < 3 and 1 <= int(written) <= DRAWS else 1


def _name(one: logic.Made) -> str:
    if one.name:
        return one.name
    if one.quarter:
        return _("Quarter %(quarter)s, project %(n)s") % {"quarter": one.quarter, "n": one.code[1:]}
    return _("Everybody, project %(n)s") % {"n": one.code[1:]}


def _of_items(election: Election) -> list[logic.Made]:
    """Projects of an election that was held, each liked as often as then; where voters lived is not known."""
    items = Item.objects.filter(election=election, cost__gt=0).order_by("-votes", "order")[:ITEMS_MOST]
    return [
        logic.Made(
            f"i{at}",
            "",
            item.cost,
            (min(item.votes * 100 // election.voters, 100),) * len(logic.QUARTERS),
            item.name,
        )
        for at, item in enumerate(items, start=1)
    ]


class Crowd:
    """Made projects and voters of a pot, and their ballots as a file would have them."""

    def __init__(self, row: Round, pot: Pot, projects: list[logic.Made], draw: int) -> None:
        way = logic.Way(row.ballot, row.least, row.most, row.points)
        self.projects = projects
        self.given = logic.ballots(projects, pot.amount, way, draw)
        self.held = logic.election(projects, self.given, pot.amount, way)


def _count(row: Round, method: Method, crowd: Crowd) -> logic.Result:
    """By the same rule as at closing, its step of a share too."""
    settings = Settings(
        rule=method.rule,
        utility=method.utility,
        completion=method.completion,
        increment=str(writing.step_of(crowd.held.budget, crowd.held.voters)),
        ties=row.tie_order,
    )
    return logic.result(crowd.projects, crowd.given, crowd.held, settings)


@for_office
@require_safe
def rehearsal(request: HttpRequest, slug: str) -> HttpResponse:
    """Made voters fill in ballots of this round, and its rule counts them. Nothing of it is stored."""
    row = own(request, slug)
    pots = list(row.pots.all())
    context = shell(row, "desk_round_rehearsal") | {"pots": [], "why_not": _why_not(row, pots)}
    if not context["why_not"]:
        pot, draw = _chosen(request, pots), _draw(request)
        known = queries.with_won()
        items = next((one for one in known if one.slug == request.GET.get("items")), None)
        projects = _of_items(items) if items else logic.made_projects(pot.amount, draw)
        context |= _rehearsed(row, pot, Crowd(row, pot, projects, draw)) | {
            "pots": pots,
            "chosen": pot,
            "draw": draw,
            "draws": range(1, DRAWS + 1),
            "known": known,
            "items": items,
        }
    return render(request, "budgeting/desk_rehearsal.html", context)


def _why_not(row: Round, pots: list[Pot]) -> str:
    if not pots:
        return _("There is no pot yet. Add one with its amount; then you can rehearse.")
    if BY_KEY[row.method].weights:
        return _("A rehearsal makes up ballots, but not what a delegation thinks: it cannot show this rule.")
    if not fits(row.ballot, row.method):
        return _("The rule of counting does not fit the ballot. Choose another one; then you can rehearse.")
    return ""


def _rehearsed(row: Round, pot: Pot, crowd: Crowd) -> Part:
    """What the rule of the round made of the crowd's ballots, beside the plainest rule."""
    methods = list(dict.fromkeys((BY_KEY[row.method], GREEDY)))
    results = [_count(row, method, crowd) for method in methods]
    votes = crowd.held.votes()
    order = sorted(range(len(crowd.projects)), key=lambda at: (-votes[at], at))
    return {
        "voters": logic.VOTERS,
        "sides": [method.label for method in methods],
        "figures": _figures(results, pot, crowd),
        "rows": [
            {
                "name": _name(crowd.projects[at]),
                "votes": votes[at],
                "cost": won(crowd.projects[at].cost),
                "won": [at in result.winners for result in results],
                "differs": len({at in result.winners for result in results}) > 1,
            }
            for at in order
        ],
    }


def _figures(results: list[logic.Result], pot: Pot, crowd: Crowd) -> list[Part]:
    """Rows of figures, one value for each rule."""
    spent = [f"{won(one.spent)} ({shown.percent(one.spent, pot.amount)} %)" for one in results]
    found: list[Part] = [
        {"label": _("Projects funded"), "values": [len(one.winners) for one in results]},
        {"label": pgettext("budget", "Spent"), "values": spent},
        {
            "label": _("Voters with a funded project"),
            "values": [f"{shown.percent(one.served, logic.VOTERS)} %" for one in results],
        },
    ]
    if not any(project.quarter for project in crowd.projects):
        return found
    sizes = [sum(1 for one in crowd.given if one.quarter == at) for at in range(len(logic.QUARTERS))]
    return found + [
        {
            "label": _("of those in quarter %(quarter)s") % {"quarter": name},
            "note": _("%(percent)s %% of the voters") % {"percent": shown.percent(sizes[at], logic.VOTERS)},
            "values": [f"{shown.percent(one.by_quarter[at], sizes[at])} %" for one in results],
        }
        for at, (name, _share, _many) in enumerate(logic.QUARTERS)
    ]


@for_office
@require_safe
def trial(request: HttpRequest, slug: str) -> HttpResponse:
    """What the rule of this round made of elections that were really held: where it differs from what the city decided."""
    row = own(request, slug)
    method = BY_KEY.get(row.method)
    page: Any = Paginator(queries.tried(row.method), TRIALS).get_page(request.GET.get("page"))
    decided: dict[int, dict[str, bool | None]] = defaultdict(dict)
    rows = Item.objects.filter(election__in=[count.election_id for count in page], won__isnull=False)
    for election, code, is_won in rows.values_list("election", "code", "won"):
        decided[election][code] = is_won
    context = shell(row, "desk_round_trial") | {
        "page": page,
        "rows": [_tried(count, decided[count.election_id]) for count in page],
        "method": method,
    }
    return render(request, "budgeting/desk_trial.html", context)


def _tried(count: Any, decided: dict[str, bool | None]) -> Part:
    """One election: how many projects the rule would have added and left out, and whom it serves."""
    one, winners = count.election, set(count.winners)
    return {
        "title": one.title,
        "meta": ", ".join(shown.meta(one)),
        "url": f"{reverse('election', args=[one.slug])}?by={count.method}#result",
        "more": sum(1 for code, won in decided.items() if code in winners and not won),
        "fewer": sum(1 for code, won in decided.items() if code not in winners and won),
        "many": len(decided),
        "served": shown.percent(count.served or 0, one.voters),
        "voters": one.voters,
        "rule": one.rule,
    }
