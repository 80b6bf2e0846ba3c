"""Planning groups to read: who picks topics, every vote with its reason, what was decided and why."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Field, Router, Schema

from madang.kernel.errors import RefusedError
from madang.portal import services
from madang.portal.api.schemas import Bilingual

router = Router(tags=["planning"])


class PlanningTerms(Schema):
    vote_days: int
    decide_days: int
    forum_days: int
    quorum: int = Field(description=_("Percent of those entitled who have to vote."))
    again_days: int
    each: int


class PlanningMember(Schema):
    name: str
    title: Bilingual
    since: datetime


class PlanningVote(Schema):
    at: datetime
    choice: str = Field(description=_("for, against or recused."))
    reason: str
    by_rule: bool = Field(description=_("Out of the vote because she is an author of the idea."))


class PlanningSeat(Schema):
    name: str
    title: Bilingual
    word: str = Field(description=_("What counts: for, against, recused, silent or left; empty while open."))
    votes: list[PlanningVote]


class Candidate(Schema):
    reference: str
    number: int
    space: str
    idea: str = Field(description=_("Number of the idea or topic."))
    title: str
    state: str = Field(description=_("open, counted, picked, passed, undecided, withdrawn or ended."))
    proposed_by: str
    proposed_at: datetime
    why: str
    hidden_reason: str
    due_at: datetime
    in_favour: int
    against: int
    recused: int
    silent: int
    left: int
    needed: int = Field(description=_("Votes without which nothing is decided."))
    decided_at: datetime | None
    decision: str


class CandidateWhole(Candidate):
    seats: list[PlanningSeat]


class PlanningGroup(Schema):
    space: str
    members: list[PlanningMember]
    terms: PlanningTerms
    candidates: list[Candidate]


def _square() -> Any:
    square = services.front_door("square")
    if square is None:
        raise RefusedError(gettext_lazy("There is no such space."), "space.unknown", status=404)
    return square


@router.get(
    "/planning/{space}",
    response=PlanningGroup,
    summary=_("The planning group of a space and its candidates, the latest first"),
    operation_id="getPlanningGroup",
)
def get_planning_group(request: HttpRequest, space: str) -> dict[str, Any]:
    return asdict(_square().planning(space))


@router.get(
    "/planning/{space}/{candidate}",
    response=CandidateWhole,
    summary=_("One candidate with every vote and its reason"),
    operation_id="getCandidate",
)
def get_candidate(request: HttpRequest, space: str, candidate: int) -> dict[str, Any]:
    return asdict(_square().candidate(space, candidate))
