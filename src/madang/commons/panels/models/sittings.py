from __future__ import annotations

from django.conf import settings
from django.db import models

from madang.commons.panels.models.panels import Panel
from madang.commons.panels.models.rounds import Seat


class Sitting(models.Model):
    """One session of a panel. `recorded_at` is empty until it was noted who came."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="sittings")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    place = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["panel", "number"], name="sitting_number_once")]

    def __str__(self) -> str:
        return f"{self.panel_id}.{self.number}"


class Presence(models.Model):
    """Whether somebody who had accepted came. Both are kept, so that later changes of seats move no share."""

    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="presences")
    seat = models.ForeignKey(Seat, models.CASCADE, related_name="presences")
    came = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sitting", "seat"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.seat_id}"
