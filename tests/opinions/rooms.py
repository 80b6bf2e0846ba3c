"""Conversations for tests, made through the front door."""

from __future__ import annotations

import random

from madang.commons.opinions import pseudonyms
from madang.commons.opinions.domain import conversations, counting, voting
from madang.commons.opinions.models import Conversation, Statement
from madang.kernel import actors
from madang.kernel.levels import Level
from madang.kernel.models import Organisation, Role, User
from tests import factories

SEEDS = [
    f"강변 길에 {what} 더 있어야 한다"
    for what in ["조명이", "의자가", "나무가", "화장실이", "거울이", "표지가", "다리가", "그늘이"]
]


def host() -> Organisation:
    return factories.OrganisationFactory(code="host")


def facilitator() -> User:
    known = User.objects.filter(email="facilitator@example.org").first()
    return known or factories.official(Role.MODERATOR, host(), email="facilitator@example.org")


def room(*, level: str = Level.ANONYMOUS, seeds: list[str] | None = None, **more: object) -> Conversation:
    """An open conversation with eight statements."""
    actor = factories.actor(facilitator())
    made = conversations.create(
        actor=actor,
        host=host(),
        question=conversations.Question("강변 길을 어떻게 할까요?", "What about the path?"),
        vote_level=level,
        seeds=SEEDS if seeds is None else seeds,
        **more,  # type: ignore[arg-type]
    )
    return conversations.open_(actor=actor, conversation=made)


def say(conversation: Conversation, who: str, number: int, answer: int) -> bool:
    """An answer of somebody without an account who holds this key."""
    return voting.cast(
        actor=actors.person(None),
        conversation=conversation,
        participant=pseudonyms.of_key(conversation, who),
        number=number,
        answer=answer,
    )


def crowd(conversation: Conversation, people: int = 40, *, seed: int = 7) -> None:
    """Two camps of people who answer everything; counted and drawn."""
    dice = random.Random(seed)
    numbers = list(Statement.objects.filter(conversation=conversation).values_list("number", flat=True))
    for person in range(people):
        camp = person % 2
        for number in numbers:
            if number == 0:
                answer = 1  # everybody agrees with the first
            else:
                answer = (1 if number % 2 == camp else -1) if dice.random() < 0.9 else 0
            say(conversation, f"crowd-{person}", number, answer)
    counting.settle(conversation.pk)
    counting.test(conversation.pk)
    conversation.refresh_from_db()
