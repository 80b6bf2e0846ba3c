"""Polls: what is asked, how many answered, and handing in. What single people answered is told by no operation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Field, Router, Schema, Status

from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.portal import services
from madang.portal.api import asked
from madang.portal.api.access import caller, perhaps
from madang.portal.api.problems import FieldError, ProblemError
from madang.portal.api.schemas import Bilingual

router = Router(tags=["polls"])


class Poll(Schema):
    code: str
    about: str | None = Field(description=_("Reference of what it hangs on; null when it stands alone."))
    title: Bilingual
    intro: Bilingual
    consent: Bilingual
    host: str
    state: str = Field(description=_("open, closed, published or called_off."))
    is_open: bool = Field(description=_("Whether it can be answered at this moment."))
    level: str = Field(description=_("Who answers: anonymous, contact or resident."))
    once: bool
    channels: list[str]
    opens_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    responses: int
    by_channel: dict[str, int]
    responses_sha256: str | None = Field(
        description=_("Digest of all answers, as it stands in the public log.")
    )
    is_archive: bool
    source: str | None


class Polls(Schema):
    items: list[Poll]


class Option(Schema):
    code: str
    ko: str
    en: str


class Question(Schema):
    number: int
    kind: str = Field(description=_("text, choice, choices, scale, ranking, matrix or file."))
    ko: str
    en: str
    required: bool
    headline: bool
    trait: bool = Field(description=_("About the person: optional, kept apart."))
    options: list[Option]
    rows: list[Option]
    limits: dict[str, int]
    condition: dict[str, Any] = Field(
        description=_("Asked only when another question was answered so; empty: always.")
    )


class PollWithQuestions(Poll):
    questions: list[Question]


class ResponseIn(asked.Body):
    replies: dict[str, Any] = Field(
        description=_(
            "By the number of the question: a text, a code, a list of codes, for a matrix an object of line and option."
        )
    )
    consent: bool = Field(description=_("That the person agrees to the consent text of the poll."))
    may_quote: bool = False
    code: asked.Line = Field(
        "",
        max_length=40,
        description=_("Receipt code of an answer that this one replaces; empty for a new one."),
    )


class HandedIn(Schema):
    poll: str
    number: str
    code: str = Field(description=_("The receipt code. It is told this once."))
    is_change: bool
    receipt: str = Field(description=_("The signed receipt file."))


def _polls() -> Any:
    found = services.front_door("polls")
    if found is None:
        raise RefusedError(gettext_lazy("There are no polls here."), "polls.off", status=404)
    return found


def _found(code: str) -> Any:
    poll = _polls().by_code(code)
    if poll is None:
        raise RefusedError(
            gettext_lazy("There is no public poll with this code."), "polls.unknown", status=404
        )
    return poll


@router.get("/polls", response=Polls, summary=_("Polls, the open ones first"), operation_id="listPolls")
def list_polls(request: HttpRequest) -> dict[str, Any]:
    return {"items": _polls().listed()}


@router.get(
    "/polls/{code}",
    response=PollWithQuestions,
    summary=_("One poll with its questions"),
    operation_id="getPoll",
)
def get_poll(request: HttpRequest, code: str) -> dict[str, Any]:
    poll = _found(code)
    return _polls().plain(poll) | {"questions": _polls().questions_of(poll)}


@router.post(
    "/polls/{code}/responses",
    response={201: HandedIn},
    summary=_("Hand in an answer"),
    description=_(
        "Without an account where the poll allows it. Who answered is kept by nobody; the receipt code, sent once, is the"
        " only way back to the answer. With the code of an earlier answer, that one is replaced."
    ),
    operation_id="handInResponse",
    openapi_extra=perhaps("answers:write"),
)
def hand_in_response(request: HttpRequest, code: str, payload: ResponseIn) -> Status[dict[str, Any]]:
    polls, poll = _polls(), _found(code)
    actor = caller(request, "answers:write")
    limits.spend(request, polls.ANSWER if actor.is_signed_in else polls.ANSWER_WITHOUT_ACCOUNT)
    try:
        done = polls.hand_in(
            actor=actor,
            poll=poll,
            replies=payload.replies,
            has_consented=payload.consent,
            may_quote=payload.may_quote,
            code=payload.code,
        )
    except polls.RepliesError as error:
        raise ProblemError(
            422,
            error.code,
            str(error),
            errors=[FieldError(f"replies.{number}", words) for number, words in polls.in_words(poll, error)],
        ) from error
    return Status(201, done)
