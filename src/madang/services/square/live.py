"""What open pages watch: how many stand behind an idea."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from madang.commons.matters.queries import may_see
from madang.kernel import live
from madang.kernel.actors import person
from madang.kernel.ids import read_number
from madang.services.square.domain import counting
from madang.services.square.models import Idea


def address(idea: Idea) -> str:
    """Where the page of an idea hears of its supporters; answered beside Django, so no name leads there."""
    return f"/events/ideas/{idea.matter.number}/"


@live.topic("ideas", read_number)
def supports(numbers: Sequence[str]) -> dict[str, Any]:
    """Supporters of each public idea at this moment, and whether its threshold was reached."""
    seen = Idea.objects.filter(may_see(person(None), at="matter__"), matter__number__in=numbers)
    rows = counting.with_supports(seen).values_list("matter__number", "now", "threshold", "qualified_at")
    return {
        number: {"count": count, "goal": goal, "reached": qualified is not None}
        for number, count, goal, qualified in rows
    }
