"""How the funded projects of a round stand: read from the steps that were told, with a bounded number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef

from madang.commons.matters.models import Dispute, Effect
from madang.kernel import clock
from madang.kernel.models import Organisation
from madang.services.budgeting.domain.trail import ORDER
from madang.services.budgeting.models import Part, Pledge, Pot, Project, Proposal, Round, Stage, Touched
from madang.services.budgeting.models.stages import Kind


def is_reopened(standing: Iterable[Stage], effect: Effect | None) -> bool:
    """A result was told, and a dispute of it was upheld."""
    told = any(row.kind == Kind.RESULT for row in standing)
    return told and effect is not None and effect.state in ("promised", "under_way")


@dataclass(frozen=True)
class Line:
    """A funded project with its promise and the steps that stand; `told` has every row, corrected ones too."""

    project: Project
    lead: Organisation | None
    pledge: Pledge | None
    told: tuple[Stage, ...]
    disputed: bool

    @cached_property
    def standing(self) -> tuple[Stage, ...]:
        gone = {row.supersedes_id for row in self.told}
        return tuple(row for row in self.told if row.pk not in gone)

    @cached_property
    def last(self) -> dict[str, Stage]:
        """The latest step of each kind."""
        return {row.kind: row for row in self.standing}

    def amount(self, kind: str) -> int | None:
        """Won of a kind of step; of all payments together."""
        amounts = [row.amount for row in self.standing if row.kind == kind and row.amount is not None]
        return sum(amounts) if amounts else None

    @property
    def effect(self) -> Effect | None:
        return self.pledge.effect if self.pledge else None

    @cached_property
    def state(self) -> str:
        """`waiting` without a promise, `promised` without a step, `reopened` after a dispute, or the furthest step."""
        if "stopped" in self.last:
            return "stopped"
        if is_reopened(self.standing, self.effect):
            return "reopened"
        reached = [kind for kind in ORDER if kind in self.last]
        return reached[-1] if reached else "promised" if self.pledge else "waiting"

    @property
    def is_over(self) -> bool:
        """It has a result that stands and that nobody disputes, or was stopped."""
        return self.state == "stopped" or (self.state == "result" and not self.disputed)

    @cached_property
    def next(self) -> str:
        """The step that is promised next, or nothing."""
        if self.pledge is None or self.state in ("result", "stopped"):
            return ""
        if self.state == "reopened":
            return "result"
        place = ORDER.index(self.state) + 1 if self.state in ORDER else 0
        return next((kind for kind in ORDER[place:] if self.day(kind)), "")

    def day(self, kind: str) -> date | None:
        """The day promised for a step."""
        found: date | None = getattr(self.pledge, f"{kind}_on", None) if kind in ORDER else None
        return found

    def slip(self, kind: str) -> int | None:
        """Days between promise and step, negative where it was early. A step that is still missing has slipped until today
        once its day is over; before that, and for a project that was stopped, there is nothing to say."""
        day = self.day(kind)
        if day is None:
            return None
        if kind in self.last and not (kind == "result" and self.state == "reopened"):
            return (self.last[kind].on_date - day).days
        if self.state in ("stopped", "result"):
            return None
        late = (clock.today() - day).days
        return late if late > 0 else None

    @cached_property
    def slipped(self) -> int | None:
        """How it stands against its promise now: by the step that is due if it is late, else by the furthest one told."""
        due = self.slip(self.next) if self.next else None
        return due if due is not None else self.slip(self.state)

    @property
    def is_late(self) -> bool:
        return bool(self.next) and (self.slip(self.next) or 0) > 0


def lines(of: Round, *, code: str = "") -> list[Line]:
    """Funded projects in the order of their codes: five queries, however many there are."""
    found = of.projects.filter(state=Project.State.FUNDED).select_related("round__host", "pot")
    projects = list(found.filter(code=code) if code else found)
    disputes = Dispute.objects.filter(effect=OuterRef("effect"), state__in=("open", "replied"))
    pledges = {
        row.project_id: row
        for row in Pledge.objects.filter(project__in=projects)
        .select_related("effect__matter", "effect__owner")
        .annotate(is_disputed=Exists(disputes))
    }
    told: dict[int, list[Stage]] = {}
    for row in Stage.objects.filter(project__in=projects).prefetch_related("files"):
        told.setdefault(row.project_id, []).append(row)
    leading = Part.objects.filter(project__in=projects, leads=True).select_related("office")
    leads = {part.project_id: part.office for part in leading}
    return [
        Line(
            one,
            leads.get(one.pk),
            pledges.get(one.pk),
            tuple(told.get(one.pk, ())),
            bool(one.pk in pledges and pledges[one.pk].is_disputed),
        )
        for one in projects
    ]


def worked_on_by(offices: Sequence[int], of: Round) -> frozenset[int]:
    """Keys of the projects in which one of these offices has a part."""
    rows = Part.objects.filter(project__round=of, office__in=offices)
    return frozenset(rows.values_list("project", flat=True))


@dataclass(frozen=True, slots=True)
class Money:
    """Won of several projects at each step. `decided` is what residents funded."""

    projects: int
    decided: int
    proposed: int
    enacted: int
    contracted: int
    executed: int
    over: int
    stopped: int
    disputed: int
    late: int


def money(found: Sequence[Line]) -> Money:
    """The sums of these projects; a step that was not told adds nothing."""
    sums = {
        kind: sum(line.amount(kind) or 0 for line in found)
        for kind in ("proposed", "enacted", "contracted", "executed")
    }
    return Money(
        projects=len(found),
        decided=sum(line.project.cost or 0 for line in found),
        over=sum(line.is_over for line in found),
        stopped=sum(line.state == "stopped" for line in found),
        disputed=sum(line.disputed for line in found),
        late=sum(line.is_late for line in found),
        **sums,
    )


def by_pot(found: Sequence[Line], pots: Iterable[Pot]) -> list[tuple[Pot, Money]]:
    return [(pot, money([line for line in found if line.project.pot_id == pot.pk])) for pot in pots]


def by_value(found: Sequence[Line]) -> list[tuple[int, Money]]:
    """Social values that proposals of funded projects serve, with the money of those projects. One query.

    A project counts with every value of its proposals, so these sums overlap.
    """
    served: dict[int, set[int]] = {}
    rows = Touched.objects.filter(
        proposal__state=Proposal.State.JOINED, proposal__project__in=[line.project.pk for line in found]
    )
    for value, project in rows.values_list("value", "proposal__project").distinct():
        served.setdefault(value, set()).add(project)
    return [
        (value, money([line for line in found if line.project.pk in served[value]]))
        for value in sorted(served)
    ]
