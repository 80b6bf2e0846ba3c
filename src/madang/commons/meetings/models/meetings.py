from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from madang.commons.meetings import flows
from madang.commons.meetings.enums import Mode, SpeakingRule, State
from madang.kernel.flow import Flow
from madang.kernel.levels import Level
from madang.kernel.saying import in_english


def in_language(ko: str, en: str) -> str:
    """The text in the language of the page; the other one where it is missing."""
    return (en or ko) if in_english() else (ko or en)


class Meeting(models.Model):
    """People come together, in a hall, online or both, because one office invites them.

    `number` is read out and stands in addresses. `seats` empty means no limit. Everybody sees a meeting from the
    moment it is planned.
    """

    flow: ClassVar[Flow] = flows.MEETING

    number = models.CharField(max_length=24, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    title_ko = models.CharField(max_length=100)
    title_en = models.CharField(max_length=140, blank=True)
    summary_ko = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.ON_SITE)
    place = models.CharField(max_length=100, blank=True, help_text="The hall, as people know it")
    address = models.CharField(max_length=160, blank=True)
    district = models.CharField(max_length=10, blank=True, help_text="Code of `kernel.places`")
    seats = models.PositiveIntegerField(null=True, blank=True)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.CONTACT)
    speaking_rule = models.CharField(max_length=10, choices=SpeakingRule.choices, default=SpeakingRule.FIRST)
    speaking_seconds = models.PositiveIntegerField(default=180)
    stream_url = models.URLField(max_length=400, blank=True)
    recording_url = models.URLField(max_length=400, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True, help_text="When it really began")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When it really ended")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["state", "starts_at"], name="meeting_list")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_moments_in_order"),
            models.CheckConstraint(
                condition=Q(mode=Mode.ONLINE) | ~Q(place=""), name="meeting_on_site_has_place"
            ),
            models.CheckConstraint(
                condition=~Q(mode=Mode.ONLINE) | Q(seats__isnull=True), name="meeting_seats_are_in_a_hall"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def title(self) -> str:
        return in_language(self.title_ko, self.title_en)

    @property
    def summary(self) -> str:
        return in_language(self.summary_ko, self.summary_en)

    @property
    def reference(self) -> str:
        return f"meeting:{self.number}"

    @property
    def is_public(self) -> bool:
        return True

    @property
    def has_hall(self) -> bool:
        return self.mode != Mode.ONLINE

    @property
    def is_online(self) -> bool:
        return self.mode != Mode.ON_SITE


class About(models.Model):
    """What a meeting is about: any public thing, by reference."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="about")
    reference = models.CharField(max_length=80, db_index=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "reference"], name="about_once")]

    def __str__(self) -> str:
        return self.reference


class AgendaItem(models.Model):
    """One point of the agenda. `version` rises with every change, so that two who edit it notice each other.

    `order` has gaps after a removal; only its direction means something.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    order = models.PositiveIntegerField()
    title = models.CharField(max_length=140)
    note = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(default=10, help_text="Planned length")
    reference = models.CharField(max_length=80, blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1), name="agenda_item_takes_time"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(started_at__isnull=False),
                name="agenda_item_began_before_it_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AgendaVersion(models.Model):
    """An agenda item as it once was: what a later save is compared and merged with. Append-only."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=140)
    note = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["item", "version"], name="agenda_version_once")]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.version}"
