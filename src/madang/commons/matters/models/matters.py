from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import flows
from madang.commons.matters.enums import (
    Channel,
    Disclosure,
    Disposition,
    Kind,
    Origin,
    State,
    TransferReason,
)
from madang.kernel.fields import SealedEmailField, SealedField
from madang.kernel.flow import Flow


class Matter(models.Model):
    """Something a person filed that is owed an answer.

    One office is responsible at every moment (`responsible` is never null, and one assignment is open).
    `host` is the office whose desk it came in through. `rule` is the version of the rules it was filed
    under; later changes of the rules do not touch it.
    """

    flow: ClassVar[Flow] = flows.MATTER

    kind = models.CharField(max_length=12, choices=Kind.choices)
    number = models.CharField(max_length=24, unique=True, null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    disclosure = models.CharField(max_length=8, choices=Disclosure.choices, default=Disclosure.PUBLIC)
    title = models.CharField(max_length=200)
    body = models.TextField()
    language = models.CharField(max_length=2, default="ko")
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.INDIVIDUAL)
    group_name = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.WEB)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_label = models.CharField(max_length=40, blank=True)
    author_left = models.BooleanField(default=False, help_text="The name was erased at the author's wish.")
    code_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    filed_at = models.DateTimeField()
    rule = models.ForeignKey("kernel.Rule", models.PROTECT, related_name="+")
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    responsible = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    transfers = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True, help_text="Copy of the running clock, for sorting.")
    office_due_at = models.DateTimeField(
        null=True, blank=True, help_text="Copy of the office's own count, where a transfer restarted it."
    )
    disposition = models.CharField(max_length=16, choices=Disposition.choices, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")

    class Meta:
        indexes = [
            models.Index(fields=["disclosure", "kind", "-filed_at"], name="matter_list"),
            models.Index(fields=["disclosure", "-filed_at"], name="matter_public"),
            models.Index(fields=["disclosure", "state", "-filed_at"], name="matter_public_state"),
            models.Index(fields=["responsible", "state", "due_at"], name="matter_desk"),
            models.Index(fields=["host", "state", "due_at"], name="matter_intake"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(disclosure=Disclosure.PUBLIC) | Q(number__isnull=False),
                name="matter_public_has_number",
            ),
            models.CheckConstraint(
                condition=Q(state=State.MERGED, merged_into__isnull=False)
                | (~Q(state=State.MERGED) & Q(merged_into__isnull=True)),
                name="matter_merged_into_one",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.ANSWERED) | ~Q(disposition=""),
                name="matter_answered_has_disposition",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "closed", "withdrawn", "merged"])
                | Q(ended_at__isnull=False),
                name="matter_ended_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or 'private'} {self.title}"

    @property
    def reference(self) -> str:
        # A private matter is named by its code's hash: a row number would tell how many there are.
        return f"matter:{self.number}" if self.number else f"matter:~{(self.code_hash or '')[:24]}"

    @property
    def is_public(self) -> bool:
        return self.disclosure == Disclosure.PUBLIC

    @property
    def shown_author(self) -> str:
        """The name others see: of the group, of the account, or what the person wrote."""
        if self.author_left and not self.group_name:
            return str(_("A person who left"))
        return self.group_name or self.author_label


class Assignment(models.Model):
    """An office was responsible from one moment to another, and why it came to it."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="assignments")
    organisation = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reason_code = models.CharField(max_length=16, choices=TransferReason.choices, blank=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            # The one responsible office, kept by the database.
            models.UniqueConstraint(
                fields=["matter"], condition=Q(ended_at__isnull=True), name="assignment_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} → {self.organisation}"


def new_nonce() -> str:
    """128 random bits that a confirmation link is made from."""
    return secrets.token_urlsafe(16)


class Contact(models.Model):
    """How to reach someone who filed without an account. Apart, so that it can be erased alone.

    Until the address is confirmed by the link in one mail, no other mail goes there. `asked_at` is empty where
    that mail must not be sent (too many for this address).
    """

    matter = models.OneToOneField(Matter, models.CASCADE, related_name="contact")
    email = SealedEmailField()
    nonce = models.CharField(max_length=32, default=new_nonce)
    asked_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, help_text="When the mail is (next) tried.")
    attempts = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="contact_to_ask", condition=Q(next_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"contact of {self.matter_id}"


class ContactMail(models.Model):
    """That a confirmation was asked for, by a keyed hash of the address. Kept a day, against floods of mail."""

    digest = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Attachment(models.Model):
    """A file filed with a matter. The type is what the bytes say, not what the name says."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="attachments/%Y/%m")
    position = SealedField(
        max_length=120,
        blank=True,
        purpose="position",
        help_text="Where a picture was taken, for the office in charge; never in the file.",
    )
    covered_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when only its author and the offices see it."
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")
