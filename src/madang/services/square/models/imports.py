from __future__ import annotations

from django.db import models


class ImportedRow(models.Model):
    """One row of a file as it was read, beside the matter it became. Keeps the source's own words."""

    source = models.CharField(max_length=80)
    line = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, db_index=True)
    content_digest = models.CharField(max_length=64, db_index=True)
    category = models.CharField(max_length=40)
    state = models.CharField(max_length=20)
    origin = models.CharField(max_length=12)
    likes = models.PositiveIntegerField()
    posted_on = models.DateField()
    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="+")

    class Meta:
        ordering = ["source", "line"]
        constraints = [models.UniqueConstraint(fields=["source", "line"], name="imported_line_once")]

    def __str__(self) -> str:
        return f"{self.source}:{self.line}"
