from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from madang.services.casework.models.cases import Case


class Fingerprint(models.Model):
    """What is compared to find the same case again: a digest of words and place, and who filed it, where known."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="fingerprint")
    center = models.ForeignKey("casework.Center", models.CASCADE, related_name="+")
    digest = models.CharField(max_length=32)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["center", "digest"], name="casework_same")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.digest[:8]}"


class ClusterKind(models.TextChoices):
    REPEATED = "repeated", pgettext_lazy("cluster", "Filed several times by one person")
    SAME = "same", pgettext_lazy("cluster", "The same, from several people")


class Cluster(models.Model):
    """Cases that say the same and are answered together. Each keeps its receipt, its clock and its own answer.

    `lead` is the one that is worked on. `digest` is empty where an office put together what is alike but not equal.
    A cluster is open until its lead and all its members are answered.
    """

    center = models.ForeignKey("casework.Center", models.PROTECT, related_name="clusters")
    lead = models.OneToOneField(Case, models.PROTECT, related_name="leads")
    kind = models.CharField(max_length=8, choices=ClusterKind.choices)
    digest = models.CharField(max_length=32, blank=True)
    is_open = models.BooleanField(default=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["center", "digest"],
                condition=Q(is_open=True) & ~Q(digest=""),
                name="casework_cluster_open_once",
            ),
        ]
        indexes = [models.Index(fields=["is_open"], name="casework_cluster_open", condition=Q(is_open=True))]

    def __str__(self) -> str:
        return f"cluster of {self.lead_id}"

    @property
    def reference(self) -> str:
        return f"cluster:{self.pk}"


class ClusterMember(models.Model):
    """A case that is answered with the lead of its cluster, until it leaves: answered, taken out, or objected to."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="members")
    case = models.ForeignKey(Case, models.CASCADE, related_name="memberships")
    joined_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    left_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(left_at__isnull=True), name="casework_member_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} in {self.cluster_id}"
