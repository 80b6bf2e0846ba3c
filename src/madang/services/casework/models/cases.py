from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from madang.commons.matters.models import Matter
from madang.kernel.logic.coordinates import written
from madang.services.casework.enums import CaseType

SOUTH, NORTH, WEST, EAST = 33.0, 39.0, 124.0, 132.0
"""The box around Korea, in degrees; a point outside is a mistake."""


class Case(models.Model):
    """What a resident told once.

    `matter` is the lead matter: it carries words, receipt, author, the clock that her rights run by, and the one
    combined answer. What several offices have to do stands in parts, each with a matter of its own.
    """

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="case")
    center = models.ForeignKey("casework.Center", models.PROTECT, related_name="cases")
    type = models.CharField(max_length=16, choices=CaseType.choices)
    proposed_type = models.CharField(
        max_length=16,
        choices=CaseType.choices,
        blank=True,
        help_text="What the site proposed when it was filed.",
    )
    category = models.ForeignKey(
        "casework.Category", models.PROTECT, null=True, blank=True, related_name="cases"
    )
    answers = models.JSONField(default=dict, blank=True, help_text="Answers to the fields of its category.")
    lat = models.FloatField(null=True, blank=True)
    long = models.FloatField(null=True, blank=True)
    address = models.CharField(max_length=200, blank=True)
    district = models.CharField(max_length=5, blank=True, db_index=True)
    is_anonymous = models.BooleanField(default=False, help_text="Filed without a name, by receipt alone.")
    route = models.ForeignKey(
        "casework.RoutingRule",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The rule that gave it to its first office; empty where it went to the desk of its host.",
    )
    form_key = models.CharField(max_length=64, unique=True, null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["category", "district"], name="case_category"),
            models.Index(fields=["lat", "long"], name="case_point", condition=Q(lat__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(lat__isnull=True, long__isnull=True)
                | Q(lat__isnull=False, long__isnull=False)
                & Q(lat__gte=SOUTH, lat__lte=NORTH, long__gte=WEST, long__lte=EAST),
                name="case_point_in_korea",
            ),
        ]

    def __str__(self) -> str:
        return str(self.matter)

    @property
    def reference(self) -> str:
        return self.matter.reference

    @property
    def ref(self) -> str:
        """What stands in its address: the number, or `~` and a part of the hash where it has none."""
        return self.reference.removeprefix("matter:")

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees."""
        return (self.lat, self.long) if self.lat is not None and self.long is not None else None

    @property
    def point_words(self) -> str:
        """The point as a form takes it; empty where there is none."""
        return written(self.point) if self.point else ""


class Part(models.Model):
    """One need of a case, for an office that is not the lead: with its own clock, transfers and answer."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="parts")
    matter = models.OneToOneField(Matter, models.CASCADE, related_name="case_part")
    number = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=200)
    outstanding_reason = models.TextField(
        blank=True, help_text="Why the lead office answers before this part is answered."
    )
    outstanding_until = models.DateField(
        null=True, blank=True, help_text="By when this part is answered, as the lead office has named it."
    )
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="casework_part_number_once"),
            models.CheckConstraint(condition=~Q(case=models.F("matter")), name="casework_part_not_lead"),
            models.CheckConstraint(
                condition=Q(outstanding_reason="", outstanding_until__isnull=True)
                | (~Q(outstanding_reason="") & Q(outstanding_until__isnull=False)),
                name="casework_part_outstanding_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number} {self.what}"


class TypeChange(models.Model):
    """That a case became another type: when, by whom, and why. The first type is that of the row before the first."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="type_changes")
    from_type = models.CharField(max_length=16, choices=CaseType.choices)
    to_type = models.CharField(max_length=16, choices=CaseType.choices)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    rule = models.ForeignKey("kernel.Rule", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_type=models.F("to_type")), name="casework_type_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.from_type} → {self.to_type}"
