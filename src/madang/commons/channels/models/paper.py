"""Paper: forms issued in batches, each with a serial number, and what became of every one."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from madang.commons.channels import flows
from madang.commons.channels.enums import BatchState, FormState, SpoilReason
from madang.kernel.fields import SealedEmailField
from madang.kernel.flow import Flow


class Batch(models.Model):
    """Forms for one place of a service, given to one booth, office or library. It is public: anyone can count.

    `counted` holds, once closed, what was counted by hand, and `difference` why that is not what the records say.
    """

    flow: ClassVar[Flow] = flows.BATCH

    number = models.CharField(max_length=24, unique=True)
    target = models.CharField(max_length=100)
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    booth = models.CharField(max_length=80, help_text="Where the forms were given to.")
    size = models.PositiveSmallIntegerField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=BatchState.choices, default=BatchState.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    counted = models.JSONField(default=dict, blank=True)
    difference = models.TextField(blank=True)

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1) & Q(size__lte=999), name="batch_size"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
                name="batch_closed_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reference(self) -> str:
        return f"batch:{self.number}"

    @property
    def is_public(self) -> bool:
        return True


def picture_path(form: Form, name: str) -> str:
    """Where the picture of a form lies; its name says nothing but its digest."""
    return f"channels/forms/{name}"


class Form(models.Model):
    """One sheet of paper. Entered once, spoiled with a reason, or given back unused.

    `is_sampled`: drawn at random when the batch was issued to be typed by two people. `filed_as` is the reference of
    what came of it. `picture` is evidence for the office, never public.
    """

    flow: ClassVar[Flow] = flows.FORM

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="forms")
    place = models.PositiveSmallIntegerField()
    serial = models.CharField(max_length=24, unique=True)
    state = models.CharField(max_length=8, choices=FormState.choices, default=FormState.OUT)
    is_sampled = models.BooleanField(default=False)
    spoiled_why = models.CharField(max_length=12, choices=SpoilReason.choices, blank=True)
    filed_as = models.CharField(max_length=80, null=True, blank=True, unique=True)
    picture = models.FileField(upload_to=picture_path, blank=True)
    picture_sha256 = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["batch", "place"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "place"], name="form_place_once"),
            models.CheckConstraint(
                condition=Q(state="entered", filed_as__isnull=False)
                | (~Q(state="entered") & Q(filed_as__isnull=True)),
                name="form_entered_is_filed",
            ),
            models.CheckConstraint(
                condition=(Q(state="spoiled") & ~Q(spoiled_why=""))
                | (~Q(state="spoiled") & Q(spoiled_why="")),
                name="form_spoiled_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def reference(self) -> str:
        return f"form:{self.serial}"

    @property
    def is_public(self) -> bool:
        """Which form became which idea is between its holder and the office; the batch's count is public."""
        return False


class Typing(models.Model):
    """What one operator read on a form. Kept while two typings are compared, and erased when the form is settled."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="typings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    name = models.CharField(max_length=40, blank=True)
    email = SealedEmailField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["form", "by"], name="typing_once_each")]

    def __str__(self) -> str:
        return f"{self.form_id} by {self.by_id}"
