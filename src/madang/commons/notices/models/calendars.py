from __future__ import annotations

from django.db import models


class Revision(models.Model):
    """What was last published about one entry of a calendar, so that programs notice every change.

    `digest` is of the facts (moment, state, title), not of the language they were read in.
    """

    uid = models.CharField(max_length=160, unique=True)
    digest = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.uid} {self.sequence}"
