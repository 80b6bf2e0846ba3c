from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel import clock
from madang.kernel.flow import Flow
from madang.services.hackathons.flows import FOLLOWUP
from madang.services.hackathons.models.hackathons import Criterion, Hackathon
from madang.services.hackathons.models.teams import Team

GRACE = timedelta(days=14)  # a follow-up that was opened and not reported for so long is late


class Juror(models.Model):
    """Somebody whom the office named to judge. She declares conflicts first, scores alone, then hands in."""

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="jurors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(null=True, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["hackathon", "user"], name="juror_once"),
            models.CheckConstraint(
                condition=Q(handed_in_at__isnull=True) | Q(declared_at__isnull=False),
                name="juror_declares_first",
            ),
        ]

    def __str__(self) -> str:
        return f"juror {self.user_id}"


class Conflict(models.Model):
    """A juror does not score this team. That is public; the kind is for the office alone."""

    class Kind(models.TextChoices):
        OWN = "own", _("I belong to the team or have helped it")
        EMPLOYER = "employer", _("We work for the same employer")
        FAMILY = "family", _("Family or close friends")

    juror = models.ForeignKey(Juror, models.CASCADE, related_name="conflicts")
    team = models.ForeignKey(Team, models.CASCADE, related_name="conflicts")
    kind = models.CharField(
        max_length=8, choices=Kind.choices, blank=True, help_text="Empty once the juror has left."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["juror", "team"], name="conflict_once")]

    def __str__(self) -> str:
        return f"{self.juror_id} × {self.team_id}"


class Score(models.Model):
    """Points of one juror for one team in one criterion."""

    juror = models.ForeignKey(Juror, models.CASCADE, related_name="scores")
    team = models.ForeignKey(Team, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["juror", "team", "criterion"], name="score_once"),
            models.CheckConstraint(condition=Q(points__lte=5), name="score_in_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.points}"


class Ballot(models.Model):
    """What one person chose, as one row a change; append-only. Her last row counts, an empty one takes it back."""

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="ballots")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    teams = models.JSONField(default=list, help_text="Keys of teams.")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hackathon", "voter", "number"], name="ballot_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.hackathon_id}.{self.number}"


class Award(models.Model):
    """A winner. Its submission is a matter from then on: the office owes it an answer, and the answer that adopts it
    is the adoption agreement, with an owner and a date."""

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="awards")
    team = models.OneToOneField(Team, models.PROTECT, related_name="award")
    place = models.PositiveSmallIntegerField()
    matter = models.OneToOneField("matters.Matter", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return f"{self.place}. {self.team_id}"


class FollowUp(models.Model):
    """Three, six and twelve months after an adoption agreement: how does the promise stand?"""

    class State(models.TextChoices):
        WAITING = "waiting", _("To come")
        OPEN = "open", _("Due")
        REPORTED = "reported", pgettext_lazy("followup", "Reported")

    flow: ClassVar[Flow] = FOLLOWUP

    award = models.ForeignKey(Award, models.CASCADE, related_name="followups")
    effect = models.ForeignKey("matters.Effect", models.PROTECT, related_name="+")
    months = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    report = models.TextField(blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["effect", "months"], name="followup_once"),
            models.CheckConstraint(
                condition=~Q(state="reported") | (~Q(report="") & Q(reported_at__isnull=False)),
                name="followup_reported_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id} +{self.months}"

    @property
    def reference(self) -> str:
        return f"hackteam:{self.award.team_id}"

    @property
    def is_public(self) -> bool:
        return self.award.team.is_public

    @property
    def late_from(self) -> date:
        return self.due_on + GRACE

    @property
    def is_late(self) -> bool:
        return self.state != self.State.REPORTED and clock.today() >= self.late_from
