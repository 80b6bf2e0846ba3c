"""Sentences for codes: why a row was left out, why a file cannot be read, what each check found."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from madang.commons.panels.logic.register import Bad
from madang.commons.panels.models import Panel, Round, Seat
from madang.commons.panels.verify_lot import Step
from madang.kernel import manifest
from madang.kernel.manifest import Link
from madang.kernel.templatetags.ui import seoul_text

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
TROUBLE = {
    "panels.shortage": gettext_lazy("No panel meets all quotas at once."),
    "panels.too_few": gettext_lazy(
        "Fewer people can be drawn than there are seats. The register is too small."
    ),
    "panels.full": gettext_lazy("Meanwhile every seat was taken."),
    "panels.broken": gettext_lazy(
        "Making it has ended the worker three times. Order it again, and tell whoever runs the site."
    ),
}
TONES = {
    "making": "ochre",
    "failed": "persimmon",
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


def above(panel: Panel) -> Link | None:
    """What the panel weighs, while that is public."""
    return manifest.links([panel.about]).get(panel.about) if panel.about else None


def bad(row: Bad) -> dict[str, Any]:
    return {"line": row.line, "reason": str(BAD[row.code]) % row.facts}


CHECKS = {
    "frozen": gettext_lazy("What was frozen"),
    "openings": gettext_lazy("People"),
    "panels": gettext_lazy("Panels"),
    "quotas": gettext_lazy("Quotas"),
    "chances": gettext_lazy("Chances"),
    "proof": gettext_lazy("No lottery is more equal"),
    "log": gettext_lazy("State of the public log"),
    "seed": gettext_lazy("Seed"),
    "draw": gettext_lazy("Draw"),
}
FOUND = {
    "frozen": gettext_lazy("The digest computed from the file is %(digest)s."),
    "openings": gettext_lazy("%(open)s of %(people)s people are opened, and each is what was committed to."),
    "panels": gettext_lazy("%(panels)s panels, each of %(size)s different people."),
    "quotas": gettext_lazy(
        "%(wrong)s breaches of %(quotas)s quotas over all panels; %(closed)s people are closed."
    ),
    "chances": gettext_lazy(
        "The smallest chance is %(least)s and the largest %(most)s of %(of)s, as published."
    ),
    "proof": gettext_lazy(
        "No lottery could give everybody more than %(bound)s of %(of)s; the smallest chance here is %(least)s."
    ),
    "log": gettext_lazy(
        "The root that went into the seed is the one of the signed state of %(size)s entries."
    ),
    "seed": gettext_lazy("Digest, root and %(throws)s throws give the seed %(seed)s."),
    "draw": gettext_lazy("The seed draws panel %(number)s of %(of)s."),
    "proof.skipped": gettext_lazy(
        "Cannot be computed from outside: %(closed)s people are closed because few share their values."
    ),
    "proof.failed": gettext_lazy("The proof does not hold."),
    "draw.skipped": gettext_lazy("Not drawn yet."),
}
STATUS = {
    "passed": ("jade", "check", gettext_lazy("right")),
    "failed": ("persimmon", "error", gettext_lazy("wrong")),
    "skipped": ("ochre", "pause", gettext_lazy("not checked")),
}


def checked(step: Step) -> dict[str, Any]:
    """One check as a line of the page."""
    tone, icon, word = STATUS[step.status]
    sentence = FOUND.get(f"{step.name}.{step.status}", FOUND.get(step.name))
    return {
        "title": f"{CHECKS[step.name]} · {word}",
        "text": str(sentence) % step.facts,
        "tone": tone,
        "icon": icon,
    }


def for_script() -> dict[str, str]:
    """The same words for the checks in the browser, which writes `{name}` where Python writes `%(name)s`."""
    found = {name: re.sub(r"%\((\w+)\)s", r"{\1}", str(text)) for name, text in FOUND.items()}
    found |= {f"title.{name}": str(text) for name, text in CHECKS.items()}
    found |= {f"word.{name}": str(word) for name, (_tone, _icon, word) in STATUS.items()}
    return found | {
        "right": _("Nothing contradicts what was published."),
        "wrong": _("Something does not fit. Keep the file, and tell the ombudsman what is marked as wrong."),
        "refused": _("This is not the file of a lot, or a part of it is missing."),
        "unreachable": _("The file could not be loaded. Save it and choose it in the form."),
        "digest.same": _("The digest is the one that you got from elsewhere."),
        "digest.other": _("The digest is not the one that you got from elsewhere: {digest}"),
        "drawn": _("Drawn: {people} people"),
        "person": _("Person {n}"),
        "chance": _("{count} of {of}"),
        "closed": _("closed"),
    }


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


def mail(seat: Seat) -> str:
    """What became of the invitation by mail."""
    if seat.mailed_at is not None:
        return _("mailed %(at)s") % {"at": seoul_text(seat.mailed_at, "day")}
    if seat.mail_at is not None:
        return _("mail waits: %(why)s") % {"why": seat.mail_trouble} if seat.mail_trouble else _("mail waits")
    return (
        _("mail failed: %(why)s") % {"why": seat.mail_trouble}
        if seat.mail_trouble
        else _("by letter or phone")
    )


def round_tag(round_: Round) -> dict[str, str]:
    return {"label": str(Round.State(round_.state).label), "tone": TONES[round_.state]}
