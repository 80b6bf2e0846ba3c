from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from madang.kernel.saying import in_language


class CostTable(models.Model):
    """What things roughly cost, as a budget office published it. Rows are only added; the newest one counts."""

    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file, as it stands in the log.")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"unit costs of {self.host_id}, {self.at:%Y-%m-%d}"


class CostItem(models.Model):
    """One thing with what a unit of it costs, from `low` to `high` won, and where and when that was said."""

    table = models.ForeignKey(CostTable, models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField()
    name_ko = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    unit_ko = models.CharField(max_length=20)
    unit_en = models.CharField(max_length=20)
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    source = models.CharField(max_length=200)
    as_of = models.DateField()
    is_checked = models.BooleanField(help_text="The office has compared it with the source.")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(low__gt=0) & Q(low__lte=F("high")), name="cost_item_range")
        ]

    def __str__(self) -> str:
        return self.name_ko

    @property
    def name(self) -> str:
        return in_language(self.name_ko, self.name_en)

    @property
    def unit(self) -> str:
        return in_language(self.unit_ko, self.unit_en)
