"""Cases in words, for the components of the page."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.commons.matters import api as matters
from madang.commons.matters.enums import OWED
from madang.commons.matters.models import Answer
from madang.kernel import places
from madang.kernel.templatetags.ui import seoul_text
from madang.services.casework.domain.types import Meaning
from madang.services.casework.models import Case


def address(case: Case) -> str:
    """The page of a case."""
    return reverse("case", args=[case.ref])


def district_name(code: str) -> str:
    """The name of a district, empty where there is none."""
    district = places.district(code) if code else None
    return district.name if district else ""


def where(case: Case) -> str:
    """Address and district in words."""
    return " · ".join(filter(None, [case.address, district_name(case.district)]))


def tags(case: Case) -> list[matters.Tag]:
    """State, type, category, and that it is not public."""
    found = [matters.state_tag(case.matter), matters.Tag(case.get_type_display(), "blue")]
    if case.category is not None:
        found.append(matters.Tag(case.category.name))
    if not case.matter.is_public:
        found.append(matters.Tag(_("Not public"), "", "lock"))
    return found


def row(case: Case) -> dict[str, Any]:
    """A line of a list."""
    matter = case.matter
    return {
        "title": matter.title,
        "url": address(case),
        "tags": tags(case),
        "meta": [
            one
            for one in (
                matter.number or "",
                seoul_text(matter.filed_at, "date"),
                where(case),
                matter.responsible.name,
            )
            if one
        ],
        "clock": matters.clock_view(matter),
    }


def parts(case: Case, *, desk: bool = False) -> list[dict[str, Any]]:
    """The parts of a case with office, clock, state and answer; `desk` adds the way to the desk of each."""
    rows = case.parts.select_related("matter__responsible", "matter__officer").prefetch_related(
        Prefetch(
            "matter__answers",
            Answer.objects.filter(state=Answer.State.PUBLISHED)
            .select_related("office", "owner", "drafted_by", "approved_by")
            .prefetch_related("writers")
            .order_by("version"),
            to_attr="published",
        )
    )
    return [
        {
            "part": part,
            "matter": part.matter,
            "tag": matters.state_tag(part.matter),
            "clock": matters.clock_view(part.matter),
            "answers": [matters.answer_card(one) for one in part.matter.published],  # type: ignore[attr-defined]
            "is_open": part.matter.state in OWED,
            "url": reverse("desk_matter", args=[part.matter_id]) if desk else "",
        }
        for part in rows
    ]


def period(meaning: Meaning) -> str:
    """The time a type gives the office, in words."""
    return matters.period_words(meaning.amount, meaning.unit)
