"""The plan: what was promised, and how it stands from evidence."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from madang.kernel import plan
from madang.kernel.saying import in_english
from madang.portal import charts, delivery, services, words

STATUS_WORDS = {
    "met": lambda: pgettext("index goal", "Met"),
    "not_met": lambda: pgettext("index goal", "Not met"),
    "not_decidable": lambda: pgettext("index goal", "Cannot be decided"),
    "not_comparable": lambda: pgettext("index goal", "Cannot be compared"),
}
STATUS_TONES = {"met": "jade", "not_met": "persimmon", "not_decidable": "ochre", "not_comparable": "ochre"}


def _tabs(current: str) -> list[dict[str, Any]]:
    pages = (
        ("plan", _("Commitments and projects")),
        ("plan_goals", _("Index goals")),
        ("plan_values", _("Social values")),
        ("plan_poll", _("Opinion poll")),
        ("plan_background", _("Background")),
    )
    return [{"label": label, "url": reverse(name), "active": name == current} for name, label in pages]


def _trail(*labels: tuple[str, str]) -> list[dict[str, str]]:
    return [
        {"label": _("The plan"), "url": reverse("plan")},
        *({"label": label, "url": url} for label, url in labels),
    ]


def _page(request: HttpRequest, name: str, label: str, template: str, **context: Any) -> HttpResponse:
    trail = _trail((label, "")) if label else [{"label": _("The plan"), "url": ""}]
    return render(
        request,
        f"portal/plan/{template}.html",
        {"plan": plan.load(), "tabs": _tabs(name), "breadcrumb": trail, **context},
    )


def _goal(goal: plan.IndexGoal) -> dict[str, Any]:
    return {
        "goal": goal,
        "word": STATUS_WORDS[goal.status.value](),
        "tone": STATUS_TONES[goal.status.value],
        "notes": plan.load().notes_on(goal.ref),
    }


def overview(request: HttpRequest) -> HttpResponse:
    """Vision, strategies, commitments and the 21 projects with their status."""
    whole = plan.load()
    found = delivery.standings()
    only = request.GET.get("show", "")
    strategies = []
    for strategy in whole.strategies:
        commitments = []
        for commitment in whole.commitments_of(strategy.number):
            projects = [
                {"project": project, "standing": found[project.number]}
                for project in whole.projects_of(commitment.number)
                if only in ("", found[project.number].status) or (only == "starred" and project.starred)
            ]
            commitments.append({"commitment": commitment, "projects": projects})
        strategies.append({"strategy": strategy, "commitments": commitments})
    tally = delivery.tally(found)
    base = reverse("plan")
    chips = [
        {
            "label": _("All projects"),
            "url": f"{base}#projects",
            "active": not only,
            "count": len(whole.projects),
        },
        {
            "label": _("Starred"),
            "url": f"{base}?show=starred#projects",
            "active": only == "starred",
            "count": sum(project.starred for project in whole.projects),
        },
        *(
            {
                "label": each["label"],
                "url": f"{base}?show={each['status']}#projects",
                "active": only == each["status"],
                "count": each["count"],
            }
            for each in tally
            if each["count"]
        ),
    ]
    return _page(
        request,
        "plan",
        "",
        "overview",
        strategies=strategies,
        tally=tally,
        chips=chips,
        is_filtered=bool(only),
        goals=[_goal(goal) for goal in whole.indices],
        notes=whole.notes_on("plan"),
    )


def commitment(request: HttpRequest, number: int) -> HttpResponse:
    """One commitment with its projects."""
    whole = plan.load()
    try:
        found = whole.commitment(number)
    except KeyError as error:
        raise Http404 from error
    projects = [
        {"project": project, "standing": delivery.standing(project)} for project in whole.projects_of(number)
    ]
    label = _("Commitment %(number)s") % {"number": number}
    return _page(
        request,
        "plan",
        label,
        "commitment",
        commitment=found,
        strategy=whole.strategy(found.strategy),
        projects=projects,
        heading=label,
    )


def project(request: HttpRequest, number: int) -> HttpResponse:
    """One project: its words, its evidence, its services, what is wrong with its source."""
    whole = plan.load()
    try:
        found = whole.project(number)
    except KeyError as error:
        raise Http404 from error
    targets = whole.targets_of(number)
    detail = whole.key_project(found.key) if found.key else None
    home = whole.commitment(found.commitment)
    label = _("Project %(number)s") % {"number": number}
    return render(
        request,
        "portal/plan/project.html",
        {
            "plan": whole,
            "project": found,
            "label": label,
            "commitment": home,
            "strategy": whole.strategy(home.strategy),
            "detail": detail,
            "standing": delivery.standing(found),
            "parts": delivery.parts(number),
            "targets": [{"target": target, "notes": whole.notes_on(target.ref)} for target in targets],
            "notes": whole.notes_on(found.ref),
            "tally": delivery.tally({}),
            "previous": number - 1 if number > 1 else None,
            "next": number + 1 if number < len(whole.projects) else None,
            "breadcrumb": _trail(
                (
                    _("Commitment %(number)s") % {"number": home.number},
                    reverse("plan_commitment", args=[home.number]),
                ),
                (label, ""),
            ),
        },
    )


def _readings(series: plan.Series) -> dict[str, Any]:
    """The readings of one series as a table."""
    units = {"percent": "%", "points": "", "score": ""}

    def value(number: Any) -> str:
        return "–" if number is None else f"{number_format(number)}{units.get(series.unit, '')}"

    rows = []
    for reading in series.observations:
        rank = "–"
        if reading.rank is not None:
            rank = f"{reading.rank}\u00a0/\u00a0{reading.of}" if reading.of else str(reading.rank)
        remarks = [words.say(reading.note)] if reading.note else []
        if not reading.known:
            remarks.append(_("Not known."))
        elif not reading.checked:
            remarks.append(_("Not checked against a source."))
        if reading.disputed:
            remarks.append(_("May not stand beside the others."))
        if reading.baseline:
            remarks.append(_("Where the plan started."))
        parts = ", ".join(f"{words.say(part.name)} {part.rank}" for part in reading.parts)
        if parts:
            remarks.append(_("By topic: %(parts)s.") % {"parts": parts})
        rows.append(
            {
                "cells": [
                    reading.period,
                    {"text": rank, "numeric": True},
                    {"text": value(reading.value), "numeric": True},
                    {"text": value(reading.mean), "numeric": True},
                    " ".join(remarks),
                    "; ".join(plan.load().sources[source] for source in reading.sources) or "–",
                ]
            }
        )
    return {
        "caption": words.say(series.name),
        "caption_hidden": True,
        "columns": [
            {"label": pgettext("index reading", "Edition")},
            {"label": _("Rank / countries"), "numeric": True},
            {"label": _("Value"), "numeric": True},
            {"label": _("OECD mean"), "numeric": True},
            {"label": _("Remarks")},
            {"label": _("Source")},
        ],
        "rows": rows,
    }


def goals(request: HttpRequest) -> HttpResponse:
    """The three index goals, each series drawn on its own."""
    found = []
    for goal in plan.load().indices:
        found.append(
            _goal(goal)
            | {
                "series": [
                    {"series": series, "chart": charts.rank_chart(goal, series), "table": _readings(series)}
                    for series in goal.series
                ]
            }
        )
    return _page(request, "plan_goals", _("Index goals"), "goals", goals=found)


def values(request: HttpRequest) -> HttpResponse:
    """The thirteen social values with their key ideas."""
    return _page(request, "plan_values", _("Social values"), "values")


def poll(request: HttpRequest) -> HttpResponse:
    """The opinion poll as data, with what the source leaves out."""
    whole = plan.load()
    groups = []
    for group in whole.poll.groups:
        rows = [
            {"label": words.say(keyword.name), "value": keyword.share, "tone": "blue"}
            for keyword in group.keywords
        ]
        rows.append({"label": _("Shown in the plan only as “…”"), "value": group.remainder, "tone": "ochre"})
        groups.append({"group": group, "bars": rows})
    return _page(
        request,
        "plan_poll",
        _("Opinion poll"),
        "poll",
        groups=groups,
        remainder=sum(group.remainder for group in whole.poll.groups),
        total=sum(group.share for group in whole.poll.groups),
        notes=whole.notes_on(whole.poll.ref),
        **_read_again(),
    )


def _read_again() -> dict[str, Any]:
    """What the poll's table says and does not say, and the same method on other texts; nothing where polls are switched off."""
    polls = services.front_door("polls")
    if not polls:
        return {}
    found = polls.plan_conclusions()
    english = in_english()
    rows = [
        {
            "name": row["name"]["en" if english else "ko"],
            "percent": row["percent"],
            "low": f"{100 * row['low']:.1f}",
            "high": f"{100 * row['high']:.1f}",
            "rank": _span(row["rank"]),
        }
        for row in found["keywords"]
    ]
    largest = next(group for group in found["groups"] if group["key"] == found["largest_unlisted"])
    return {
        "read": found,
        "read_rows": rows,
        "read_tied": ", ".join(_span(run) for run in found["tied"]),
        "read_largest": {"name": largest["name"]["en" if english else "ko"], "unlisted": largest["unlisted"]},
        "beside": polls.report_of_archive(),
    }


def _span(run: list[int]) -> str:
    low, high = run
    return str(low) if low == high else f"{low}–{high}"


def background(request: HttpRequest) -> HttpResponse:
    """Why the plan was made, with its footnotes and their figures."""
    whole = plan.load()
    footnotes = [
        {
            "footnote": footnote,
            "figures": [figure for figure in whole.figures if figure.footnote == footnote.number],
            "notes": whole.notes_on(footnote.ref),
        }
        for footnote in whole.footnotes
    ]
    return _page(request, "plan_background", _("Background"), "background", footnotes=footnotes)
