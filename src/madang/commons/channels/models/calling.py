"""Codes that a person says on the phone, and what was done with them."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class CallingCode(models.Model):
    """Eight characters by which an operator acts for a person who is on the phone. Only a keyed digest is kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calling code of {self.user_id}"


class CallingUse(models.Model):
    """One act by phone. The person sees every one, with the office; who typed it, only the office and the log see.

    `key` is a digest of what was sent with the ticket of the operator's form: sent twice, it acts once.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    act = models.CharField(max_length=10)
    reference = models.CharField(max_length=80)
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    key = models.CharField(max_length=40, unique=True, null=True, blank=True, default=None)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "-at"], name="calling_of_person")]

    def __str__(self) -> str:
        return f"{self.act} {self.reference}"
