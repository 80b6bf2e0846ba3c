"""What every rubric consists of; the arithmetic is `kernel.logic.rubric`."""

from __future__ import annotations

from django.db import models

from madang.kernel.saying import in_language


class RubricLine(models.Model):
    """A line of a rubric. The weights of one rubric are percents and sum to 100 before anybody scores by it."""

    order = models.PositiveSmallIntegerField()
    title_ko = models.CharField(max_length=60)
    title_en = models.CharField(max_length=80)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.title_ko} {self.weight}"

    @property
    def title(self) -> str:
        return in_language(self.title_ko, self.title_en)
