from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class LabelModel(models.Model):
    """One version of what was learned from confirmed cases: which category a text is about.

    `data` is the model itself (`logic.labeller.dumped`); it is read by the site alone and published nowhere. `digest` is
    the hash of the texts and labels it learned from, so that the same cases give the same version again.
    """

    center = models.ForeignKey("casework.Center", models.CASCADE, related_name="label_models")
    version = models.PositiveIntegerField()
    data = models.BinaryField()
    digest = models.CharField(max_length=64)
    cases = models.PositiveIntegerField(help_text="Confirmed cases it learned from.")
    top1 = models.FloatField(
        help_text="Share of these, each judged without its author, where the first was right."
    )
    top3 = models.FloatField(help_text="The same where one of the first three was right.")
    error = models.FloatField(help_text="Expected calibration error on the same.")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["center", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["center", "version"], name="casework_label_model_version"),
        ]

    def __str__(self) -> str:
        return f"{self.center_id} v{self.version}"

    @property
    def name(self) -> str:
        """How it is named in the history of a case."""
        return f"v{self.version}"


class Suggestion(models.Model):
    """What the machine said about a case, once: which categories, how sure, by which version, and what became of it.

    `ranking`: `[[code, confidence], …]`, best first; confidence is None where keywords alone were known. `applied`: the
    case went there by itself, because nobody had chosen and the rule `casework.routing` allows it from this confidence on.
    """

    case = models.ForeignKey("casework.Case", models.CASCADE, related_name="suggestions")
    model = models.ForeignKey(LabelModel, models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.CharField(
        max_length=40, blank=True, help_text="`v3` of the learned model, or `keywords`."
    )
    ranking = models.JSONField(default=list)
    at = models.DateTimeField(null=True, blank=True, help_text="Empty while the worker has not read it yet.")
    applied = models.BooleanField(default=False)
    rule = models.ForeignKey("kernel.Rule", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["id"], name="suggestion_waiting", condition=Q(at__isnull=True))]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(applied=True), name="casework_suggestion_applied_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.ranking}"


class CategoryChange(models.Model):
    """Somebody corrected what a case is about. The machine learns from the last one."""

    case = models.ForeignKey("casework.Case", models.CASCADE, related_name="category_changes")
    from_category = models.ForeignKey(
        "casework.Category", models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_category = models.ForeignKey("casework.Category", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.from_category} → {self.to_category}"
