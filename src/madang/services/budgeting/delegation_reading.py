"""Reading a delegation: who sits on it as numbers, what it scored, and the table that is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from madang.commons.panels import api as panels
from madang.kernel.actors import Actor
from madang.kernel.logic import cells, rubric
from madang.services.budgeting.domain import verdicts
from madang.services.budgeting.models import (
    Applicant,
    Assessment,
    Conflict,
    Delegate,
    Delegation,
    Finding,
    Project,
    Round,
    Sitting,
)
from madang.services.budgeting.models.delegation import Against, Verdict


def of(round_: Round) -> Delegation | None:
    """The delegation of a round, where it has one."""
    found = Delegation.objects.filter(round=round_).select_related("panel").first()
    if found is not None:
        found.round = round_
    return found


def active(delegation: Delegation) -> list[Delegate]:
    """Those who have a seat now, by number."""
    rows = delegation.delegates.filter(state=Delegate.State.SEATED).select_related(
        "seat", "user", "applicant"
    )
    return [row for row in rows if row.is_active]


def mine(actor: Actor, delegation: Delegation) -> Delegate | None:
    """The actor's own seat, while she has it."""
    if actor.user is None:
        return None
    found = delegation.delegates.filter(user=actor.user).select_related("seat").first()
    if found is None or not found.is_active:
        return None
    found.delegation = delegation
    return found


@dataclass(frozen=True, slots=True)
class Seats:
    """How many seats there are and how many are taken, by lot and open."""

    by_lot: int
    lot_taken: int
    open_seats: int
    open_taken: int
    left: int
    applicants: int


def seats(delegation: Delegation) -> Seats:
    """Counts only; whose they are nobody is told."""
    sit = active(delegation)
    return Seats(
        delegation.by_lot,
        sum(one.seat_id is not None for one in sit),
        delegation.open_seats,
        sum(one.applicant_id is not None for one in sit),
        delegation.delegates.count() - len(sit),
        delegation.applicants.exclude(state=Applicant.State.WITHDRAWN).count(),
    )


@dataclass(frozen=True, slots=True)
class Share:
    """One value of one feature; numbers are None where they are too small to show. Shares in percent."""

    value: str
    population: float | None
    register: float
    by_lot: int | None
    open_seats: int | None


def composition(delegation: Delegation) -> list[tuple[str, list[Share]]]:
    """Delegates beside the population and the register, feature by feature. No combination of values, no small number."""
    panel = delegation.panel
    if panel is None:
        return []
    told: Counter[tuple[str, str]] = Counter()
    for one in active(delegation):
        if one.applicant is not None:
            told.update(one.applicant.values.items())
    found = []
    for feature, rows in panels.strata(panel):
        drawn = [row.drawn or 0 for row in rows]
        chosen = [told[feature, row.quota.value] for row in rows]
        few, fewer = panels.hidden(drawn, panel.min_cell), _small(chosen, panel.min_cell)
        found.append(
            (
                feature,
                [
                    Share(
                        row.quota.value,
                        row.population_share,
                        row.register_share,
                        None if at in few else drawn[at],
                        None if at in fewer else chosen[at],
                    )
                    for at, row in enumerate(rows)
                ],
            )
        )
    return found


def _small(groups: list[int], least: int) -> set[int]:
    """As `panels.hidden`; and a nought among few open seats would tell as much as a number."""
    places = panels.hidden(groups, least)
    return set(range(len(groups))) if places or sum(groups) < least else places


def sittings(delegation: Delegation) -> QuerySet[Sitting]:
    """The sessions with how many came, of how many seats (`came`, `of`)."""
    counted = delegation.sittings.select_related("meeting").annotate(
        came=Count("presences", filter=Q(presences__came=True)), of=Count("presences")
    )
    return counted.order_by("number")  # a count knows no order of its own


def conflicts(delegation: Delegation) -> int:
    """How many conflicts were declared in all. By project, one blank in the table would lead to a person."""
    return Conflict.objects.filter(delegate__delegation=delegation).count()


def assessments(delegation: Delegation, projects: Collection[int]) -> QuerySet[Assessment]:
    """What counts: of those who have a seat, and of closed sessions also of those who have left since."""
    rows = Assessment.objects.filter(delegate__delegation=delegation, project__in=projects)
    return (
        rows.select_related("delegate__seat", "project")
        .prefetch_related("points")
        .order_by("project__code", "delegate__number")
    )


