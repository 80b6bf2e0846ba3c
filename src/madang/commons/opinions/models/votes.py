from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q

from madang.commons.opinions.models.conversations import Conversation
from madang.commons.opinions.models.statements import Statement


def any_key() -> int:
    """A random key: the keys of votes do not tell in which order they came."""
    return secrets.randbits(62)


class Vote(models.Model):
    """One answer of one pseudonym to one statement. Never changed: a later `turn` counts instead of an earlier one.

    It keeps no moment, no address, no session and no person. `participant` is made from the person and the
    conversation's secret (`pseudonyms`); no other table holds it.
    """

    id = models.BigIntegerField(primary_key=True, default=any_key, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="votes", db_index=False)
    # The unique key begins with the statement.
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="votes", db_index=False)
    participant = models.CharField(max_length=32)
    turn = models.PositiveSmallIntegerField(default=1)
    value = models.SmallIntegerField()
    is_new = models.BooleanField(default=True, help_text="The tables do not know it yet.")
    is_leaving = models.BooleanField(
        default=False, help_text="Taken back; erased with the next step, in which the tables lose it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "participant", "turn"], name="vote_turn_once"),
            models.CheckConstraint(condition=Q(value__in=[-1, 0, 1]), name="vote_is_an_answer"),
            # What was not counted is erased at once when it is taken back.
            models.CheckConstraint(
                condition=Q(is_new=False) | Q(is_leaving=False), name="vote_leaves_if_counted"
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "participant"], name="vote_of_participant"),
            models.Index(fields=["conversation", "participant"], name="vote_waits", condition=Q(is_new=True)),
            models.Index(
                fields=["conversation", "participant"], name="vote_leaves", condition=Q(is_leaving=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value:+d} on {self.statement_id}"
