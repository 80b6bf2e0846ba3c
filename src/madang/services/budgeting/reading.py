"""Reading proposals and projects of rounds. Lists start from what everybody, or this desk, may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, Count, Q, QuerySet, Value, When

from madang.commons.matters.enums import Disclosure
from madang.kernel import boundaries
from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.services.budgeting.models import Project, Proposal, Round

WHOLE = ("matter__responsible", "matter__rule", "matter__author", "pot", "project", "round__host")
WORKING = (Role.FACILITATOR, Role.TRIAGE, Role.OFFICER, Role.APPROVER)

LATEST = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of proposals is narrowed to; empty: all."""

    state: str = ""
    pot: str = ""
    kind: str = ""
    value: str = ""
    district: str = ""


def public_proposals(round_: Round) -> QuerySet[Proposal]:
    """Proposals that everybody may read, the newest first."""
    rows = round_.proposals.filter(matter__disclosure=Disclosure.PUBLIC)
    return rows.select_related(*WHOLE).order_by("-matter__filed_at", "-pk")


def districts(round_: Round) -> list[str]:
    """The districts that its pots and latest public proposals are about: around them the map of a new one opens."""
    held = boundaries.shapes()
    named = {pot.district for pot in round_.pots.all()}
    for one in public_proposals(round_)[:LATEST]:
        found = held.at(one.point) if held and one.point else None
        named.add(found.code if found else one.district)
    return sorted(named - {""})


def narrowed(rows: QuerySet[Proposal], filters: Filters) -> QuerySet[Proposal]:
    """Only those that fit every filter."""
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.pot:
        rows = rows.filter(pot__code=filters.pot)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.value:
        rows = rows.filter(values__value=int(filters.value))
    if filters.district:
        rows = rows.filter(district=filters.district)
    return rows


def by_state(rows: QuerySet[Proposal]) -> dict[str, int]:
    """How many proposals stand in each state."""
    counted = rows.order_by().values_list("state").annotate(many=Count("pk"))
    return dict(counted)


def projects(round_: Round) -> QuerySet[Project]:
    """Projects of a round with the number of proposals in each; those that go on first, in the order of their numbers."""
    gone = Case(When(state=Project.State.DROPPED, then=Value(1)), default=Value(0))
    rows = round_.projects.select_related("pot").prefetch_related("parts__office")
    return rows.annotate(proposals_many=Count("proposals")).order_by(gone, "code")


def desk_proposals(actor: Actor, round_: Round) -> QuerySet[Proposal]:
    """Those that one's office has to answer; all of them for the office that hosts the round."""
    offices = actor.offices(*WORKING)
    rows = round_.proposals.filter(Q(matter__responsible__in=offices) | Q(round__host__in=offices))
    return rows.select_related(*WHOLE).order_by("matter__due_at", "pk")


def desk_projects(actor: Actor, round_: Round) -> QuerySet[Project]:
    """Those in which one's office has a part; all of them for the office that hosts the round."""
    offices = actor.offices(*WORKING)
    mine = Q(parts__office__in=offices) | Q(round__host__in=offices)
    return round_.projects.filter(mine).select_related("pot", "round__host").order_by("code").distinct()
