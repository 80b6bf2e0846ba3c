"""Sentences for codes: why a row was left out, why a file cannot be read, what each check found."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from madang.commons.panels.logic.register import Bad
from madang.commons.panels.models import Round, Seat
from madang.commons.panels.verify_lot import Step

BAD = {
    "cells": gettext_lazy("The line has %(got)s cells instead of %(want)s."),
    "name": gettext_lazy("The name is missing."),
    "birth": gettext_lazy("The birth date “%(value)s” is no possible day. Write it as 1990-01-31."),
    "young": gettext_lazy("Born %(value)s: younger than %(least)s."),
    "missing": gettext_lazy("“%(feature)s” is empty."),
    "unknown": gettext_lazy("“%(value)s” is no agreed value of “%(feature)s”."),
    "twice": gettext_lazy("The same name and birth date stand on line %(line)s."),
    "contact-twice": gettext_lazy("The same phone number or address stands on line %(line)s."),
}
FILE = {
    "empty": gettext_lazy("The file holds no rows. Its first line must name the columns."),
    "csv": gettext_lazy("The file cannot be read as a table. Save it as CSV (UTF-8) and try again."),
    "header": gettext_lazy("The first line must give every column a name of its own."),
    "no-name": gettext_lazy("Say which column holds the name."),
    "no-birth": gettext_lazy("Age bands need a column with birth dates. Choose it, or leave age out."),
    "no-feature": gettext_lazy("Choose at least one column whose values the panel should mirror."),
}
ROLES = [
    ("name", gettext_lazy("Name (sealed)")),
    ("birth", gettext_lazy("Birth date (sealed)")),
    ("contact", gettext_lazy("Phone or e-mail (sealed)")),
    ("household", gettext_lazy("Household")),
    ("feature", gettext_lazy("Feature that the panel mirrors")),
    ("skip", gettext_lazy("Leave out")),
]
TONES = {
    "prepared": "ochre",
    "frozen": "blue",
    "open": "plum",
    "drawn": "jade",
    "void": "",
    "invited": "ochre",
    "accepted": "jade",
    "declined": "",
    "lapsed": "",
    "left": "persimmon",
}


def bad(row: Bad) -> dict[str, Any]:
    return {"line": row.line, "reason": str(BAD[row.code]) % row.facts}


def checked(step: Step) -> dict[str, Any]:
    """One check as a line of the page."""
    facts = step.facts
    titles = {
        "frozen": _("What was frozen"),
        "openings": _("People"),
        "panels": _("Panels"),
        "quotas": _("Quotas"),
        "chances": _("Chances"),
        "proof": _("No lottery is more equal"),
        "log": _("State of the public log"),
        "seed": _("Seed"),
        "draw": _("Draw"),
    }
    sentences = {
        "frozen": _("The digest computed from the file is %(digest)s."),
        "openings": _("%(open)s of %(people)s people are opened, and each is what was committed to."),
        "panels": _("%(panels)s panels, each of %(size)s different people."),
        "quotas": _("%(wrong)s breaches of %(quotas)s quotas over all panels; %(closed)s people are closed."),
        "chances": _("The smallest chance is %(least)s and the largest %(most)s of %(of)s, as published."),
        "proof": _(
            "No lottery could give everybody more than %(bound)s of %(of)s; the smallest chance here is %(least)s."
        ),
        "log": _("The root that went into the seed is the one of the signed state of %(size)s entries."),
        "seed": _("Digest, root and %(throws)s throws give the seed %(seed)s."),
        "draw": _("The seed draws panel %(number)s of %(of)s."),
    }
    if step.status == "skipped":
        text = (
            _("Cannot be computed from outside: %(closed)s people are closed because few share their values.")
            % facts
            if step.name == "proof"
            else _("Not drawn yet.")
        )
    elif step.name == "proof" and step.status == "failed":
        text = _("The proof does not hold.")
    else:
        text = sentences[step.name] % facts
    tone, icon = {
        "passed": ("jade", "check"),
        "failed": ("persimmon", "error"),
        "skipped": ("ochre", "pause"),
    }[step.status]
    word = {"passed": _("right"), "failed": _("wrong"), "skipped": _("not checked")}[step.status]
    return {"title": f"{titles[step.name]} · {word}", "text": text, "tone": tone, "icon": icon}


def way(round_: Round | None, *, has_register: bool, has_plan: bool) -> list[dict[str, Any]]:
    """The steps of the ceremony, for the path component."""
    state = round_.state if round_ else ""
    reached = {"prepared": 2, "frozen": 3, "open": 3, "drawn": 5}.get(state, 0)
    if not reached:
        reached = 2 if has_plan else 1 if has_register else 0
    labels = [pgettext("panels", "Register"), _("Quotas"), _("Frozen"), _("Dice"), _("Drawn")]
    return [
        {
            "label": label,
            "state": "done" if at < reached else "now" if at == reached else "todo",
            "tone": "jade" if at == 4 and reached == 5 else "",
        }
        for at, label in enumerate(labels)
    ]


def seat_tag(seat: Seat) -> dict[str, str]:
    return {"label": str(Seat.State(seat.state).label), "tone": TONES[seat.state]}


def round_tag(round_: Round) -> dict[str, str]:
    return {"label": str(Round.State(round_.state).label), "tone": TONES[round_.state]}
