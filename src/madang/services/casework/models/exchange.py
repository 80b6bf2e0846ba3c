"""What other systems send and get: filings and updates by Open311, other servers, and the cases that wait for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from madang.kernel import clock
from madang.kernel.fields import SealedField

OVER = "closed"
"""The state of the standard after which another server has ended it; before it may use other words than `open`."""


class Received(models.Model):
    """A case that came in by Open311, and with whose key.

    `repeat` is a digest of key and content while a repeated request counts as the same one (until `repeats_until`);
    `answer` is what was answered, sealed with the key, of which nothing is stored here. `token_digest` opens a case that
    is not public to whoever holds the token.
    """

    case = models.OneToOneField("casework.Case", models.CASCADE, related_name="received")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(default=clock.now)
    repeat = models.CharField(max_length=64, unique=True, null=True, blank=True)
    repeats_until = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    media_url = models.URLField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["repeats_until"], name="received_repeats", condition=Q(repeats_until__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"received {self.case_id}"


class ReceivedUpdate(models.Model):
    """What another system said about a case it had sent, or had been sent. It moves no state by itself: officers read it."""

    case = models.ForeignKey("casework.Case", models.CASCADE, related_name="updates_received")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    update_id = models.CharField(max_length=120)
    status = models.CharField(max_length=40)
    description = models.TextField(blank=True)
    media_url = models.URLField(max_length=500, blank=True)
    said_at = models.DateTimeField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["holder", "update_id"], name="received_update_once"),
        ]

    def __str__(self) -> str:
        return f"{self.update_id} on {self.case_id}"


class Peer(models.Model):
    """Another Open311 server to which cases are passed on."""

    name = models.CharField(max_length=80, unique=True)
    center = models.ForeignKey("casework.Center", models.PROTECT, related_name="peers")
    url = models.URLField(
        max_length=300, help_text="Root of its service, e.g. https://311.example.kr/open311/v2"
    )
    jurisdiction = models.CharField(max_length=60, blank=True)
    api_key = SealedField(max_length=500, purpose="peer", blank=True)
    reports_as = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The account with whose key it sends updates back.",
    )
    is_active = models.BooleanField(default=True)
    silences = models.PositiveSmallIntegerField(
        default=0, help_text="How often in a row it gave no answer when asked how cases stand."
    )
    silent_since = models.DateTimeField(null=True, blank=True)
    ask_after = models.DateTimeField(null=True, blank=True, help_text="Asked nothing before this moment.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return f"peer:{self.pk}"


class PeerService(models.Model):
    """Which service of the other server a category is; with `is_automatic`, its cases are passed on as they come."""

    peer = models.ForeignKey(Peer, models.CASCADE, related_name="services")
    category = models.ForeignKey("casework.Category", models.CASCADE, related_name="+")
    service_code = models.CharField(max_length=80)
    is_automatic = models.BooleanField(default=False)

    class Meta:
        ordering = ["category__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["peer", "category"], name="peer_service_once")]

    def __str__(self) -> str:
        return f"{self.category} → {self.peer}:{self.service_code}"


class Forward(models.Model):
    """A case in the outbox: kept until the other server has taken it, refused it, or been silent for too long.

    `key` goes with every attempt, so that a server that knows it files once. What has been taken over there is asked for at
    `ask_at`, the `asked`th time; `heard_at` is when the other side last said how it stands, and `their_status` what.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("outbox", "Waiting")
        SENT = "sent", pgettext_lazy("outbox", "Taken over there")
        REFUSED = "refused", pgettext_lazy("outbox", "Refused over there")
        GIVEN_UP = "given_up", pgettext_lazy("outbox", "Given up")
        DROPPED = "dropped", pgettext_lazy("outbox", "Taken out")

    class Trouble(models.TextChoices):
        """Why the last time of asking told nothing."""

        LATER = "later", pgettext_lazy("asking", "The other server did not answer.")
        UNKNOWN = "unknown", pgettext_lazy("asking", "The other server does not know this number.")
        NO_NUMBER = "no_number", pgettext_lazy("asking", "The other server has given no number yet.")
        NONSENSE = "nonsense", pgettext_lazy("asking", "The other server gave no answer that can be used.")

    case = models.ForeignKey("casework.Case", models.CASCADE, related_name="forwards")
    peer = models.ForeignKey(Peer, models.PROTECT, related_name="forwards")
    service_code = models.CharField(max_length=80)
    key = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=clock.now)
    next_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="HTTP status of the last answer"
    )
    problem = models.CharField(max_length=300, blank=True)
    their_id = models.CharField(max_length=120, blank=True)
    their_token = models.CharField(max_length=120, blank=True)
    their_status = models.CharField(max_length=40, blank=True)
    ask_at = models.DateTimeField(null=True, blank=True)
    asked = models.PositiveSmallIntegerField(default=0)
    heard_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=10, choices=Trouble.choices, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "peer"], condition=~Q(state="dropped"), name="forward_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(finished_at__isnull=False), name="forward_ended_has_moment"
            ),
            models.CheckConstraint(
                condition=Q(state="sent") | Q(ask_at__isnull=True), name="forward_asked_when_sent"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="forward_waiting", condition=Q(next_at__isnull=False)),
            models.Index(fields=["ask_at"], name="forward_to_ask", condition=Q(ask_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.peer_id} {self.state}"

    @property
    def is_over(self) -> bool:
        """Whether the other side has ended it, as it says."""
        return self.their_status == OVER


class PeerWord(models.Model):
    """What another server said about a case that was passed on to it; a new row each time it said something else.

    It moves no state here. `said_at` is the time the other side names, `at` when it was first heard.
    """

    forward = models.ForeignKey(Forward, models.CASCADE, related_name="words")
    status = models.CharField(max_length=40)
    notes = models.TextField(blank=True)
    agency = models.CharField(max_length=200, blank=True)
    media_url = models.URLField(max_length=500, blank=True)
    expected_at = models.DateTimeField(null=True, blank=True)
    said_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.forward_id}: {self.status}"
