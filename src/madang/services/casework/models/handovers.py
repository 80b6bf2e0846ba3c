from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from madang.commons.matters.models import Matter


class Handover(models.Model):
    """What an official worked on fell back to her office when she could not go on, and who took it then."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="handovers")
    office = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    named_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["office", "-at"], name="casework_handed")]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(named_at__isnull=True), name="casework_handover_open_once"
            ),
            models.CheckConstraint(
                condition=Q(to__isnull=True, named_at__isnull=True) | Q(named_at__isnull=False),
                name="casework_handover_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} from {self.of_id}"
