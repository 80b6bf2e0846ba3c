"""What the second look at a new case shows of others, and which category it seems to be."""

from __future__ import annotations

from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from madang.kernel.templatetags.ui import seoul_text
from madang.services.casework import similar
from madang.services.casework.domain import suggesting
from madang.services.casework.models import Category, Center
from madang.services.casework.web import words

ANSWER_LETTERS = 160


def context(center: Center, data: dict[str, Any]) -> dict[str, Any]:
    """Suggested categories where none was chosen, and public cases that are much the same."""
    category: Category | None = data["category"]
    said = None if category is not None else suggesting.suggest(center, data["title"], data["body"])
    found = similar.similar(
        data["title"],
        data["body"],
        point=data.get("point"),
        district=data.get("district", ""),
        category=category,
    )
    return {
        "guesses": said.guesses if said is not None else (),
        "guessed_by": said.source if said is not None else "",
        "alike": [row(one) for one in found],
    }


def row(one: similar.Alike) -> dict[str, Any]:
    """A line of the list of similar cases."""
    matter = one.case.matter
    meta = [matter.number or "", seoul_text(matter.filed_at, "date"), words.where(one.case)]
    if one.metres is not None:
        meta.append(_("%(n)s m away") % {"n": f"{max(10, round(one.metres, -1)):,.0f}"})
    return {
        "title": matter.title,
        "url": words.address(one.case),
        "tags": words.tags(one.case)[:2],
        "meta": [each for each in meta if each],
        "summary": _("Answer: %(text)s") % {"text": Truncator(one.answer).chars(ANSWER_LETTERS)}
        if one.answer
        else "",
    }
