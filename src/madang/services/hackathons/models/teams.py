from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.kernel.fields import SealedEmailField
from madang.kernel.flow import Flow
from madang.services.hackathons.flows import MEMBER
from madang.services.hackathons.models.hackathons import Hackathon


class HideReason(models.TextChoices):
    """Why moderation takes down what a team shows; no other reason exists."""

    PERSONAL = "personal", _("Personal data of others")
    INSULT = "insult", _("Insult or hate")
    ADVERT = "advert", _("It is advertising")
    UNLAWFUL = "unlawful", _("Against the law")


class Team(models.Model):
    """People who answer the challenge together. `captain` hands in and invites; she can hand that over.

    While `hidden_why` is set, its words and files are shown to members, jurors and moderators only.
    """

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=40)
    about = models.TextField(help_text="What it wants to make.")
    wanted = models.CharField(max_length=200, blank=True, help_text="Skills it looks for; public.")
    captain = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    founded_at = models.DateTimeField()
    hidden_why = models.CharField(max_length=10, choices=HideReason.choices, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["hackathon", "name"], name="team_name_once"),
            models.CheckConstraint(
                condition=Q(hidden_why="", hidden_at__isnull=True)
                | (~Q(hidden_why="") & Q(hidden_at__isnull=False, hidden_by__isnull=False)),
                name="team_hidden_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """Its name for everybody; what was taken down keeps its place and loses its name."""
        return str(_("A team that was taken down")) if self.hidden_why else self.name

    @property
    def reference(self) -> str:
        return f"hackteam:{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.hackathon.is_public


class Member(models.Model):
    """A place in a team: asked for, offered, taken, given up. One place a person in each hackathon."""

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ASKED = "asked", _("Would like to join")
        JOINED = "joined", _("Member")
        DECLINED = "declined", _("Declined")
        LEFT = "left", _("Left")

    flow: ClassVar[Flow] = MEMBER

    team = models.ForeignKey(Team, models.CASCADE, related_name="members")
    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    email = SealedEmailField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.INVITED)
    words = models.CharField(max_length=300, blank=True, help_text="What somebody who asks says to the team.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hackathon", "user"], condition=Q(state="joined"), name="member_of_one_team"
            ),
            models.UniqueConstraint(
                fields=["team", "user"],
                condition=Q(state__in=["invited", "asked", "joined"]),
                name="member_asked_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["joined", "asked", "left"]) | Q(user__isnull=False),
                name="member_is_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} {self.state}"

    @property
    def reference(self) -> str:
        return f"hackmember:{self.pk}"

    @property
    def is_public(self) -> bool:
        """Who is asked or asks is nobody else's business; members stand on the page of the team."""
        return False


class SubmissionFile(models.Model):
    """A file of a submission, without metadata. The type is what the bytes say."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="hackathons/%Y/%m")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


class Submission(models.Model):
    """One version of what a team hands in; append-only. The last one before the deadline counts."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="submissions")
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=100)
    body = models.TextField()
    links = models.JSONField(default=list)
    files = models.ManyToManyField(SubmissionFile, related_name="+", blank=True)
    digest = models.CharField(
        max_length=64, help_text="SHA-256 of words, links and files; the act in the log commits to it."
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["team", "version"], name="submission_version_once")]

    def __str__(self) -> str:
        return f"{self.team_id}.{self.version}"
