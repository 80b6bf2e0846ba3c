from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from madang.commons.opinions import flows
from madang.commons.opinions.enums import ReturnReason, StatementState
from madang.commons.opinions.models.conversations import Conversation
from madang.kernel.flow import Flow


class Statement(models.Model):
    """One short claim. It is shown once the gate or a facilitator has let it through.

    `author` is told what becomes of it. She gets no vote of her own by writing: that would tell which pseudonym is
    hers.
    """

    flow: ClassVar[Flow] = flows.STATEMENT

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="statements")
    number = models.PositiveIntegerField(help_text="Within the conversation; `comment-id` of the export.")
    text = models.CharField(max_length=1000)
    language = models.CharField(max_length=2, default="ko")
    fingerprint = models.CharField(max_length=32, help_text="Of its words; the same claim is taken once.")
    is_seed = models.BooleanField(default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=StatementState.choices, default=StatementState.WAITING)
    doubts = models.JSONField(default=list, blank=True)
    reason_code = models.CharField(max_length=16, choices=ReturnReason.choices, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="statement_number_once"),
            models.UniqueConstraint(
                fields=["conversation", "fingerprint"],
                condition=Q(state__in=["waiting", "shown"]),
                name="statement_said_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "hidden"]) | ~Q(reason_code=""),
                name="statement_away_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def reference(self) -> str:
        return f"statement:{self.conversation.code}-{self.number}"

    @property
    def place(self) -> int:
        """The number that people read: from 1. Files and programs keep `number`, from 0 as in pol.is."""
        return self.number + 1

    @property
    def is_public(self) -> bool:
        """Whether its acts are in the open: all but the waiting of something that may hold personal data."""
        return self.conversation.is_public
