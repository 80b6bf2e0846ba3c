from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from madang.commons.meetings import flows
from madang.commons.meetings.enums import MinutesState
from madang.commons.meetings.models.meetings import AgendaItem, Meeting
from madang.commons.meetings.models.talk import Question
from madang.kernel.flow import Flow


class Minutes(models.Model):
    """What was said and settled, in versions. Drafted by one, approved by another, published as an official act.

    `attendance` is counted from check-ins when the minutes are published, and then stands.
    """

    flow: ClassVar[Flow] = flows.MINUTES

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="minutes")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=MinutesState.choices, default=MinutesState.DRAFT)
    missing = models.TextField(blank=True, help_text="Who was missing in the room")
    return_note = models.TextField(blank=True)
    attendance = models.JSONField(default=dict)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "version"], name="minutes_version_once"),
            models.UniqueConstraint(
                fields=["meeting"], condition=~Q(state="published"), name="minutes_one_in_work"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, approved_by__isnull=False),
                name="minutes_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("drafted_by")),
                name="minutes_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} v{self.version}"

    @property
    def reference(self) -> str:
        return f"minutes:{self.meeting.number}:{self.version}"

    @property
    def is_public(self) -> bool:
        return self.state == MinutesState.PUBLISHED


class Paragraph(models.Model):
    """One piece of the minutes, with what it is about and the second of the recording where it was said."""

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="paragraphs")
    order = models.PositiveIntegerField()
    text = models.TextField()
    language = models.CharField(max_length=2, default="ko")
    version = models.PositiveIntegerField(default=1)
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="+")
    question = models.ForeignKey(Question, models.SET_NULL, null=True, blank=True, related_name="+")
    table = models.ForeignKey("meetings.Table", models.SET_NULL, null=True, blank=True, related_name="+")
    reference = models.CharField(max_length=80, blank=True)
    second = models.PositiveIntegerField(null=True, blank=True, help_text="Of the recording")

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text[:40]
