"""A ballot paper as a form: what was sent, what has to be corrected, what is shown again."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.kernel.money import won
from madang.services.budgeting.logic import paper as papers
from madang.services.budgeting.logic.paper import Finding, Paper
from madang.services.budgeting.models import Ballot, Pot, Project

Typed = dict[str, str]
"""By the code of a project what stands in its field: a tick, points or a place."""


def typed(paper: Paper, sent: QueryDict) -> Typed:
    """The fields of a form as they came; what belongs to no project is left out."""
    if paper.kind in (papers.APPROVAL, papers.KNAPSACK):
        return {code: "on" for code in sent.getlist("project") if code in paper.costs}
    found = {code: sent.get(f"project-{code}", "").strip()[:9] for code in paper.costs}
    return {code: words for code, words in found.items() if words}


def kept(paper: Paper, ballot: Ballot | None) -> Typed:
    """The fields as they would have been sent for a ballot that was cast."""
    if ballot is None or not ballot.choices:
        return {}
    if isinstance(ballot.choices, dict):
        return {code: str(points) for code, points in ballot.choices.items()}
    if paper.kind == papers.RANKING:
        return {code: str(place) for place, code in enumerate(ballot.choices, start=1)}
    return dict.fromkeys(ballot.choices, "on")


def given(paper: Paper, fields: Typed) -> tuple[object, tuple[Finding, ...]]:
    """What the fields say, as the domain takes it, and what no number can be read from."""
    if paper.kind in (papers.APPROVAL, papers.KNAPSACK):
        return list(fields), ()
    wrong = tuple(
        Finding("whole", code) for code, words in fields.items() if not (words.isascii() and words.isdigit())
    )
    if wrong:
        return None, wrong
    numbers = {code: int(words) for code, words in fields.items()}
    return papers.by_place(numbers) if paper.kind == papers.RANKING else (numbers, ())


def sentence(finding: Finding, titles: dict[str, str]) -> str:
    """What has to be done, in words."""
    number = finding.number
    words = {
        "few": ngettext("Choose at least %(n)s project.", "Choose at least %(n)s projects.", number),
        "many": ngettext(
            "Choose %(n)s project at most. Take some back.",
            "Choose %(n)s projects at most. Take some back.",
            number,
        ),
        "dear": _("Together they cost %(won)s too much. Take something back."),
        "points_over": ngettext(
            "You gave %(n)s point too many. Take some back.",
            "You gave %(n)s points too many. Take some back.",
            number,
        ),
        "whole": _("%(title)s: write a whole number, or leave it empty."),
        "same_place": _("%(title)s: another project has place %(n)s already. Give each place once."),
        "twice": _("%(title)s: it is named twice. Name it once."),
        "unknown": _("There is no project %(code)s on this ballot. Look at the list again."),
        "list": _("Send a list of the codes of projects."),
        "points_object": _("Send points by the codes of projects."),
    }[finding.key]
    return words % {
        "n": f"{number:,}",
        "won": won(number),
        "title": titles.get(finding.project, finding.project),
        "code": finding.project,
    }


def rule(paper: Paper) -> str:
    """What a voter does, in a sentence."""
    if paper.kind == papers.KNAPSACK:
        return _("Choose what you would fund, up to %(won)s in all.") % {"won": won(paper.money)}
    if paper.kind == papers.POINTS:
        return _("Give out up to %(points)s points, to %(n)s projects at most.") % {
            "points": f"{paper.points:,}",
            "n": paper.allowed,
        }
    if paper.kind == papers.RANKING:
        return _("Rank up to %(n)s projects: 1 is the one you want most.") % {"n": paper.allowed}
    return ngettext(
        "Choose %(n)s project.", "Choose up to %(n)s projects.", paper.allowed
    ) % {"n": paper.allowed}  # fmt: skip


def rows(pot: Pot, paper: Paper, fields: Typed, findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """The projects with what stands in their fields."""
    wrong = {finding.project for finding in findings}
    projects = Project.objects.filter(pot=pot, code__in=list(paper.costs)).order_by("code")
    places = [str(place) for place in range(1, paper.allowed + 1)]
    return [
        {
            "code": one.code,
            "title": one.title,
            "about": one.about,
            "cost": one.cost,
            "won": won(one.cost or 0),
            "value": fields.get(one.code, ""),
            "wrong": one.code in wrong,
            "places": places,
        }
        for one in projects
    ]


def titles(pot: Pot) -> dict[str, str]:
    return dict(Project.objects.filter(pot=pot).values_list("code", "title"))
