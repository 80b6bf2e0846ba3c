from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from madang.commons.opinions import flows
from madang.commons.opinions.enums import ConversationState
from madang.kernel.fields import SealedField
from madang.kernel.flow import Flow
from madang.kernel.levels import Level
from madang.kernel.saying import in_english


class Conversation(models.Model):
    """One question that people answer by agreeing with, or rejecting, short statements. Hangs on any object.

    `secret` makes a person's pseudonym in this conversation. It is sealed, so that a copy of the database does not
    tell who voted what, and emptied at closing: from then on nobody can tell, however many keys she has.
    """

    flow: ClassVar[Flow] = flows.CONVERSATION

    code = models.CharField(max_length=8, unique=True, help_text="In the address; six Crockford characters.")
    about = models.CharField(
        max_length=80, blank=True, db_index=True, help_text="Reference of what it hangs on, e.g. space:haedam"
    )
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    question_ko = models.CharField(max_length=120)
    question_en = models.CharField(max_length=160)
    intro_ko = models.TextField(blank=True)
    intro_en = models.TextField(blank=True)
    vote_level = models.CharField(max_length=10, choices=Level.choices, default=Level.CONTACT)
    write_level = models.CharField(max_length=10, choices=Level.choices, default=Level.CONTACT)
    state = models.CharField(max_length=8, choices=ConversationState.choices, default=ConversationState.DRAFT)
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    secret = SealedField(max_length=200, blank=True, purpose="opinions")
    digest = models.CharField(
        max_length=64, blank=True, help_text="Of the totals at closing; in the public log."
    )
    is_archive = models.BooleanField(default=False)
    source = models.CharField(
        max_length=300, blank=True, help_text="Where imported content comes from, licence."
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True)
                | Q(opened_at__isnull=True)
                | Q(closes_at__gt=F("opened_at")),
                name="conversation_moments_in_order",
            ),
            # Nobody can be linked to a vote any more: the rule of the house stands in the database.
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(secret=""), name="conversation_closed_has_no_secret"
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def reference(self) -> str:
        return f"conversation:{self.code}"

    @property
    def is_public(self) -> bool:
        return self.state != ConversationState.DRAFT

    @property
    def is_open(self) -> bool:
        return self.state == ConversationState.OPEN

    @property
    def question(self) -> str:
        return self.question_en if in_english() else self.question_ko

    @property
    def intro(self) -> str:
        return self.intro_en if in_english() else self.intro_ko


class Board(models.Model):
    """What has been counted of a conversation: integer tables, which can be made anew from the votes, and the picture.

    Written by the counting job alone. `tables` are the bytes of `logic`; `picture` is everything that pages show,
    with nobody's pseudonym in it.
    """

    conversation = models.OneToOneField(Conversation, models.CASCADE, primary_key=True, related_name="board")
    tables = models.BinaryField(default=bytes)
    picture = models.JSONField(default=dict)
    people = models.PositiveIntegerField(default=0)
    votes = models.PositiveIntegerField(default=0)
    mark = models.CharField(
        max_length=16,
        default="",
        blank=True,
        help_text="Random, another one after each change of the tables.",
    )
    revision = models.PositiveIntegerField(default=0)
    is_stale = models.BooleanField(default=False, help_text="The picture does not know the newest votes yet.")
    is_untested = models.BooleanField(
        default=False, help_text="The groups were not tested with the newest votes."
    )
    drawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"board of {self.conversation_id}"
