"""What the JSON interface keeps: personal tokens, and answers for requests that are sent twice."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from madang.kernel import clock


class Token(models.Model):
    """A program's key to act for a person, within scopes and until a day. Only its digest is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8, help_text="Its first characters, by which its holder knows it.")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], condition=Q(revoked_at__isnull=True), name="token_name_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hint}… of {self.user_id}"

    def is_valid(self, at: datetime) -> bool:
        """Whether it opens anything at this moment."""
        return self.revoked_at is None and at < self.expires_at


class KeptAnswer(models.Model):
    """The answer that a request with an Idempotency-Key got; while it is empty, the request is being worked on.

    `name` is a digest of scope, caller and key; `answer` is sealed with the key, which is stored nowhere.
    """

    name = models.CharField(max_length=64, unique=True)
    claim = models.CharField(max_length=32)
    claimed_until = models.DateTimeField()
    answer = models.TextField(blank=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name[:12]
