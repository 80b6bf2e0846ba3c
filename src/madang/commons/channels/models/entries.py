"""What came in by other means than a person's own browser or program."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One thing taken in. `key` is what it came from (a form, a ticket, a message), so that it is filed once.

    `operator` typed it in for somebody else; everybody sees the channel, only the office sees who typed.
    """

    key = models.CharField(max_length=100, unique=True)
    channel = models.CharField(max_length=8)
    target = models.CharField(max_length=100)
    reference = models.CharField(max_length=80, db_index=True)
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["host", "-at"], name="entry_of_office")]

    def __str__(self) -> str:
        return f"{self.channel} {self.reference}"
