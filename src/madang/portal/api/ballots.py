"""Votes about public money: how many take part, never for what; and casting one's own ballot."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Field, Router, Schema

from madang.kernel.web import limits
from madang.portal.api import asked
from madang.portal.api.access import needs, somebody
from madang.portal.api.problems import FieldError, ProblemError
from madang.services.budgeting import api as budgeting

router = Router(tags=["rounds"])


class Turnout(Schema):
    round: str
    is_open: bool = Field(description=_("Whether ballots are taken at this moment."))
    votes_from: datetime
    votes_until: datetime
    ballots: dict[str, int] = Field(description=_("By the code of the pot; counted every few seconds."))


class BallotIn(asked.Body):
    choices: list[str] | dict[str, int] = Field(
        description=_(
            "Codes of projects, in order of preference where the ballot is a ranking; where points are given, how many by code."
        )
    )


class BallotCast(Schema):
    code: str = Field(description=_("The receipt code. It is told this once."))
    seal: str = Field(description=_("Stands in the published table of seals after closing."))
    is_change: bool = Field(description=_("Whether it replaced an earlier ballot of hers."))


@router.get(
    "/rounds/{slug}/turnout",
    response=Turnout,
    summary=_("How many have voted about the money of a round"),
    operation_id="getTurnout",
)
def get_turnout(request: HttpRequest, slug: str) -> dict[str, Any]:
    return budgeting.turnout(slug)


@router.put(
    "/rounds/{slug}/ballots/{pot}",
    response=BallotCast,
    summary=_("Cast a ballot, in place of an earlier one"),
    description=_(
        "Only the newest ballot counts, and only its receipt finds it. Nobody can see from a receipt what was chosen."
    ),
    operation_id="castBallot",
    openapi_extra=needs("ballots:write"),
)
def cast_ballot(request: HttpRequest, slug: str, pot: str, payload: BallotIn) -> dict[str, Any]:
    actor = somebody(request, "ballots:write")
    limits.spend(request, budgeting.CAST)
    try:
        return budgeting.cast(actor=actor, slug=slug, pot=pot, choices=payload.choices)
    except budgeting.PaperError as error:
        raise ProblemError(
            422,
            error.code,
            str(error),
            errors=[FieldError("choices", words) for words in budgeting.in_words(slug, pot, error)],
        ) from error
