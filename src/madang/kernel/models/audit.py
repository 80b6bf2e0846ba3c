from __future__ import annotations

from django.db import models


class Audit(models.Model):
    """One act: who, through which mandate, on what, from which state to which, and why.

    Written in the transaction of the act. `payload` and `salt` can be erased for a person's sake; the
    ledger leaf made of their digest stays and then proves only that something was logged.
    """

    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=80)
    target = models.CharField(
        max_length=80, db_index=True, help_text="Reference, e.g. matter:ID-2611-00042-7"
    )
    actor_kind = models.CharField(max_length=10)
    actor = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True, related_name="+")
    actor_system = models.CharField(max_length=40, blank=True)
    organisation = models.ForeignKey(
        "kernel.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(max_length=12, default="web")
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20, blank=True)
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    is_public = models.BooleanField(default=True)
    payload = models.JSONField(null=True)
    salt = models.BinaryField(max_length=32, null=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.target}"


class ActCount(models.Model):
    """How many acts of one name were written: the running number that the last of them got.

    Given out in the transaction of the act, so numbers have no gaps, and a leaf that is missing shows.
    """

    action = models.CharField(max_length=80, primary_key=True)
    last = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.action}: {self.last}"


class Outbox(models.Model):
    """A leaf that waits for, or has, its place in the public ledger.

    `leaf` is RFC 8785 canonical JSON holding digests and salted commitments only. `index` is null until
    the sequencer has made the leaf durable in the tree.
    """

    audit = models.OneToOneField(Audit, models.PROTECT, related_name="outbox")
    at = models.DateTimeField()
    leaf = models.BinaryField()
    leaf_hash = models.CharField(max_length=64, db_index=True)
    index = models.BigIntegerField(null=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_waiting", condition=models.Q(index__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.leaf_hash[:12]} @ {self.index}"
