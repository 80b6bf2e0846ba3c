"""Conversations with their opinion maps: reading, which tells of no single person, and answering."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Field, Router, Schema

from madang.commons.opinions import api as opinions
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.portal.api import asked
from madang.portal.api.access import needs, somebody
from madang.portal.api.schemas import Bilingual

router = Router(tags=["opinions"])
MOST = 200


class Conversation(Schema):
    code: str
    about: str | None = Field(description=_("Reference of what it hangs on; null when it stands alone."))
    question: Bilingual
    host: str
    state: str = Field(description=_("open or closed."))
    vote_level: str = Field(description=_("Who answers: anonymous, contact or resident."))
    write_level: str
    opened_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    is_archive: bool
    source: str | None
    people: int = Field(
        description=_("While it is open, moves by at least five people at once, as all counts.")
    )
    answers: int
    votes_sha256: str | None = Field(description=_("Digest of votes.csv, as it stands in the public log."))


class Conversations(Schema):
    items: list[Conversation]


class Counts(Schema):
    agree: int
    # A field of this name cannot be written down as one.
    pass_: int = Field(alias="pass")
    disagree: int


class Statement(Schema):
    number: int = Field(description=_("From 0, as in the files; pages count from 1."))
    text: str
    language: str
    is_seed: bool
    counts: Counts | None = Field(
        description=_(
            "Null while fewer than five have answered. Moves by the answers of at least five people."
        )
    )


class Statements(Schema):
    items: list[Statement]


class AnswerIn(asked.Body):
    answer: Literal["agree", "disagree", "pass"] = Field(
        description=_("Not to answer is another thing than pass.")
    )


class Answered(Schema):
    code: str
    number: int
    answer: str
    changed: bool = Field(description=_("False when this was the answer already."))


class Says(Schema):
    statement: int
    answer: str
    share: float
    elsewhere: float


class Group(Schema):
    letter: str
    size: int
    says: list[Says]
    counts: dict[str, Counts | None]


class Map(Schema):
    placed: int = Field(description=_("People who have answered enough to have a place."))
    verdict: str = Field(description=_("How far the groups can be trusted: stable, fragile or no_groups."))
    agreement: float | None
    groups: list[Group]
    unites: list[int]
    divides: list[int]


class Results(Schema):
    code: str
    people: int
    map: Map | None = Field(description=_("Null while fewer people than map_from have a place."))
    map_from: int


def _found(code: str) -> Any:
    found = opinions.by_code(code)
    if found is None:
        raise RefusedError(
            gettext_lazy("There is no public conversation with this code."), "opinions.unknown", status=404
        )
    return found


@router.get(
    "/opinions",
    response=Conversations,
    summary=_("Conversations, the open ones first"),
    operation_id="listConversations",
)
def list_conversations(request: HttpRequest) -> dict[str, Any]:
    return {"items": [opinions.plain(row) for row in opinions.listed()[:MOST]]}


@router.get(
    "/opinions/{code}", response=Conversation, summary=_("One conversation"), operation_id="getConversation"
)
def get_conversation(request: HttpRequest, code: str) -> dict[str, Any]:
    return opinions.plain(_found(code))


@router.get(
    "/opinions/{code}/statements",
    response=Statements,
    by_alias=True,
    summary=_("Its statements with counts"),
    operation_id="listStatements",
)
def list_statements(request: HttpRequest, code: str) -> dict[str, Any]:
    return {"items": opinions.statements_of(_found(code))}


@router.get(
    "/opinions/{code}/results",
    response=Results,
    by_alias=True,
    summary=_("Groups, what unites and what divides, and how far to trust it"),
    operation_id="getOpinionResults",
)
def get_opinion_results(request: HttpRequest, code: str) -> dict[str, Any]:
    return opinions.results(_found(code))


@router.put(
    "/opinions/{code}/statements/{statement}/answer",
    response=Answered,
    summary=_("Answer a statement"),
    description=_(
        "Takes an account, also where the page does not: each person counts once. A later answer counts instead of an"
        " earlier one. What you answered is kept under a pseudonym; no operation tells it."
    ),
    operation_id="answerStatement",
    openapi_extra=needs("answers:write"),
)
def answer_statement(request: HttpRequest, code: str, statement: int, payload: AnswerIn) -> dict[str, Any]:
    limits.spend(request, opinions.VOTE)
    actor, conversation = somebody(request, "answers:write"), _found(code)
    if not 0 <= statement < 1_000_000_000:
        raise RefusedError(
            gettext_lazy("There is no such statement in this conversation."),
            "opinions.statement_unknown",
            status=404,
        )
    changed = opinions.answer(actor=actor, conversation=conversation, number=statement, said=payload.answer)
    return {"code": conversation.code, "number": statement, "answer": payload.answer, "changed": changed}
