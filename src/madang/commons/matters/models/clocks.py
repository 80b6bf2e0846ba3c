from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Clock(models.Model):
    """The time an institution has for one answer. `due_at` is the replay of its events, never typed in.

    It is the resident's: it begins with the first receipt and no transfer restarts it. `office_due_at` is the count of
    the office that has it now, by the same events; null where it is the same moment. `progress_at`: when the author is
    next told how it stands.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        STOPPED = "stopped"

    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="clocks")
    rule = models.ForeignKey("kernel.Rule", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    office_due_at = models.DateTimeField(null=True, blank=True)
    progress_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    extensions = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["started_at", "pk"]
        indexes = [
            models.Index(
                fields=["progress_at"], name="clock_progress", condition=Q(progress_at__isnull=False)
            )
        ]
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
        RECEIVED = "received"  # by another office; `restarts` the office's count, by `rule`
        STOPPED = "stopped"
        OUTAGE = "outage"
        UNDONE = "undone"  # the declaration of that outage was taken back

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    amount = models.PositiveSmallIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=16, blank=True)
    reason_code = models.CharField(max_length=16, blank=True)
    reason = models.TextField(blank=True)
    with_consent = models.BooleanField(default=False)
    until = models.DateTimeField(null=True, blank=True)
    office = models.ForeignKey("kernel.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    restarts = models.BooleanField(default=False)
    rule = models.ForeignKey("kernel.Rule", models.PROTECT, null=True, blank=True, related_name="+")
    outage = models.ForeignKey("matters.Outage", models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "outage", "kind"],
                condition=Q(outage__isnull=False),
                name="clock_event_outage_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind="outage") | Q(until__isnull=False, outage__isnull=False),
                name="clock_event_outage_has_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class Outage(models.Model):
    """A declared time during which the system could not be used. Clocks leave it out as `rule` says.

    A row is never changed but for its end (while it is open), its undoing, and `counted_at`: the moment when the
    last clock concerned had been counted anew. `ends_at` is null while the outage lasts.
    """

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    source = models.CharField(max_length=300)
    rule = models.ForeignKey("kernel.Rule", models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.CharField(max_length=300, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    moved = models.PositiveIntegerField(default=0, help_text="Due dates that it moved")

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="outage_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["starts_at"],
                condition=Q(ends_at__isnull=True, undone_at__isnull=True),
                name="outage_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"outage:{self.pk} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def reference(self) -> str:
        return f"outage:{self.pk}"


class Progress(models.Model):
    """The author was told, once, how it stands after so many periods since its receipt."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="progress")
    number = models.PositiveSmallIntegerField(help_text="How many periods had passed.")
    at = models.DateTimeField()
    office = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True, help_text="Null while the clock stood still.")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["clock", "number"], name="progress_told_once")]

    def __str__(self) -> str:
        return f"progress {self.number} of clock {self.clock_id}"
