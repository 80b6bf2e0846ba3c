"""A conversation begins and ends."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.opinions import pseudonyms
from madang.commons.opinions.domain import counting, statements
from madang.commons.opinions.events import ConversationChanged
from madang.commons.opinions.export import record_of
from madang.commons.opinions.models import Board, Conversation
from madang.kernel import actors, clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.ids import CROCKFORD
from madang.kernel.levels import Level
from madang.kernel.models import Organisation

SIZE = 6


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in both languages."""

    ko: str
    en: str
    intro_ko: str = ""
    intro_en: str = ""


def _new_code() -> str:
    return "".join(secrets.choice(CROCKFORD) for _ in range(SIZE))


@transaction.atomic
def create(
    *,
    actor: Actor,
    host: Organisation,
    question: Question,
    about: str = "",
    vote_level: str = Level.CONTACT,
    write_level: str = Level.CONTACT,
    closes_at: datetime | None = None,
    seeds: Iterable[str] = (),
) -> Conversation:
    """Prepare a conversation; nobody but its facilitators sees it before it is opened.

    Args:
        about: reference of what it hangs on (`space:haedam`, `matter:ID-…`); empty for one that stands alone.
        seeds: statements that are there from the start.

    Raises:
        RefusedError: no mandate at the hosting office, no question, or an end that has passed.
    """
    policy.require("opinions.conversation.create", actor, host)
    if not question.ko.strip() or not question.en.strip():
        raise RefusedError(_("Write the question in both languages."), "opinions.question", status=422)
    _in_future(closes_at)
    conversation = Conversation.objects.create(
        code=_new_code(),
        about=about,
        host=host,
        question_ko=question.ko,
        question_en=question.en,
        intro_ko=question.intro_ko,
        intro_en=question.intro_en,
        vote_level=vote_level,
        write_level=write_level,
        created_at=clock.now(),
        closes_at=closes_at,
        secret=pseudonyms.new_secret(),
    )
    Board.objects.create(conversation=conversation)
    audit.record(
        actor=actor,
        action="opinions.conversation.create",
        target=conversation.reference,
        after=conversation.state,
        organisation=host,
        is_public=False,
    )
    statements.seed(actor=actor, conversation=conversation, texts=seeds)
    return conversation


def _in_future(closes_at: datetime | None) -> None:
    if closes_at is not None and closes_at <= clock.now():
        raise RefusedError(_("The end has to lie in the future."), "opinions.end", status=422)


@transaction.atomic
def open_(*, actor: Actor, conversation: Conversation) -> Conversation:
    """Let people in. The question, and who may take part, stay as they are from now on.

    Raises:
        RefusedError: no mandate, no statement to begin with, or it is open already.
    """
    if not statements.shown(conversation).exists():
        raise RefusedError(
            _("Write at least one statement first: there has to be something to answer."),
            "opinions.empty",
            status=422,
        )
    _in_future(conversation.closes_at)
    fresh = move(
        conversation,
        "open",
        actor=actor,
        organisation=conversation.host,
        changes={"opened_at": clock.now()},
    )
    publish(ConversationChanged(fresh.pk, fresh.about, fresh.state))
    return fresh


@transaction.atomic
def close(*, actor: Actor, conversation: Conversation) -> Conversation:
    """End it: count what is left, put the totals on record, and destroy what links people to their answers.

    The record in the public log holds the digest of the votes as they are exported, so that anyone can check that what
    is published is what was counted. The row is locked first: a vote that is being written is either counted here or
    refused. The last step is as large as those before it, or what fewer people changed is left out: see
    `counting.finish`.
    """
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    left_out = counting.finish(locked.pk)
    counting.test(locked.pk)
    record = record_of(locked) | {"left_out": left_out}
    fresh = move(
        locked,
        "close",
        actor=actor,
        organisation=locked.host,
        payload=record,
        changes={"secret": "", "closed_at": clock.now(), "digest": record["votes_sha256"]},
    )
    publish(ConversationChanged(fresh.pk, fresh.about, fresh.state))
    return fresh


def close_ended() -> int:
    """Close what has reached its end; returns how many."""
    ended = Conversation.objects.filter(state="open", closes_at__lte=clock.now())
    done = 0
    for conversation in ended:
        close(actor=actors.system("opinions.close_ended"), conversation=conversation)
        done += 1
    return done
