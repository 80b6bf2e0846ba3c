"""Conflicts of interest in a planning group that somebody challenges."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel.flow import Flow
from madang.services.square import flows
from madang.services.square.enums import HideReason
from madang.services.square.models.picking import PlanningSeat


class Claim(models.TextChoices):
    UNDECLARED = "undeclared", _("She has a conflict of interest that she did not declare")
    UNFOUNDED = "unfounded", _("The conflict of interest that she declared is none")


class ChallengeState(models.TextChoices):
    OPEN = "open", pgettext_lazy("challenge", "Not decided yet")
    GRANTED = "granted", pgettext_lazy("challenge", "Right")
    REJECTED = "rejected", pgettext_lazy("challenge", "Not right")


class Challenge(models.Model):
    """Somebody says that a member votes in spite of a conflict of interest, or is out without one.

    Once for a person and seat. The group or the facilitator decides, with a reason that everybody reads.
    """

    flow: ClassVar[Flow] = flows.CHALLENGE

    seat = models.ForeignKey(PlanningSeat, models.CASCADE, related_name="challenges")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    claim = models.CharField(max_length=10, choices=Claim.choices)
    why = models.TextField()
    at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Until when it is decided; so long no decision is published.")
    state = models.CharField(max_length=8, choices=ChallengeState.choices, default=ChallengeState.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.TextField(blank=True)
    hide_reason = models.CharField(max_length=16, choices=HideReason.choices, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "by"], name="challenge_once"),
            models.CheckConstraint(
                condition=Q(state="open") | (Q(decided_at__isnull=False) & ~Q(decision="")),
                name="challenge_decided_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"challenge {self.pk} of seat {self.seat_id}: {self.state}"

    @property
    def reference(self) -> str:
        return f"challenge:{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.seat.candidate.is_public
