"""What `extensions=true` adds to a request: answers to its service's questions that are public, the way it took, and more
of what Madang knows. Other servers call these `attributes`, `notes` and `extended_attributes` too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from madang.commons.matters.web.words import ACTS
from madang.kernel import clock
from madang.kernel.models import Audit
from madang.kernel.saying import in_english
from madang.services.casework.models import Case, CategoryField
from madang.services.casework.open311.logic import times
from madang.services.casework.open311.logic.written import Value


def of(cases: Sequence[Case]) -> list[dict[str, Value]]:
    """One addition for each public case, in order; as many queries for one as for a thousand."""
    categories = {case.category_id for case in cases if case.category_id}
    fields: dict[int, list[CategoryField]] = defaultdict(list)
    for field in CategoryField.objects.filter(category__in=categories, is_public=True):
        fields[field.category_id].append(field)
    way: dict[str, list[Value]] = defaultdict(list)
    references = [case.reference for case in cases]
    acts = Audit.objects.filter(target__in=references, is_public=True, action__in=ACTS)
    for target, action, at, organisation in acts.order_by("at", "pk").values_list(
        "target", "action", "at", "organisation__name_en" if in_english() else "organisation__name_ko"
    ):
        way[target].append(
            {
                "datetime": times.write(at, clock.SEOUL),
                "type": action.removeprefix("matters."),
                "description": str(ACTS[action][0]),
                "agency": organisation,
            }
        )
    return [
        {
            "attributes": [
                {
                    "code": field.code,
                    "name": field.description,
                    "value": field.shown(case.answers[field.code]),
                }
                for field in fields[case.category_id or 0]
                if field.code in case.answers
            ],
            "notes": way[case.reference],
            "extended_attributes": {
                "title": case.matter.title,
                "case_type": case.type,
                "case_type_name": str(case.get_type_display()),
                "state": case.matter.state,
                "disposition": case.matter.disposition or None,
                "district": case.district or None,
                "channel": case.matter.channel,
                "transfers": case.matter.transfers,
                "page": f"{settings.PUBLIC_URL}{reverse('case', args=[case.ref])}",
            },
        }
        for case in cases
    ]
