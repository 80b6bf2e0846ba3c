from __future__ import annotations

from django.db import models


class Trace(models.Model):
    """A typed arrow between any two things, by reference (`matter:ID-2611-00042-7`, `effect:17`).

    References instead of foreign keys: a trace may cross apps in either direction and must survive the
    removal of a service.
    """

    class Kind(models.TextChoices):
        ANSWERS = "answers"
        MERGES = "merges"
        BECOMES = "becomes"
        FUNDS = "funds"
        AMENDS = "amends"
        MEASURES = "measures"
        SUPERSEDES = "supersedes"
        RELATES = "relates"
        DISCUSSES = "discusses"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    source = models.CharField(max_length=80, db_index=True)
    target = models.CharField(max_length=80, db_index=True)
    evidence = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "source", "target"], name="trace_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="trace_not_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.target}"
