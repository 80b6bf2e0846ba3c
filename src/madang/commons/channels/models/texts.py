"""Text messages: whose number, and what became of each. Their words are not kept here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel.fields import SealedField


class Number(models.Model):
    """A phone number that has written or called, sealed. One number is one person: `user` supports and comments for it.

    `user` is a row without a way to sign in, made when it is first needed, or the account that its holder connected.
    Erased when it was silent for a month and nothing it supports is still counted; a number that said stop is kept a
    year, so that stop means stop.
    """

    number = SealedField(max_length=120, unique=True, purpose="number")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_connected = models.BooleanField(
        default=False, help_text="The user is an account of a person, not made for it."
    )
    stopped_at = models.DateTimeField(null=True, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="number_by_silence")]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_connected=False) | Q(user__isnull=False), name="number_connected_has_user"
            )
        ]

    def __str__(self) -> str:
        return f"number {self.pk}"


class Text(models.Model):
    """One message. `digest` stands for it for ever, so that it is taken in once, however often it is delivered.

    `sealed_words` waits at most a day for its sender's yes. `sealed_reply` is what its sender is told until it has left (it may hold a receipt code); `reply_at` is when that is
    (next) tried. Whose it was goes after thirty days.
    """

    class State(models.TextChoices):
        FILED = "filed", pgettext_lazy("text message", "Filed")
        ASKED = "asked", _("The sender was asked whether to file it")
        COMMENTED = "commented", _("Comment")
        SUPPORTED = "supported", _("Support")
        TAKEN_BACK = "back", _("Support taken back")
        TOLD = "told", _("The sender was told what to do")
        REFUSED = "refused", _("Refused, with the reason")
        STOPPED = "stopped", _("Stop and start")
        SILENT = "silent", _("Not answered: the number said stop")
        CALLED = "called", _("The caller was told what was entered by phone")
        FLOOD = "flood", _("Not answered: too many in a day")

    digest = models.CharField(max_length=64, unique=True)
    number = models.ForeignKey(Number, models.SET_NULL, null=True, blank=True, related_name="texts")
    state = models.CharField(max_length=10, choices=State.choices)
    target = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=2, default="ko")
    filed_as = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    sealed_words = models.TextField(blank=True)
    sealed_reply = models.TextField(blank=True)
    reply_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["reply_at"], name="text_to_answer", condition=Q(reply_at__isnull=False)),
            models.Index(fields=["number", "received_at"], name="text_by_number"),
        ]

    def __str__(self) -> str:
        return f"{self.digest[:12]} {self.state}"
