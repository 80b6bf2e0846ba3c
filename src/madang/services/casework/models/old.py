"""Cases of an older system: the table that was brought, how it is read, and what became of each row."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from madang.kernel import clock


class OldFile(models.Model):
    """A table of another system. `mapping` says which of its columns is what; `place` is how many rows are done."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("import", "Being prepared")
        RUNNING = "running", pgettext_lazy("import", "Under way")
        DONE = "done", pgettext_lazy("import", "Done")

    center = models.ForeignKey("casework.Center", models.PROTECT, related_name="+")
    source = models.CharField(max_length=60, help_text="Name of the old system; numbers are unique in it.")
    name = models.CharField(max_length=120)
    file = models.FileField(upload_to="imports/%Y/%m", blank=True)
    encoding = models.CharField(max_length=12)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    rows = models.PositiveIntegerField(default=0)
    place = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0)
    bad = models.JSONField(
        default=list, help_text="Line and reason of rows that were left out; the first thousand."
    )
    bad_count = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.source}: {self.name}"


class OldCase(models.Model):
    """A case that came from an older system, by its number there."""

    case = models.OneToOneField("casework.Case", models.CASCADE, related_name="old")
    center = models.ForeignKey("casework.Center", models.PROTECT, related_name="+")
    source = models.CharField(max_length=60)
    number = models.CharField(max_length=80)
    file = models.ForeignKey(OldFile, models.SET_NULL, null=True, related_name="cases")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["center", "source", "number"], name="old_case_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.number}"
