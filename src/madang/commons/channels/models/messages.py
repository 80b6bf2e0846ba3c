"""Mails that came in: kept before anything is done with them, forgotten when nothing is to be done any more."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel.fields import SealedEmailField


def new_nonce() -> str:
    """128 random bits that a confirmation link is made from."""
    return secrets.token_urlsafe(16)


class Message(models.Model):
    """One mail. `digest` stands for it for ever, so that it is taken in once, however often it is read.

    `letter` is what its sender is (to be) told; `letter_at` is when that is (next) tried, empty once it has left.
    Words and sender are erased when it is filed, refused or has run out; the row stays.
    """

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("mail", "Not looked at yet")
        ASKED = "asked", _("The sender was asked to confirm")
        FILED = "filed", pgettext_lazy("mail", "Filed")
        TOLD = "told", _("The sender was told what to do")
        REPLY = "reply", _("A reply to one of our mails")
        ADDED = "added", _("Added to what it answers")
        IGNORED = "ignored", _("Sent by a machine: not answered")
        DISOWNED = "disowned", _("The sender did not write it")
        EXPIRED = "expired", _("Never confirmed")
        FAILED = "failed", pgettext_lazy("mail", "Could not be read")

    class Letter(models.TextChoices):
        NONE = "", ""
        ASK = "ask", _("Asked: is this yours?")
        LARGE = "large", _("Told: too large")
        EMPTY = "empty", _("Told: no text in it")
        WHERE = "where", _("Told: which address to use")
        REFUSED = "refused", _("Told: why it is not taken in")
        RECEIPT = "receipt", _("Receipt sent")
        OTHER = "other", _("Told: reply from the address that the mail went to")

    digest = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=300, blank=True)
    sender = SealedEmailField(blank=True)
    target = models.CharField(max_length=100, blank=True)
    about = models.CharField(max_length=80, blank=True, help_text="The matter that a reply belongs to.")
    title = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    language = models.CharField(max_length=2, default="ko")
    size = models.PositiveBigIntegerField()
    hint = models.CharField(
        max_length=200, blank=True, help_text="What the mail server said of SPF and DKIM."
    )
    left_out = models.JSONField(default=list, blank=True, help_text="Why files were left out.")
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    reason = models.CharField(max_length=300, blank=True)
    letter = models.CharField(max_length=8, choices=Letter.choices, default=Letter.NONE, blank=True)
    letter_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    nonce = models.CharField(max_length=32, default=new_nonce)
    sealed_code = models.TextField(blank=True, help_text="The receipt code, until the receipt has left.")
    filed_as = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["letter_at"], name="message_to_tell", condition=Q(letter_at__isnull=False)),
            models.Index(fields=["state", "-received_at"], name="message_by_state"),
            models.Index(fields=["sender", "received_at"], name="message_by_sender"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="filed", filed_as__isnull=False)
                | (~Q(state="filed") & Q(filed_as__isnull=True)),
                name="message_filed_has_reference",
            )
        ]

    def __str__(self) -> str:
        return f"{self.digest[:12]} {self.state}"


class MessageFile(models.Model):
    """A file of a mail, cleaned on arrival; gone when the mail is filed or forgotten."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    file = models.FileField(upload_to="channels/mail")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
