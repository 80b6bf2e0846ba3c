from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q


class Rule(models.Model):
    """A rule as effective-dated data: periods, thresholds, permitted reasons.

    Items keep the row they were filed under, so a rule row is never edited; a change is a new version.
    `checked` is False where the source was not verified; pages say so.
    """

    code = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    body = models.JSONField()
    source = models.CharField(max_length=300, blank=True)
    checked = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="rule_version_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="rule_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None and kwargs.get("update_fields") != ["valid_to"]:
            raise TypeError("a rule is frozen once written; add a version (only valid_to may be set)")
        super().save(*args, **kwargs)

    def is_in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class CalendarDay(models.Model):
    """A day declared or withdrawn as a holiday after the calendar's data file was written."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday"
        WORKDAY = "workday"

    date = models.DateField(unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name_ko = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    source = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.date} {self.name_ko}"


class Counter(models.Model):
    """The last sequence number given out under a key, e.g. `ID-2611`."""

    key = models.CharField(max_length=40, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key}: {self.last}"
