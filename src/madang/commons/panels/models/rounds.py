from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.commons.panels.flows import ROUND, SEAT
from madang.commons.panels.models.panels import Candidate, Panel
from madang.kernel.fields import SealedField


class Round(models.Model):
    """One draw: the first for all seats, later ones for seats that became free.

    `frozen` is what the digest is made of and never changes; `people` are the candidates in its order.
    """

    class State(models.TextChoices):
        MAKING = "making", _("Being made")
        FAILED = "failed", _("Could not be made")
        PREPARED = "prepared", _("Prepared")
        FROZEN = "frozen", _("Frozen")
        OPEN = "open", _("Dice are being thrown")
        DRAWN = "drawn", _("Drawn")
        VOID = "void", _("Void")

    flow = ROUND

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    size = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.MAKING)
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Nobody where free seats were ordered by rule.",
    )
    relax = models.BooleanField(
        default=False, help_text="Widen quotas by the smallest change that helps, if nothing else does."
    )
    tries = models.PositiveSmallIntegerField(
        default=0, help_text="How often its making began without an end."
    )
    trouble = models.CharField(max_length=40, blank=True, help_text="Why it could not be made, as a code.")
    shortage = models.JSONField(default=list, help_text="Quota, least and most seats that would have helped.")
    people = models.JSONField(
        default=list, help_text="Keys of the candidates, in the order of the frozen list."
    )
    frozen = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    method = models.CharField(max_length=8, blank=True)
    seconds = models.FloatField(default=0, help_text="How long the lottery took to make.")
    entry = models.ForeignKey("kernel.Outbox", models.PROTECT, null=True, blank=True, related_name="+")
    root = models.CharField(max_length=64, blank=True)
    log = models.TextField(blank=True, help_text="The signed state of the log after the entry.")
    seed = models.CharField(max_length=64, blank=True)
    drawn = models.PositiveIntegerField(null=True, blank=True, help_text="Number of the panel, from 1.")
    drawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "number"], name="round_number_once"),
            models.UniqueConstraint(
                fields=["panel"],
                condition=Q(state__in=["making", "prepared", "frozen", "open"]),
                name="round_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="drawn", drawn__isnull=False, entry__isnull=False)
                | (~Q(state="drawn") & Q(drawn__isnull=True)),
                name="round_drawn_has_number",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"lot:{self.panel.slug}:{self.number}"

    @property
    def is_public(self) -> bool:
        return True


class Witness(models.Model):
    """Somebody outside the host office who throws ten dice at a draw. Named before the freeze."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="witnesses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    dice = models.CharField(max_length=10, blank=True)
    thrown_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="witness_once"),
            models.UniqueConstraint(fields=["round", "order"], name="witness_order_once"),
        ]

    def __str__(self) -> str:
        return f"witness {self.order} of {self.round_id}"


class Seat(models.Model):
    """A drawn person's seat. Nobody has two: whoever gave one back is not drawn again."""

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("No answer")
        LEFT = "left", _("Dropped out")

    flow = SEAT

    round = models.ForeignKey(Round, models.PROTECT, related_name="seats")
    candidate = models.OneToOneField(Candidate, models.PROTECT, related_name="seat")
    state = models.CharField(max_length=8, choices=State.choices, default=State.INVITED)
    code = SealedField(
        max_length=120, blank=True, purpose="panels.code", help_text="For letters; erased at the end."
    )
    code_hash = models.CharField(max_length=64, unique=True)
    mail_at = models.DateTimeField(
        null=True, blank=True, help_text="When the invitation is sent or tried again; empty: no mail waits."
    )
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mail_trouble = models.CharField(max_length=60, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["round", "candidate"]
        indexes = [models.Index(fields=["mail_at"], condition=Q(mail_at__isnull=False), name="seat_mail_due")]

    def __str__(self) -> str:
        return f"seat {self.pk}"

    @property
    def reference(self) -> str:
        return f"seat:{self.pk}"

    @property
    def is_public(self) -> bool:
        """What a drawn person decides is hers; the log gets a commitment only."""
        return False
