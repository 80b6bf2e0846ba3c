from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.commons.notices.models.following import Event, Follow, Rhythm
from madang.kernel import clock
from madang.kernel.fields import SealedEmailField


class Delivery(models.Model):
    """An event for one address: waiting, sent, refused for good (`failed`) or tried in vain (`given_up`).

    `batch` is set when the row is taken into a mail, and never changes again: rows with the same number are one
    mail, whatever happens afterwards. It is the key of the first of them. Until then `rhythm` and `next_at`
    follow the reader's wishes.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Refused by the mail server")
        GIVEN_UP = "given_up", _("Given up")

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    follow = models.ForeignKey(Follow, models.SET_NULL, null=True, related_name="+")
    address = SealedEmailField()
    language = models.CharField(max_length=2)
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices, default=Rhythm.INSTANT)
    batch = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "address"], name="delivery_once")]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_waiting", condition=Q(state="waiting")),
            models.Index(fields=["address"], name="delivery_gathering", condition=Q(state="waiting")),
            models.Index(fields=["batch"], name="delivery_batch", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.state}"
