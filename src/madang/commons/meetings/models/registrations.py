from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from madang.commons.meetings import flows
from madang.commons.meetings.enums import Attending, Channel, Place
from madang.commons.meetings.models.meetings import Meeting
from madang.kernel.fields import SealedEmailField, SealedField
from madang.kernel.flow import Flow


class Registration(models.Model):
    """One person is on the list of one meeting, once.

    A place in the hall is a numbered `seat` under a unique key: two people cannot have the last one, whatever the
    code does. Nobody sits on a numbered chair; the number only counts. `turn` is the order in which people came, and
    so the order of the waiting list. `ticket` is shown at the door and opens nothing; the code behind `code_hash`
    opens the registration.
    """

    flow: ClassVar[Flow] = flows.REGISTRATION

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="registrations")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=Place.choices, default=Place.ASKED)
    attending = models.CharField(max_length=8, choices=Attending.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    language = models.CharField(max_length=2, default="ko")
    seat = models.PositiveIntegerField(null=True, blank=True)
    turn = models.PositiveIntegerField(null=True, blank=True)
    ticket = models.CharField(max_length=8)
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    placed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["turn", "pk"]
        indexes = [models.Index(fields=["meeting", "state", "turn"], name="registration_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"], condition=~Q(state="cancelled"), name="registration_once"
            ),
            models.UniqueConstraint(fields=["meeting", "seat"], name="registration_seat_once"),
            models.UniqueConstraint(fields=["meeting", "turn"], name="registration_turn_once"),
            models.UniqueConstraint(fields=["meeting", "ticket"], name="registration_ticket_once"),
            models.CheckConstraint(
                condition=Q(seat__isnull=True) | Q(state="seated", attending="on_site", seat__gte=1),
                name="registration_seat_is_taken",
            ),
            models.CheckConstraint(
                condition=~Q(state="seated", attending="on_site") | Q(seat__isnull=False) | Q(channel="door"),
                name="registration_in_the_hall_has_seat",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["seated", "waiting"]) | Q(turn__isnull=False),
                name="registration_placed_has_turn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} in {self.meeting_id}"

    @property
    def reference(self) -> str:
        return f"registration:~{self.code_hash[:24]}"

    @property
    def is_public(self) -> bool:
        return False


class AccessNeed(models.Model):
    """What somebody needs to take part. Seen by the organisers alone, and erased after the meeting."""

    registration = models.OneToOneField(Registration, models.CASCADE, related_name="need")
    codes = SealedField(max_length=200, purpose="access need", blank=True, help_text="Joined by commas")
    words = SealedField(max_length=1500, purpose="access need", blank=True)

    def __str__(self) -> str:
        return f"need of {self.registration_id}"

    @property
    def listed(self) -> list[str]:
        return [code for code in self.codes.split(",") if code]


def new_nonce() -> str:
    """128 random bits that a confirmation link is made from."""
    return secrets.token_urlsafe(16)


class Contact(models.Model):
    """How to reach somebody who registers without an account. Apart, so that it can be erased alone.

    Until the link in one mail is opened she has no seat, and no other mail goes there.
    """

    registration = models.OneToOneField(Registration, models.CASCADE, related_name="contact")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="+")
    email = SealedEmailField()
    nonce = models.CharField(max_length=32, default=new_nonce)
    asked_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, help_text="When the mail is (next) tried.")
    attempts = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="hall_contact_to_ask", condition=Q(next_at__isnull=False))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "email"],
                condition=Q(confirmed_at__isnull=False),
                name="hall_contact_once_a_meeting",
            )
        ]

    def __str__(self) -> str:
        return f"contact of {self.registration_id}"


class ContactMail(models.Model):
    """That a confirmation was asked for, by a keyed hash of the address. Kept a day, against floods of mail."""

    digest = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
