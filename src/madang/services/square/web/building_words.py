"""Findings and differences of a grid in words: what is the matter, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.commons.matters.periods import period_words
from madang.kernel.saying import tongue
from madang.kernel.templatetags.ui import seoul_text
from madang.services.square.logic import grid
from madang.services.square.logic.checks import Finding

WHO: dict[str, str | Promise] = {
    "": gettext_lazy("Nobody"),
    "anyone": gettext_lazy("Anyone, also without an account"),
    "account": gettext_lazy("People with an account"),
    "resident": gettext_lazy("Verified residents"),
}
FINDINGS: dict[str, str | Promise] = {
    "words.korean": gettext_lazy("“%(name)s” has no Korean title. Write one."),
    "words.english": gettext_lazy(
        "“%(name)s” has no English title. Write one, so that everybody can read it."
    ),
    "words.summary": gettext_lazy(
        "The description of “%(name)s” has no English. Readers of English will see none."
    ),
    "phases.none": gettext_lazy("There is no phase yet. Add the first one."),
    "phases.open_start": gettext_lazy(
        "“%(after)s” has no beginning, but comes after “%(before)s”. Give it one."
    ),
    "phases.open_end": gettext_lazy("“%(before)s” has no end, but “%(after)s” comes after it. Give it one."),
    "phases.overlap": gettext_lazy(
        "“%(before)s” and “%(after)s” overlap. Let one end before the other begins."
    ),
    "phases.gap": gettext_lazy(
        "Between “%(before)s” and “%(after)s” nothing is open: from %(from)s to %(to)s."
    ),
    "processes.none": gettext_lazy("There is no process yet. Add the first one."),
    "cells.none": gettext_lazy(
        "In “%(process)s” nothing may ever be done. Open at least one cell, or take it out."
    ),
    "cells.no_support": gettext_lazy(
        "“%(process)s” takes in ideas in “%(phase)s”, but nobody may ever support them, so none can reach the"
        " threshold. Allow support in this phase or a later one."
    ),
    "cells.support_later": gettext_lazy(
        "“%(process)s” takes in ideas in “%(phase)s”, but they can be supported only in a later phase."
    ),
    "cells.level": gettext_lazy(
        "In “%(process)s”, “%(phase)s”, supporting asks for less than filing. The threshold then counts people who"
        " could not file themselves."
    ),
    "discussion.cut": gettext_lazy(
        "“%(process)s”: what is filed on the last day can be supported for %(days)s days, not for the %(wanted)s"
        " that its rule promises."
    ),
    "discussion.endless": gettext_lazy(
        "“%(process)s”: a discussion below its threshold never ends. Set its days."
    ),
    "discussion.short": gettext_lazy("“%(process)s”: %(days)s days of discussion are less than a week."),
    "threshold.none": gettext_lazy(
        "“%(process)s” has no threshold. Say from how many supporters on an answer is owed."
    ),
    "threshold.unreachable": gettext_lazy(
        "“%(process)s”: none of %(items)s earlier items ever reached %(threshold)s; the most was %(most)s. Look at"
        " the back-test."
    ),
    "answer.none": gettext_lazy("“%(process)s” does not say within how long the office answers."),
    "answer.long": gettext_lazy(
        "“%(process)s”: about %(days)s days for an answer are more than the month in which a citizen’s suggestion"
        " has to be decided."
    ),
    "answer.short": gettext_lazy(
        "“%(process)s”: about %(days)s days for an answer are much less than the law gives. Make sure that the"
        " office can keep it."
    ),
    "rule.source": gettext_lazy("“%(process)s” names no ordinance or order that its rule rests on."),
    "office.none": gettext_lazy(
        "Nobody could answer: the hosting office needs an officer in charge and an approver today, two people, or"
        " somebody in triage who gives ideas to an office that has them."
    ),
    "rules.retype": gettext_lazy(
        "The rules for questions and complaints are not in force. Until then officials cannot re-type an idea."
    ),
    "past.phase_gone": gettext_lazy("“%(phase)s” has begun and cannot be taken out any more."),
    "past.phase": gettext_lazy(
        "“%(phase)s” has begun: its beginning, and its end once it is over, stay as announced."
    ),
    "past.end": gettext_lazy("“%(phase)s” cannot end in the past. Choose a moment from now on."),
    "past.cell": gettext_lazy(
        "“%(phase)s” has begun: what may be done in “%(process)s” stays as announced. End the phase and begin another."
    ),
    "past.new_phase": gettext_lazy("The new phase “%(phase)s” has to begin in the future."),
    "past.rule": gettext_lazy(
        "The rule of “%(process)s” changed. Say from which day on it holds; the first possible day is tomorrow."
    ),
    "used.process": gettext_lazy(
        "Ideas were filed in “%(process)s”, so it cannot be taken out. Close its cells instead."
    ),
    "used.category": gettext_lazy("Ideas stand in the field “%(category)s”, so it cannot be taken out."),
    "notice.short": gettext_lazy(
        "It begins to count on %(first)s: sooner than the %(days)s days of notice. You will have to say why, and the"
        " reason is published."
    ),
}
FIELDS: dict[str, str | Promise] = {
    "title_ko": gettext_lazy("Title in Korean"),
    "title_en": gettext_lazy("Title in English"),
    "summary_ko": gettext_lazy("Description in Korean"),
    "summary_en": gettext_lazy("Description in English"),
    "starts_at": gettext_lazy("Begins"),
    "ends_at": gettext_lazy("Ends"),
    "is_narrative": gettext_lazy("Followers are told when it begins"),
    "rule": gettext_lazy("Rule"),
    "threshold": gettext_lazy("Supporters from which an answer is owed"),
    "discussion_days": gettext_lazy("Days of discussion"),
    "answer": gettext_lazy("Period for the answer"),
    "objection_days": gettext_lazy("Days for an objection"),
    "source": gettext_lazy("What the rule rests on"),
    "checked": gettext_lazy("Compared with its source"),
    "valid_from": gettext_lazy("Rule holds from"),
    "rule_code": gettext_lazy("Code of the rule"),
    "order": gettext_lazy("Place in the list"),
    "tone": gettext_lazy("Colour"),
    "value": gettext_lazy("Social value of the plan"),
    "file": gettext_lazy("Who may file"),
    "support": gettext_lazy("Who may support"),
    "comment": gettext_lazy("Comments"),
}


def _fact(value: Any) -> str:
    if isinstance(value, grid.Words):
        return value.title(tongue()) or value.title_ko or value.title_en
    return seoul_text(value) if isinstance(value, datetime) else str(value)


def address_of(slug: str, address: grid.Address) -> str:
    """Where a part is edited."""
    if not address:
        return ""
    names = {
        "space": ("building_words", []),
        "phases": ("building_phase", list(address[1:])),
        "processes": ("building_process", list(address[1:])),
        "categories": ("building_category", list(address[1:])),
        "cells": ("building_cell", list(address[1:])),
    }
    name, keys = names[address[0]]
    return reverse(name, args=[slug, *keys])


def finding(slug: str, found: Finding, *, has: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """One finding as a row: its sentence and where it is mended, when that part is still there."""
    sentence = str(FINDINGS[found.code]) % {name: _fact(value) for name, value in found.facts.items()}
    exists = has is None or found.address == ("space",) or _is_there(has, found.address)
    return {
        "level": found.level,
        "is_error": found.level == "error",
        "text": sentence,
        "url": address_of(slug, found.address) if exists else "",
    }


def _is_there(document: Mapping[str, Any], address: grid.Address) -> bool:
    if address[:1] == ("cells",):  # a cell is there as soon as its row and its column are
        return address[1] in document.get("processes", {}) and address[2] in document.get("phases", {})
    return grid.part(document, address) is not None


def name_of(document: Mapping[str, Any], other: Mapping[str, Any], address: grid.Address) -> str:
    """What a part is called, in whichever of two documents it stands."""

    def titled(path: grid.Address) -> str:
        held = grid.part(document, path) or grid.part(other, path) or {}
        words = grid.Words(str(held.get("title_ko", "")), str(held.get("title_en", "")))
        return words.title(tongue()) or path[-1]

    if address[0] == "space":
        return _("The space")
    if address[0] == "cells":
        return f"{titled(('processes', address[1]))} × {titled(('phases', address[2]))}"
    kinds = {"phases": _("Phase"), "processes": _("Process"), "categories": _("Field")}
    inner = titled(address)
    outer = f"{titled(('processes', address[1]))} · " if address[0] == "categories" else ""
    return f"{kinds[address[0]]}: {outer}{inner}"


def value_words(field: str, value: Any) -> str:
    """A value of a document as a reader knows it."""
    if value is None or value == "":
        return str(WHO[""]) if field in ("file", "support") else "–"
    if field in ("starts_at", "ends_at"):
        return seoul_text(datetime.fromisoformat(value))
    if field == "valid_from":
        return seoul_text(date.fromisoformat(value), "date")
    if field in ("file", "support"):
        return str(WHO.get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field == "answer" and isinstance(value, Mapping):
        return period_words(int(value.get("amount") or 0), str(value.get("unit") or "days"))
    return str(value)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What changed between two documents, as rows for people: part, field, before, after."""
    rows: list[dict[str, Any]] = []
    for change in grid.differences(before, after):
        part = name_of(after, before, change.address)
        if not change.field:
            if change.address[0] == "cells":
                rows += _fields(part, change.before or {}, change.after or {})
            else:
                label = _("Added") if change.before is None else _("Taken out")
                rows.append({"part": part, "field": label, "before": "", "after": "", "is_whole": True})
        elif change.field == "rule":
            rows += _fields(part, change.before or {}, change.after or {})
        elif change.field not in ("order", "rule_code"):
            rows.append(_row(part, change.field, change.before, change.after))
    return rows


def _fields(part: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = [*before, *(name for name in after if name not in before)]
    return [
        _row(part, name, before.get(name), after.get(name))
        for name in names
        if (before.get(name) or None) != (after.get(name) or None)
    ]


def _row(part: str, field: str, before: Any, after: Any) -> dict[str, Any]:
    return {
        "part": part,
        "field": str(FIELDS.get(field, field)),
        "before": value_words(field, before),
        "after": value_words(field, after),
        "is_whole": False,
    }
