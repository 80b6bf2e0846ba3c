"""What became of the proposals of a round: how far they came, and where, why and from whom they were lost. One query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from madang.commons.matters.api import Origin
from madang.services.budgeting.models import Proposal, Round
from madang.services.budgeting.progress import Line

STEPS = ("handed_in", "eligible", "joined", "on_ballot", "funded", "carried_out")
ORIGINS = tuple(Origin.values)
PENDING = frozenset({"waiting", "not_joined", "worked_out", "not_decided", "under_way"})
"""Reasons why a proposal has not come further yet. Every other reason is an end."""


@dataclass
class Step:
    """How many proposals came as far as this, and why others came no further than the step before, by origin."""

    key: str
    by_origin: Counter[str] = field(default_factory=Counter)
    lost: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.by_origin.total()

    @property
    def reasons(self) -> list[tuple[str, Counter[str]]]:
        """Reasons with their numbers by origin, the most frequent first; what only waits comes last."""
        return sorted(self.lost.items(), key=lambda item: (item[0] in PENDING, -item[1].total(), item[0]))


def _reached(row: Mapping[str, Any], states: Mapping[int, str], stops: Mapping[int, str]) -> tuple[int, str]:
    """How many steps a proposal took after it was handed in, and why it took no more."""
    state, project = row["state"], row["project__state"]
    if state == "joined":
        if project in ("worked_out", "costed"):
            return 2, "worked_out"
        if project == "dropped":
            return 2, f"project:{row['project__drop_code']}"
        if project == "on_ballot":
            return 3, "not_decided"
        if project == "not_funded":
            return 3, "not_funded"
        key = row["project"]
        if states.get(key) == "result":
            return 5, ""
        return (4, f"stop:{stops[key]}") if key in stops else (4, "under_way")
    if state == "dropped":
        # One that was answered with its project ended where the project did.
        return (2 if row["project"] else int(row["was_eligible"])), f"proposal:{row['drop_code']}"
    waiting = {"submitted": (0, "waiting"), "eligible": (1, "not_joined")}
    return waiting.get(str(state), (int(row["was_eligible"]), str(state)))


def funnel(of: Round, lines: Sequence[Line]) -> list[Step]:
    """The steps in their order. A proposal counts once, with the project that it became part of."""
    states = {line.project.pk: line.state for line in lines}
    stops = {line.project.pk: line.last["stopped"].stop_code for line in lines if "stopped" in line.last}
    steps = [Step(key) for key in STEPS]
    rows = (
        Proposal.objects.filter(round=of)
        .order_by()
        .values(
            "matter__origin",
            "state",
            "drop_code",
            "was_eligible",
            "project",
            "project__state",
            "project__drop_code",
        )
        .annotate(many=Count("pk"))
    )
    for row in rows:
        reached, why = _reached(row, states, stops)
        origin, many = row["matter__origin"], row["many"]
        for step in steps[: reached + 1]:
            step.by_origin[origin] += many
        if why:
            steps[reached + 1].lost.setdefault(why, Counter())[origin] += many
    return steps
