"""A space as its visitors see it on a day: from its rows, or from a draft for the preview. Reads no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.commons.matters.periods import period_words
from madang.kernel import clock
from madang.kernel.models import Rule
from madang.kernel.saying import tongue
from madang.kernel.templatetags.ui import seoul_text
from madang.services.square.logic.grid import Cell, Grid, Phase, Process
from madang.services.square.web.building_words import WHO

Part = dict[str, Any]


def time_words(phase: Phase) -> str:
    """From when to when, in days; the hour too where it is not midnight."""
    start = _day(phase.starts_at) if phase.starts_at else _("from its publication")
    if phase.ends_at is None:
        return _("from %(start)s") % {"start": start} if phase.starts_at else start
    return f"{start} – {_day(phase.ends_at)}"


def _day(moment: datetime) -> str:
    local = clock.seoul(moment)
    return seoul_text(moment, "date" if (local.hour, local.minute) == (0, 0) else "full")


def steps(grid: Grid, at: datetime) -> list[Part]:
    """The phases as the path of the space."""
    now = grid.phase_at(at)
    return [
        {
            "label": phase.words.title(tongue()),
            "state": "now" if phase is now else "done" if phase.has_ended(at) else "todo",
            "tone": "plum",
            "note": time_words(phase),
        }
        for phase in grid.phases
    ]


def view(grid: Grid, at: datetime, rules: Mapping[str, Rule] | None = None) -> Part:
    """Everything that the page of a space shows of its grid.

    Args:
        rules: those in force on the day, by process; where the grid already says the next, both are shown.
    """
    phase = grid.phase_at(at)
    later = grid.next_phase(at)
    return {
        "title": grid.words.title(tongue()),
        "summary": grid.words.summary(tongue()),
        "steps": steps(grid, at),
        "phase": {"title": phase.words.title(tongue()), "summary": phase.words.summary(tongue())}
        if phase
        else None,
        "phase_ends": phase.ends_at if phase else None,
        "next": {"title": later.words.title(tongue()), "starts_at": later.starts_at} if later else None,
        "processes": [
            _process(grid, process, at, (rules or {}).get(process.slug)) for process in grid.processes
        ],
        "timetable": timetable(grid, at),
        "is_over": bool(grid.phases) and all(one.has_ended(at) for one in grid.phases),
    }


def _process(grid: Grid, process: Process, at: datetime, rule: Rule | None) -> Part:
    coming = ""
    if rule is not None and process.valid_from is not None and process.valid_from > rule.valid_from:
        day = seoul_text(process.valid_from, "date")
        coming = _("From %(day)s on: %(rule)s.") % {"day": day, "rule": rule_words(process)}
        process = replace(process, rule=rule.body, source=rule.source, checked=rule.checked)
    row = [(phase, grid.cell(process.slug, phase.key)) for phase in grid.phases]
    amount, unit = process.answer
    return {
        "slug": process.slug,
        "title": process.words.title(tongue()),
        "summary": process.words.summary(tongue()),
        "acts": [
            _act(
                _("File an idea"),
                "edit",
                [(phase, str(WHO[cell.file]) if cell.file else "") for phase, cell in row],
                at,
            ),
            _act(
                _("Support"),
                "support",
                [(phase, str(WHO[cell.support]) if cell.support else "") for phase, cell in row],
                at,
            ),
            _act(
                _("Comment"),
                "comment",
                [(phase, str(WHO["account"]) if cell.comment else "") for phase, cell in row],
                at,
            ),
        ],
        "files_now": any(phase.is_on(at) and cell.file for phase, cell in row),
        "threshold": process.threshold,
        "discussion_days": process.discussion_days,
        "answer": period_words(amount, unit) if amount else "",
        "coming": coming,
        "source": process.source,
        "checked": process.checked,
        "categories": [one.words.title(tongue()) for one in process.categories],
    }


def _act(label: str, icon: str, row: list[tuple[Phase, str]], at: datetime) -> Part:
    """One thing that can be done: now, from when on, or not any more; and by whom."""
    now = next((who for phase, who in row if phase.is_on(at) and who), "")
    if now:
        return {"label": label, "icon": icon, "state": "now", "when": _("now"), "who": now}
    later = next((pair for pair in row if pair[1] and pair[0].starts_at and pair[0].starts_at > at), None)
    if later is not None and later[0].starts_at is not None:
        when = _("from %(start)s") % {"start": _day(later[0].starts_at)}
        return {"label": label, "icon": icon, "state": "later", "when": when, "who": later[1]}
    was = any(who and phase.has_ended(at) for phase, who in row)
    return {
        "label": label,
        "icon": icon,
        "state": "over" if was else "never",
        "when": _("over") if was else _("not part of it"),
        "who": "",
    }


def cell_lines(cell: Cell) -> list[str]:
    """What may be done in a cell, a line for each thing."""
    lines = []
    if cell.file:
        lines.append(_("File: %(who)s") % {"who": WHO[cell.file]})
    if cell.support:
        lines.append(_("Support: %(who)s") % {"who": WHO[cell.support]})
    if cell.comment:
        lines.append(_("Comment: %(who)s") % {"who": WHO["account"]})
    return lines


def timetable(grid: Grid, at: datetime) -> Part:
    """Rows are processes, columns are phases."""
    now = grid.phase_at(at)
    return {
        "columns": [
            {
                "key": phase.key,
                "title": phase.words.title(tongue()) or phase.words.title_ko,
                "time": time_words(phase),
                "is_now": phase is now and phase.starts_at is not None,
                "is_past": phase.has_ended(at),
                "has_begun": phase.has_begun(at),
                "is_silent": not phase.is_narrative,
            }
            for phase in grid.phases
        ],
        "rows": [
            {
                "slug": process.slug,
                "title": process.words.title(tongue()) or process.words.title_ko,
                "rule": rule_words(process),
                "cells": [
                    {
                        "key": phase.key,
                        "phase": phase.words.title(tongue()) or phase.words.title_ko,
                        "lines": cell_lines(grid.cell(process.slug, phase.key)),
                    }
                    for phase in grid.phases
                ],
            }
            for process in grid.processes
        ],
    }


def rule_words(process: Process) -> str:
    """Threshold, discussion and answer in a line."""
    said = []
    if process.threshold:
        said.append(
            ngettext("%(n)s supporter", "%(n)s supporters", process.threshold)
            % {"n": f"{process.threshold:,}"}
        )
    if process.discussion_days:
        days = process.discussion_days
        said.append(ngettext("%(n)s day of discussion", "%(n)s days of discussion", days) % {"n": days})
    amount, unit = process.answer
    if amount:
        said.append(_("answer within %(period)s") % {"period": period_words(amount, unit)})
    return " · ".join(said)
