"""Public terminals: a browser that an operator gave to everybody."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Kiosk(models.Model):
    """One terminal, from when an operator opened it until it is ended. Who uses it leaves nothing in this table.

    `token_hash` stands for the cookie that the terminal holds, `pin_hash` for what an operator types to end it there.
    """

    number = models.CharField(max_length=24, unique=True)
    target = models.CharField(max_length=100)
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    where = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    pin_hash = models.CharField(max_length=64)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    filed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["host"], name="kiosk_open", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reference(self) -> str:
        return f"kiosk:{self.number}"

    @property
    def is_public(self) -> bool:
        return False
