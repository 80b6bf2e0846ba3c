"""One answer is one row."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.opinions.enums import Answer, ConversationState, StatementState
from madang.commons.opinions.models import Conversation, Vote
from madang.commons.opinions.models.votes import any_key
from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError

TRIES = 8
TURNS = 200
"""So often may one person change her mind about one statement: more is a program."""


@transaction.atomic
def cast(*, actor: Actor, conversation: Conversation, participant: str, number: int, answer: int) -> bool:
    """Say yes, no or pass to a statement; an answer given before is superseded, not changed.

    Nothing about the actor is written: no audit row, no event, no session.

    Returns:
        Whether anything changed (the same answer again changes nothing).

    Raises:
        RefusedError: not open, may not take part, or the statement is not shown (any more).
    """
    policy.require("opinions.vote.cast", actor, conversation)
    if answer not in Answer.values:
        raise RefusedError(_("Choose agree, disagree or pass."), "opinions.answer", status=422)
    for _try in range(TRIES):
        statement, turn, value = _now(conversation, number, participant)
        if value == answer:
            return False
        if turn >= TURNS:
            raise RefusedError(
                _("You have changed this answer very often. It stays as it is now."),
                "opinions.turns",
                status=429,
            )
        # Two windows of one person at the same moment want the same turn: the second takes the next.
        if _insert(conversation, statement, participant, turn + 1, answer):
            return True
    raise RefusedError(_("Too much at once. Try again."), "opinions.busy", status=409)


_NOW = """
    SELECT c.state, s.id, v.turn, CASE WHEN v.is_leaving THEN NULL ELSE v.value END
    FROM opinions_conversation c
    LEFT JOIN opinions_statement s ON s.conversation_id = c.id AND s.number = %s AND s.state = 'shown'
    LEFT JOIN opinions_vote v ON v.statement_id = s.id AND v.participant = %s
    WHERE c.id = %s ORDER BY v.turn DESC LIMIT 1
"""
_ADD = """
    INSERT INTO opinions_vote (id, conversation_id, statement_id, participant, turn, value, is_new, is_leaving)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (statement_id, participant, turn) DO NOTHING
"""


def _now(conversation: Conversation, number: int, participant: str) -> tuple[int, int, int | None]:
    """Key of the statement, turn and value of the answer that she gives now (0 and None before the first; what she took
    back keeps its turn until it is erased, and is no answer).

    Holds the conversation's row against closing until this answer is written: it is then either counted or refused.
    Those who answer share the row and do not wait for each other.
    """
    share = " FOR SHARE OF c" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(_NOW + share, [number, participant, conversation.pk])
        row = cursor.fetchone()
    if row is None or row[0] != ConversationState.OPEN:
        raise RefusedError(_("This conversation is not open now."), "opinions.not_open", status=409)
    if row[1] is None:
        raise RefusedError(
            _("This statement is not shown any more. Your other answers count as before."),
            "opinions.statement_gone",
            status=409,
        )
    return row[1], row[2] or 0, row[3]


def _insert(conversation: Conversation, statement: int, participant: str, turn: int, value: int) -> bool:
    """One statement without a savepoint; False when the unique key stands against it."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [any_key(), conversation.pk, statement, participant, turn, value, True, False])
        return bool(cursor.rowcount == 1)


def answers_of(conversation: Conversation, participant: str) -> dict[int, int]:
    """What one pseudonym says now: number of the statement → answer. Statements that were taken down are left out."""
    rows = (
        Vote.objects.filter(
            conversation=conversation,
            participant=participant,
            is_leaving=False,
            statement__state=StatementState.SHOWN,
        )
        .order_by("turn")
        .values_list("statement__number", "value")
    )
    return dict(rows)
