from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Clock(models.Model):
    """The time an institution has for one answer. `due_at` is the replay of its events, never typed in."""

    class State(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        STOPPED = "stopped"

    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="clocks")
    rule = models.ForeignKey("kernel.Rule", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    extensions = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(stopped_at__isnull=True), name="clock_one_running"
            ),
            models.CheckConstraint(
                condition=Q(state="stopped", stopped_at__isnull=False)
                | (~Q(state="stopped") & Q(stopped_at__isnull=True)),
                name="clock_stopped_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} due {self.due_at:%Y-%m-%d}"


class ClockEvent(models.Model):
    """What happened to a clock, append-only: anyone can recompute the deadline from these rows."""

    class Kind(models.TextChoices):
        STARTED = "started"
        PAUSED = "paused"
        RESUMED = "resumed"
        EXTENDED = "extended"
        STOPPED = "stopped"

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    amount = models.PositiveSmallIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=16, blank=True)
    reason_code = models.CharField(max_length=16, blank=True)
    reason = models.TextField(blank=True)
    with_consent = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
