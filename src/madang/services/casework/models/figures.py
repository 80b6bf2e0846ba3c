from __future__ import annotations

from django.db import models


class Sheet(models.Model):
    """One public figure, counted by the worker: what its page, its table and its CSV all show.

    `body`: `{"columns": […], "rows": […]}` with small cells taken out already, so that nothing that may not be shown is in
    what a page reads.
    """

    center = models.ForeignKey("casework.Center", models.CASCADE, related_name="sheets")
    code = models.CharField(max_length=24)
    body = models.JSONField()
    counted_at = models.DateTimeField()
    seconds = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["center", "code"], name="casework_sheet_once")]

    def __str__(self) -> str:
        return self.code


class Burst(models.Model):
    """A topic that suddenly came up: more cases in a day or a week than its own past explains.

    `category` and `district` may be empty: of any. `word` is a word of at least five cases by different people, or empty
    where the number of cases alone is meant.
    """

    center = models.ForeignKey("casework.Center", models.CASCADE, related_name="bursts")
    day = models.DateField()
    span = models.CharField(max_length=4, choices=[("day", "day"), ("week", "week")])
    category = models.CharField(max_length=40, blank=True, help_text="Its code.")
    district = models.CharField(max_length=5, blank=True)
    word = models.CharField(max_length=40, blank=True)
    count = models.PositiveIntegerField()
    expected = models.FloatField()
    score = models.FloatField(help_text="How unlikely it is by chance: minus the logarithm (base 10).")
    is_public = models.BooleanField(
        default=True, help_text="A word that private cases alone have is for officials only."
    )
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["-day", "-score"]
        constraints = [
            models.UniqueConstraint(
                fields=["center", "day", "span", "category", "district", "word"],
                name="casework_burst_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.category or '*'} {self.district or '*'} {self.word}: {self.count}"
