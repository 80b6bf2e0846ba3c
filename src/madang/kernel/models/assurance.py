from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.kernel.fields import SealedField
from madang.kernel.levels import Level


class Assurance(models.Model):
    """That somebody was verified: to which level, by what, from when to when. Says nothing of who she is.

    Where she lives and when she was born are here for votes that are for one district or from an age on.
    """

    class Source(models.TextChoices):
        REGISTRY = "registry", _("the registry of residents")
        PROVIDER = "provider", _("the identity provider")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="assurances")
    level = models.CharField(max_length=10, choices=Level.choices)
    source = models.CharField(max_length=10, choices=Source.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(help_text="From this moment on it counts no more.")
    district = models.CharField(
        max_length=10, blank=True, help_text="Code of `kernel.places`; empty where the source does not say."
    )
    born = SealedField(
        max_length=60, blank=True, purpose="person", help_text="Day as 1990-01-31; empty where not known."
    )
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Withdrawn before it ran out.")

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "source"], condition=Q(ended_at__isnull=True), name="assurance_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.level} by {self.source}"

    @property
    def last(self) -> datetime:
        """The last moment at which it counts; at midnight its day is the one before."""
        return self.until - timedelta(microseconds=1)


class Registry(models.Model):
    """One uploaded list of residents, as salted hashes. The newest is the one that counts."""

    imported_at = models.DateTimeField()
    until = models.DateTimeField(help_text="What it verified counts until then.")
    cost = models.PositiveIntegerField(help_text="scrypt's N")

    class Meta:
        ordering = ["-imported_at", "-pk"]

    def __str__(self) -> str:
        return f"registry of {self.imported_at:%Y-%m-%d}"


class RegistryEntry(models.Model):
    """One resident as a hash that nobody can read back without the key beside the database.

    `used_at` without a user: the account it verified was erased; the next list frees the entry.
    """

    registry = models.ForeignKey(Registry, models.CASCADE, related_name="entries")
    digest = models.CharField(max_length=64)
    district = models.CharField(max_length=10, blank=True, help_text="Code of `kernel.places`, where told.")
    used_at = models.DateTimeField(null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registry", "digest"], name="registry_entry_once"),
            models.UniqueConstraint(
                fields=["registry", "user"], condition=Q(user__isnull=False), name="registry_user_once"
            ),
        ]

    def __str__(self) -> str:
        return self.digest[:12]


class RegistryTry(models.Model):
    """A try to be found in the registry. Kept for a day, so that nobody guesses."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"try of {self.user_id}"


class Consent(models.Model):
    """Somebody agreed to a purpose, in the version of its text that she read, until she withdraws."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose"], condition=Q(withdrawn_at__isnull=True), name="consent_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} v{self.version}"
