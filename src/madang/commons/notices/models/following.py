from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock
from madang.kernel.fields import SealedEmailField, SealedField


def new_token() -> str:
    """192 random bits: the link that stops mails needs no sign-in."""
    return secrets.token_urlsafe(24)


class Rhythm(models.TextChoices):
    """When mails come: each at once, or gathered into one."""

    INSTANT = "instant", _("At once, one e-mail for each piece of news")
    DAILY = "daily", _("Once a day, gathered into one e-mail")
    WEEKLY = "weekly", _("Once a week, gathered into one e-mail")


class Why(models.TextChoices):
    """Why somebody is told. The order is the strength: a stronger reason replaces a weaker one."""

    AUTHOR = "author", _("You filed this.")
    SUPPORTER = "supporter", _("You support this.")
    COMMENTER = "commenter", _("You commented on this.")
    FOLLOWER = "follower", _("You follow this.")


class Follow(models.Model):
    """Somebody wants to hear of a thing: a person with an account, or an e-mail address alone.

    `successor` is the follow that a merge made of this one; the stop link of this one stops that one too.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    address = SealedEmailField(null=True, blank=True)
    reference = models.CharField(max_length=80)
    why = models.CharField(max_length=10, choices=Why.choices)
    language = models.CharField(max_length=2, default="ko")
    token = SealedField(max_length=100, purpose="stop", unique=True, default=new_token)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    successor = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, address__isnull=True)
                | Q(user__isnull=True, address__isnull=False),
                name="follow_person_or_address",
            ),
            models.UniqueConstraint(
                fields=["user", "reference"], condition=Q(ended_at__isnull=True), name="follow_user_once"
            ),
            models.UniqueConstraint(
                fields=["address", "reference"],
                condition=Q(ended_at__isnull=True),
                name="follow_address_once",
            ),
        ]
        indexes = [
            models.Index(fields=["reference", "id"], name="follow_open", condition=Q(ended_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.why} of {self.reference}"


class Preference(models.Model):
    """How somebody wants her mails: a person with an account, or an address. No row means at once, day and night.

    `token` opens the settings and stops everything from a digest; `calendar_token` opens the private calendar.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    address = SealedEmailField(null=True, blank=True, unique=True)
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices, default=Rhythm.INSTANT)
    is_quiet = models.BooleanField(default=False, help_text="No mails between the two hours, Korean time")
    quiet_from = models.PositiveSmallIntegerField(default=21)
    quiet_to = models.PositiveSmallIntegerField(default=8)
    token = SealedField(max_length=100, purpose="stop", unique=True, default=new_token)
    calendar_token = SealedField(max_length=100, purpose="calendar", unique=True, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, address__isnull=True)
                | Q(user__isnull=True, address__isnull=False),
                name="preference_person_or_address",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__lte=23, quiet_to__lte=23), name="preference_hours_of_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.rhythm


class Event(models.Model):
    """Something happened to a thing. `told_at` is empty until every follower has a notice or a mail.

    `list_at` and `follow_at` say how far the telling got, so that it goes on there after a kill.
    """

    reference = models.CharField(max_length=80)
    also_references = models.JSONField(default=list)
    kind = models.CharField(max_length=60)
    title = models.TextField()
    data = models.JSONField(default=dict)
    not_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    not_followers_of = models.CharField(
        max_length=80, blank=True, help_text="Who follows this thing too hears the same from it."
    )
    at = models.DateTimeField(default=clock.now)
    worked_at = models.DateTimeField(default=clock.now, help_text="When the telling last got on")
    list_at = models.PositiveSmallIntegerField(default=0, help_text="Which of its references is being told")
    follow_at = models.BigIntegerField(default=0, help_text="Key of the last follower who was told")
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["worked_at"], name="event_untold_since", condition=Q(told_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Notice(models.Model):
    """An event on somebody's own page: once, however many reasons she has to hear of it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, models.CASCADE, related_name="notices")
    is_author = models.BooleanField(
        default=False, help_text="She may see it even when the thing is not public"
    )
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "event"], name="notice_once")]
        indexes = [models.Index(fields=["user"], name="notice_unread", condition=Q(read_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.user_id}"
