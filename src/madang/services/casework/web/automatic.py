"""What the machine said and did about a case, in words."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.services.casework.domain import suggesting
from madang.services.casework.models import Case, Suggestion
from madang.services.casework.web import words


def automatic(actor: Actor, case: Case, *, is_inside: bool) -> dict[str, Any]:
    """What the machine said and did about a case, and for whoever works on it the buttons that correct it.

    Everyone who reads the case reads what was done by itself; suggestions that nobody took are for the office.
    """
    rows = list(case.suggestions.filter(at__isnull=False).select_related("rule"))
    names = {one.code: one for one in case.center.categories.all()} if rows or is_inside else {}
    lines: list[dict[str, Any]] = []
    if case.route is not None:
        lines.append({"text": _routed(case), "at": None})
    for row in rows:
        if row.applied or is_inside:
            lines.append({"text": _said(row, names), "at": row.at})
    may = bool(policy.can("casework.case.categorise", actor, case))
    if not may:
        return {"automatic": lines, "correct_url": "", "guesses": ()}
    last = rows[-1] if rows else None
    guesses = [
        suggesting.Guess(names[code], sure)
        for code, sure in (last.ranking if last is not None else [])
        if code in names and names[code].pk != case.category_id and names[code].is_active
    ]
    return {
        "automatic": lines,
        "correct_url": reverse("case_category", args=[case.ref]),
        "guesses": guesses,
    }


def _routed(case: Case) -> str:
    rule = case.route
    assert rule is not None
    what = rule.category.name if rule.category is not None else _("any category")
    return _("Given to %(office)s by the routing rule of %(day)s (%(category)s, %(district)s).") % {
        "office": rule.office.name,
        "day": rule.valid_from,
        "category": what,
        "district": words.district_name(rule.district) or _("any district"),
    }


def _said(row: Suggestion, names: dict[str, Any]) -> str:
    said = ", ".join(
        f"{names[code].name if code in names else code}"
        + (f" {sure * 100:.0f} %" if sure is not None else "")
        for code, sure in row.ranking
    )
    if not said:
        return _("Read by the machine (%(version)s): it has nothing to suggest.") % {"version": row.source}
    fill = {"said": said, "version": row.source}
    if row.applied:
        rule = f"{row.rule.code} {row.rule.version}" if row.rule is not None else ""
        return _(
            "Put into its category by the machine (%(version)s), as rule %(rule)s allows. It said: %(said)s."
        ) % (fill | {"rule": rule})
    if row.source == suggesting.KEYWORDS:
        return _("Suggested by keywords: %(said)s.") % fill
    return _("Suggested by the machine (%(version)s): %(said)s.") % fill
