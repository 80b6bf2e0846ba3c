"""Planning groups to read: who picks topics, every vote with its reason, what was decided and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Router

from madang.portal.api.schemas import Bilingual
from madang.portal.api.shapes import shape
from madang.services.square import api as square
from madang.services.square import dto

router = Router(tags=["planning"])

WORDS = {dto.Bilingual: Bilingual}
Terms = shape(
    dto.PlanningTermsRow,
    "PlanningTerms",
    says={"quorum": _("Percent of those entitled who have to vote.")},
)
Member = shape(dto.MemberRow, "PlanningMember", parts=WORDS)
Vote = shape(
    dto.PlanningVoteRow,
    "PlanningVote",
    says={
        "choice": _("for, against or recused."),
        "reason": _("Empty when moderation took it down."),
        "by_rule": _("Out of the vote: an author of the idea, or put out by a challenge."),
    },
)
Challenge = shape(
    dto.ChallengeRow,
    "PlanningChallenge",
    says={
        "claim": _("undeclared, or unfounded: the conflict that she declared is none."),
        "why": _("Empty when moderation took it down."),
        "state": _("open, granted or rejected."),
    },
)
Seat = shape(
    dto.PlanningSeatRow,
    "PlanningSeat",
    parts={**WORDS, dto.PlanningVoteRow: Vote, dto.ChallengeRow: Challenge},
    says={"word": _("What counts: for, against, recused, silent or left; empty while open.")},
)
ABOUT = {
    "idea": _("Number of the idea or topic."),
    "state": _("open, counted, picked, passed, undecided, withdrawn or ended."),
    "why": _("Empty when moderation took it down."),
    "needed": _("Votes without which nothing is decided."),
}
Candidate = shape(dto.CandidateRow, "Candidate", says=ABOUT)
CandidateWhole = shape(dto.CandidateWhole, "CandidateWhole", parts={dto.PlanningSeatRow: Seat}, says=ABOUT)
Group = shape(
    dto.PlanningRow,
    "PlanningGroup",
    parts={dto.MemberRow: Member, dto.PlanningTermsRow: Terms, dto.CandidateRow: Candidate},
)


@router.get(
    "/planning/{space}",
    response=Group,
    summary=_("The planning group of a space and its candidates, the latest first"),
    operation_id="getPlanningGroup",
)
def get_planning_group(request: HttpRequest, space: str) -> dict[str, Any]:
    return asdict(square.planning(space))


@router.get(
    "/planning/{space}/{candidate}",
    response=CandidateWhole,
    summary=_("One candidate with every vote and its reason"),
    operation_id="getCandidate",
)
def get_candidate(request: HttpRequest, space: str, candidate: int) -> dict[str, Any]:
    return asdict(square.candidate(space, candidate))
