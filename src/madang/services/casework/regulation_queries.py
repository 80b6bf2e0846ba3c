"""Reading requests to change rules: who is late, how far they came, how long offices take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import QuerySet

from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.saying import in_english
from madang.services.casework import queries
from madang.services.casework.enums import CaseType
from madang.services.casework.models import RegulationRequest

WITH = (
    "case__matter__responsible",
    "case__matter__host",
    "case__matter__author",
    "case__center",
    "decided_by",
)


def requests() -> QuerySet[RegulationRequest]:
    """Requests of cases that are of this type now, the newest first, with their clocks (one more query each)."""
    return (
        RegulationRequest.objects.filter(case__type=CaseType.REGULATION)
        .select_related(*WITH)
        .prefetch_related("clocks", "case__matter__clocks")
        .order_by("-case__matter__filed_at", "-pk")
    )


def by_ref(actor: Actor, ref: str) -> RegulationRequest | None:
    """The request of a case that this actor may see."""
    case = queries.by_ref(actor, ref)
    return requests().filter(pk=case.pk).first() if case is not None else None


def due_at(row: RegulationRequest) -> datetime | None:
    """When the step that runs now has to be done; None where nothing runs."""
    if row.state == RegulationRequest.State.SUGGESTED:
        return row.case.matter.due_at
    running = [one for one in row.clocks.all() if one.ended_at is None]
    return running[-1].due_at if running else None


def is_late(row: RegulationRequest) -> bool:
    """Whether an office or the committee is over its time; who asked for the change is never late."""
    if row.state == RegulationRequest.State.IMPLEMENTED:
        return False
    due = due_at(row)
    return due is not None and clock.now() > due


def was_answered_late(row: RegulationRequest) -> bool:
    """Whether the named answer came after its time; also where it has not come yet."""
    if row.answered_at is None:
        return row.state == RegulationRequest.State.SUGGESTED and is_late(row)
    return any(
        one.stopped_at is not None and one.stopped_at > one.due_at for one in row.case.matter.clocks.all()
    )


@dataclass(frozen=True, slots=True)
class Office:
    """How an office answers: `days` is the median from filing to the named answer, None without one."""

    name: str
    requests: int
    answered: int
    late: int
    days: float | None


def by_office(rows: list[RegulationRequest]) -> list[Office]:
    """One line an office, by its name."""
    grouped: dict[int, list[RegulationRequest]] = {}
    for row in rows:
        grouped.setdefault(row.case.matter.responsible_id, []).append(row)
    offices = []
    for group in grouped.values():
        office = group[0].case.matter.responsible
        took = [
            (row.answered_at - row.case.matter.filed_at).total_seconds() / 86400
            for row in group
            if row.answered_at is not None
        ]
        offices.append(
            Office(
                office.name_en if in_english() else office.name_ko,
                len(group),
                len(took),
                sum(was_answered_late(row) for row in group),
                round(median(took), 1) if took else None,
            )
        )
    return sorted(offices, key=lambda one: one.name)


def funnel(rows: list[RegulationRequest]) -> list[tuple[str, int]]:
    """How many reached each stage: filed, answered by name, to be changed, changed, confirmed. Each of all filed."""
    states = [row.state for row in rows]
    changed = {"implemented", "confirmed", "doubted"}
    return [
        ("filed", len(states)),
        ("answered", sum(row.answered_at is not None for row in rows)),
        (
            "to_change",
            sum(
                (row.decision in ("accept", "long_term") and row.answered_at is not None)
                or bool(row.recommendation)
                for row in rows
            ),
        ),
        ("changed", sum(state in changed for state in states)),
        ("confirmed", states.count("confirmed")),
    ]
