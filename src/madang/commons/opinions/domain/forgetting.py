"""A person takes her answers out of every conversation that is open. In a closed one nobody can tell which they were."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from madang.commons.opinions import pseudonyms
from madang.commons.opinions.domain import counting
from madang.commons.opinions.enums import ConversationState
from madang.commons.opinions.models import Conversation, Statement
from madang.kernel.actors import Actor
from madang.kernel.models import User


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many answers went, and how many statements stay without a name."""

    answers: int
    statements: int


@transaction.atomic
def withdraw(*, actor: Actor, conversation: Conversation, participant: str) -> int:
    """Take all answers of one pseudonym out of an open conversation. Nothing is written about who did it.

    She has none from now on; the published figures lose them with the next step (`counting.take_out`).
    """
    Conversation.objects.select_for_update().get(pk=conversation.pk, state=ConversationState.OPEN)
    return counting.take_out(conversation.pk, participant)


@transaction.atomic
def forget(*, actor: Actor, user: User) -> Forgotten:
    """Erase a person's answers where they can still be told, and her name from her statements.

    What is published of her waits for the next step without her pseudonym: nobody can link it to her any more.
    """
    answers = 0
    open_ones = Conversation.objects.filter(state=ConversationState.OPEN).order_by("pk").select_for_update()
    for conversation in open_ones:
        answers += counting.take_out(conversation.pk, pseudonyms.of_person(conversation, user), for_good=True)
    statements = Statement.objects.filter(author=user).update(author=None)
    return Forgotten(answers, statements)
