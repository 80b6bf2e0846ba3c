from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from madang.commons.meetings import flows
from madang.commons.meetings.enums import Asked, HideReason, Stance, Turn
from madang.commons.meetings.models.meetings import AgendaItem, Meeting
from madang.commons.meetings.models.registrations import Registration
from madang.kernel.flow import Flow


class Speaker(models.Model):
    """Somebody asks for the floor. `label` is a name only when she agreed to have it shown."""

    flow: ClassVar[Flow] = flows.SPEAKER

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="speakers")
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="+")
    registration = models.ForeignKey(
        Registration, models.SET_NULL, null=True, blank=True, related_name="speeches"
    )
    state = models.CharField(max_length=8, choices=Turn.choices, default=Turn.WAITING)
    stance = models.CharField(max_length=8, choices=Stance.choices, default=Stance.OTHER)
    place = models.PositiveIntegerField(help_text="The how-manieth who asked in this meeting")
    label = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "place"], name="speaker_place_once"),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(state="speaking"), name="speaker_one_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["meeting", "registration"], condition=Q(state="waiting"), name="speaker_waits_once"
            ),
        ]

    def __str__(self) -> str:
        return f"speaker {self.place}"

    @property
    def reference(self) -> str:
        return f"speaker:{self.meeting.number}:{self.place}"

    @property
    def is_public(self) -> bool:
        return True


class Question(models.Model):
    """A question to the meeting, from a phone or from a card. Who asked stands nowhere on a page."""

    flow: ClassVar[Flow] = flows.QUESTION

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="questions")
    place = models.PositiveIntegerField(help_text="The how-manieth question of this meeting")
    registration = models.ForeignKey(
        Registration, models.SET_NULL, null=True, blank=True, related_name="questions"
    )
    state = models.CharField(max_length=8, choices=Asked.choices, default=Asked.OPEN)
    hide_reason = models.CharField(max_length=12, choices=HideReason.choices, blank=True)
    body = models.CharField(max_length=400)
    language = models.CharField(max_length=2, default="ko")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "place"], name="question_place_once"),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="question_merged_into_one",
            ),
            models.CheckConstraint(
                condition=~Q(state="hidden") | ~Q(hide_reason=""), name="question_hidden_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.body[:40]

    @property
    def reference(self) -> str:
        return f"question:{self.meeting.number}:{self.place}"

    @property
    def is_public(self) -> bool:
        return True


class QuestionSupport(models.Model):
    """One participant wants one question answered: one row, under a unique key. Append-only."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="supports", db_index=False)
    registration = models.ForeignKey(Registration, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "registration"], name="question_support_once")
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} → {self.question_id}"
