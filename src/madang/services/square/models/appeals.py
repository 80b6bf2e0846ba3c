from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from madang.kernel.flow import Flow
from madang.services.square import flows
from madang.services.square.enums import AppealState


class Appeal(models.Model):
    """The author of what was taken down asks another moderator to look again; once for each taking down.

    `act` is the entry of the taking down: it says who decided, and that person does not decide again. What the author
    writes is read by moderation only; that there is an appeal, and what came of it with the reason, is public.
    """

    flow: ClassVar[Flow] = flows.APPEAL

    comment = models.ForeignKey(
        "square.Comment", models.CASCADE, null=True, blank=True, related_name="appeals"
    )
    idea = models.ForeignKey("square.Idea", models.CASCADE, null=True, blank=True, related_name="appeals")
    vote = models.ForeignKey(
        "square.PlanningVote", models.CASCADE, null=True, blank=True, related_name="appeals"
    )
    act = models.OneToOneField("kernel.Audit", models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    words = models.TextField()
    state = models.CharField(max_length=8, choices=AppealState.choices, default=AppealState.OPEN)
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comment__isnull=False, idea__isnull=True, vote__isnull=True)
                | Q(comment__isnull=True, idea__isnull=False, vote__isnull=True)
                | Q(comment__isnull=True, idea__isnull=True, vote__isnull=False),
                name="appeal_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | (Q(decided_at__isnull=False) & ~Q(decision="")),
                name="appeal_decided_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"appeal:{self.pk}"

    @property
    def is_public(self) -> bool:
        return True
