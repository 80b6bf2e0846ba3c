"""The front door of opinions: a conversation hangs on any object by its reference.

Write: `create`, `open_`, `close` (facilitators), `answer` (a person), `forget` (a person who leaves). Read: `card` for an object's page,
`own_data` for a person's copy, plain values for programs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.commons.opinions import pseudonyms, queries, reading
from madang.commons.opinions.domain import statements, voting
from madang.commons.opinions.domain.conversations import Question, close, create, open_
from madang.commons.opinions.domain.forgetting import Forgotten, forget
from madang.commons.opinions.enums import ANSWERS, ConversationState
from madang.commons.opinions.limits import VOTE
from madang.commons.opinions.live import read_code
from madang.commons.opinions.models import Conversation, Statement
from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import User

__all__ = [
    "VOTE",
    "Card",
    "Forgotten",
    "Question",
    "answer",
    "by_code",
    "card",
    "cards",
    "close",
    "create",
    "forget",
    "listed",
    "open_",
    "own_data",
    "plain",
    "results",
    "statements_of",
    "things",
    "written",
]

listed = queries.listed
plain = reading.conversation
results = reading.results


@dataclass(frozen=True, slots=True)
class Card:
    """A conversation as it is announced on the page of what it hangs on."""

    code: str
    question: str
    url: str
    map_url: str
    is_open: bool
    people: int
    answers: int


def card(reference: str) -> Card | None:
    """The conversation that hangs on a thing, the open one first; one query, None without one."""
    row = queries.about(reference).first()
    return _card(row) if row is not None else None


def cards(references: Collection[str], *, most: int = 20) -> list[Card]:
    """The conversations that hang on these things, the open ones first; one query."""
    rows = queries.public().filter(about__in=references).select_related("host", "board")
    return [_card(row) for row in rows.order_by("-state", "-opened_at")[:most]]


def things(among: Collection[str] | None = None) -> frozenset[str]:
    """References on which a public conversation hangs; all, or those among these."""
    rows = queries.public().exclude(about="")
    seen = rows if among is None else rows.filter(about__in=among)
    return frozenset(seen.order_by().values_list("about", flat=True).distinct())


def _card(row: Conversation) -> Card:
    return Card(
        code=row.code,
        question=row.question,
        url=reverse("opinion", args=[row.code]),
        map_url=reverse("opinion_map", args=[row.code]),
        is_open=row.is_open,
        people=row.board.people,
        answers=row.board.votes,
    )


def by_code(typed: str) -> Conversation | None:
    """A public conversation by its code as somebody typed it."""
    written_form = read_code(typed)
    rows = queries.public().select_related("host", "board")
    return rows.filter(code=written_form).first() if written_form else None


def answer(*, actor: Actor, conversation: Conversation, number: int, said: str) -> bool:
    """Say `agree`, `disagree` or `pass` to a statement, as somebody with an account; whether anything changed.

    The same rights and the same pseudonym as on the page, so an answer given there is superseded here. Where answering
    needs no account there is still one needed here: without it only a browser tells one person from another.

    Raises:
        RefusedError: `sign_in`; not open; the statement is not shown (any more); changed too often.
    """
    policy.require("opinions.vote.cast", actor, conversation)
    if actor.user is None:
        raise RefusedError(_("Sign in first: each person counts once."), "sign_in")
    return voting.cast(
        actor=actor,
        conversation=conversation,
        participant=pseudonyms.of_person(conversation, actor.user),
        number=number,
        answer=ANSWERS[said],
    )


def statements_of(conversation: Conversation) -> list[dict[str, Any]]:
    """Its statements with counts, as plain values."""
    return [reading.statement(row, conversation.board.picture) for row in statements.shown(conversation)]


def written(user: User) -> QuerySet[Statement]:
    """A person's own statements, whatever became of them; the seeds of a facilitator are the office's."""
    return Statement.objects.filter(author=user, is_seed=False).select_related("conversation").order_by("pk")


def own_data(user_pk: int) -> dict[str, Any]:
    """What points to a person: her statements, and her answers in conversations that are open.

    In a closed one nobody can tell which answers were hers, so there is nothing to give.
    """
    user = User.objects.get(pk=user_pk)
    answered = {}
    for conversation in Conversation.objects.filter(state=ConversationState.OPEN).order_by("pk"):
        said = voting.answers_of(conversation, pseudonyms.of_person(conversation, user))
        if said:
            answered[conversation.code] = {
                str(number): reading.NAMES[value] for number, value in sorted(said.items())
            }
    return {
        "statements": [
            {
                "conversation": row.conversation.code,
                "number": row.number,
                "text": row.text,
                "state": row.state,
                "at": row.at.isoformat(),
            }
            for row in written(user)
        ],
        "answers": answered,
    }
