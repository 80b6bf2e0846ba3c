"""Rounds of a participatory budget to read: their money and dates, what was proposed, what offices made of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Field, Router, Schema

from madang.services.budgeting import rounds_api as budgeting

router = Router(tags=["rounds"])


class BudgetPot(Schema):
    code: str
    title: str
    amount: int = Field(description=_("Won."))
    district: str = Field(description=_("Administrative code; empty for the whole city."))


class BudgetRound(Schema):
    slug: str
    title: str
    year: int = Field(description=_("The year in whose budget the money stands."))
    state: str
    host: str
    intake_from: datetime
    intake_until: datetime = Field(description=_("The first moment at which it is over."))
    votes_from: datetime
    votes_until: datetime = Field(description=_("The first moment at which it is over."))
    results_on: date
    is_demo: bool


class BudgetRounds(Schema):
    items: list[BudgetRound]


class BudgetRoundWhole(BudgetRound):
    about: str
    ballot: str = Field(description=_("approval, knapsack, points or ranking."))
    method: str = Field(description=_("Rule, utility and completion, such as equal-shares.cost.add1."))
    pots: list[BudgetPot]


class BudgetProposal(Schema):
    number: str
    title: str
    kind: str = Field(description=_("project or saving."))
    pot: str
    state: str
    reason_code: str | None = Field(description=_("Why it is not taken further; null otherwise."))
    project: str | None = Field(description=_("The project it is part of."))
    amount: int | None = Field(description=_("Won, as its author thinks."))
    values: list[int] = Field(description=_("Social values of the plan, 1 to 13."))
    district: str
    place: str
    latitude: float | None = Field(
        description=_("Degrees; of the place it is about, where its author set a point.")
    )
    longitude: float | None
    filed_at: datetime
    office: str
    url: str


class BudgetProposals(Schema):
    items: list[BudgetProposal]


class BudgetProject(Schema):
    code: str
    title: str
    pot: str
    state: str
    reason_code: str | None = Field(description=_("Why it is not taken further; null otherwise."))
    cost: int | None = Field(description=_("Won; of the latest estimate."))
    low: int | None
    high: int | None
    offices: list[str] = Field(description=_("The one that leads comes first."))
    proposals: list[str]
    url: str


class BudgetProjects(Schema):
    items: list[BudgetProject]


class DelegationSeats(Schema):
    by_lot: int = Field(description=_("Seats that are drawn."))
    by_lot_taken: int
    open: int = Field(description=_("Seats one applies for."))
    open_taken: int
    left: int = Field(description=_("Delegates who have left."))


class DelegationCriterion(Schema):
    title: str
    weight: int = Field(description=_("Percent; all together 100."))


class DelegationSitting(Schema):
    number: int
    meeting: str = Field(description=_("Its number in the hall."))
    state: str = Field(description=_("planned, open or closed."))
    came: int | None = Field(description=_("Null until it was noted."))
    of: int | None


class DelegationFinding(Schema):
    project: str
    verdict: str | None = Field(description=_("recommend, change or against; null where nobody scored it."))
    reason_code: str | None
    words: str
    mark_thousandths: int | None = Field(description=_("Mean of the marks in thousandths of a point."))
    scored_by: int


class BudgetDelegation(Schema):
    round: str
    state: str = Field(description=_("forming or published."))
    panel: str | None = Field(description=_("The panel from which the lot comes."))
    seats: DelegationSeats
    applicants: int
    scale_most: int = Field(description=_("Points go from 0 to this."))
    rubric: list[DelegationCriterion]
    sittings: list[DelegationSitting]
    conflicts: int | None = Field(description=_("Of all delegates together; null before it is published."))
    findings: list[DelegationFinding] = Field(description=_("Empty before it is published."))
    points_csv: str | None = Field(description=_("Every delegate's points by number."))


@router.get(
    "/rounds",
    response=BudgetRounds,
    summary=_("Rounds of a participatory budget, the latest first"),
    operation_id="listRounds",
)
def list_rounds(request: HttpRequest) -> dict[str, Any]:
    return {"items": budgeting.rounds()}


@router.get(
    "/rounds/{slug}",
    response=BudgetRoundWhole,
    summary=_("One round with its money, dates and rule"),
    operation_id="getRound",
)
def get_round(request: HttpRequest, slug: str) -> dict[str, Any]:
    return budgeting.round_of(slug)


@router.get(
    "/rounds/{slug}/proposals",
    response=BudgetProposals,
    summary=_("What was proposed in a round, and what became of it"),
    operation_id="listProposals",
)
def list_proposals(request: HttpRequest, slug: str) -> dict[str, Any]:
    return {"items": budgeting.proposals(slug)}


@router.get(
    "/rounds/{slug}/projects",
    response=BudgetProjects,
    summary=_("Projects of a round with what they would cost"),
    operation_id="listProjects",
)
def list_projects(request: HttpRequest, slug: str) -> dict[str, Any]:
    return {"items": budgeting.projects(slug)}


@router.get(
    "/rounds/{slug}/delegation",
    response=BudgetDelegation,
    summary=_("The delegation of a round: seats, sessions, and what it found"),
    operation_id="getDelegation",
)
def get_delegation(request: HttpRequest, slug: str) -> dict[str, Any]:
    return budgeting.delegation(slug)