@dataclass(frozen=True, slots=True)
class Result:
    """What all said of one project."""

    project: Project
    rows: list[Assessment]
    judged: rubric.Judged
    verdict: str
    reason_code: str

    @property
    def counts(self) -> Counter[str]:
        return Counter(row.verdict for row in self.rows)

    @property
    def mark(self) -> int | None:
        """In thousandths of a point."""
        return None if self.judged.mark is None else verdicts.thousandths(self.judged.mark)


def results(delegation: Delegation) -> list[Result]:
    """Project by project, in the order of their numbers. Shown to nobody before it is published."""
    projects = Project.objects.filter(hearing__sitting__delegation=delegation).select_related("pot", "round")
    listed = list(projects.order_by("code"))
    weights = dict(delegation.rubric.values_list("pk", "weight"))
    by_project: dict[int, list[Assessment]] = {one.pk: [] for one in listed}
    for row in assessments(delegation, list(by_project)):
        by_project[row.project_id].append(row)
    found = []
    for one in listed:
        rows = by_project[one.pk]
        given = {
            row.delegate_id: {point.criterion_id: point.given for point in row.points.all()} for row in rows
        }
        reasons = [row.reason_code for row in rows if row.reason_code]
        verdict = verdicts.decided([row.verdict for row in rows])
        found.append(
            Result(
                one,
                rows,
                rubric.judged(given, weights, most=delegation.most),
                verdict,
                verdicts.main_reason(reasons, Against.values) if verdict == Verdict.AGAINST else "",
            )
        )
    return found


def table(delegation: Delegation, projects: Collection[int]) -> list[list[object]]:
    """Every delegate's points by number, a line for each project; criteria in the order of the rubric."""
    criteria = list(delegation.rubric.values_list("pk", "order", "weight"))
    weights = {key: weight for key, _order, weight in criteria}
    head: list[object] = ["project", "delegate"]
    head += [f"criterion_{order}_weight_{weight}" for _key, order, weight in criteria]
    found = [[*head, "mark", "verdict", "reason_code"]]
    for row in assessments(delegation, projects):
        given = {point.criterion_id: point.given for point in row.points.all()}
        mark = rubric.mark(given, weights, most=delegation.most)
        found.append(
            [
                row.project.code,
                row.delegate.number,
                *(given[key] for key in weights),
                f"{float(mark):.2f}",  # weights are whole percents: two places are exact
                row.verdict,
                row.reason_code,
            ]
        )
    return found


def written(delegation: Delegation, projects: Collection[int]) -> bytes:
    """The published table as a file; its digest stands in the log."""
    return cells.written(table(delegation, projects)).encode()


def published(delegation: Delegation) -> bytes:
    """The whole table, once it is published."""
    heard = Project.objects.filter(hearing__sitting__delegation=delegation)
    return written(delegation, list(heard.values_list("pk", flat=True)))


def by_name(delegation: Delegation) -> list[tuple[int, str]]:
    """Delegates who wish to stand by name: number and name."""
    rows = delegation.delegates.filter(named=True, user__isnull=False).select_related("user")
    return [(row.number, row.user.shown_name) for row in rows if row.user]


def plain(delegation: Delegation) -> dict[str, Any]:
    """What everybody may know, for programs."""
    now = seats(delegation)
    done = delegation.state == Delegation.State.PUBLISHED
    return {
        "round": delegation.round.slug,
        "state": delegation.state,
        "panel": delegation.panel.slug if delegation.panel else None,
        "seats": {
            "by_lot": now.by_lot,
            "by_lot_taken": now.lot_taken,
            "open": now.open_seats,
            "open_taken": now.open_taken,
            "left": now.left,
        },
        "applicants": now.applicants,
        "scale_most": delegation.most,
        "rubric": [{"title": one.title, "weight": one.weight} for one in delegation.rubric.all()],
        "sittings": [
            {
                "number": one.number,
                "meeting": one.meeting.number,
                "state": one.state,
                "came": one.came if one.recorded_at else None,  # type: ignore[attr-defined]
                "of": one.of if one.recorded_at else None,  # type: ignore[attr-defined]
            }
            for one in sittings(delegation)
        ],
        "conflicts": conflicts(delegation) if done else None,
        "findings": [
            {
                "project": one.project.code,
                "verdict": one.verdict or None,
                "reason_code": one.reason_code or None,
                "words": one.words,
                "mark_thousandths": one.mark,
                "scored_by": one.scored,
            }
            for one in findings(delegation)
        ]
        if done
        else [],
    }


def findings(delegation: Delegation) -> Any:
    """What was published, project by project, with how many scored it (`scored`)."""
    rows = Finding.objects.filter(project__hearing__sitting__delegation=delegation)
    counted = rows.select_related("project").annotate(scored=Count("project__assessments"))
    return counted.order_by("project__code")
