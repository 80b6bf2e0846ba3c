from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.commons.notices.models.following import Event, new_token
from madang.kernel import clock


class Hook(models.Model):
    """An address of somebody's own program that is told what happened, as signed messages.

    The secret is not stored: it follows from the key of the installation, `name` and `generation`, so a copy of
    the database signs nothing. A new generation makes a new secret; the one before signs beside it for a day.
    """

    class Scope(models.TextChoices):
        FOLLOWED = "followed", _("What I filed, support or follow")
        PUBLIC = "public", _("Everything public")

    class State(models.TextChoices):
        ACTIVE = "active", _("Working")
        DISABLED = "disabled", _("Switched off")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=40, unique=True, default=new_token)
    url = models.URLField(max_length=500)
    scope = models.CharField(max_length=8, choices=Scope.choices, default=Scope.FOLLOWED)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    generation = models.PositiveIntegerField(default=1)
    rotated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    last_success_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "url"], name="hook_once")]

    def __str__(self) -> str:
        return self.url

    @property
    def reference(self) -> str:
        return f"hook:{self.name}"


class HookDelivery(models.Model):
    """One message to one hook. `message_id` and `body` are fixed when it is made: every attempt sends the same.

    `event` is empty for a trial message.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", pgettext_lazy("web hook", "Delivered")
        FAILED = "failed", _("Not delivered")
        DROPPED = "dropped", _("Not sent: no longer to be seen")

    hook = models.ForeignKey(Hook, models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, models.CASCADE, null=True, blank=True, related_name="+")
    message_id = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=60)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=clock.now)
    next_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="HTTP status of the last answer"
    )
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hook", "event"], name="hook_event_once")]
        indexes = [
            models.Index(fields=["next_at"], name="hook_waiting", condition=Q(state="waiting")),
            models.Index(fields=["hook", "-made_at"], name="hook_history"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"
