from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel.flow import Flow
from madang.kernel.levels import Level
from madang.kernel.models.rubric import RubricLine
from madang.kernel.saying import in_language
from madang.services.hackathons.flows import HACKATHON

HALF_HOUR = 1800  # seconds


class Hackathon(models.Model):
    """A challenge of an office that teams answer within a set time.

    Every deadline is the first moment at which it is over. Public vote and judging begin with the end of submission.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        OPEN = "open", _("Teams form")
        SUBMITTING = "submitting", _("Teams work")
        JUDGING = "judging", _("Jury and public vote")
        DECIDED = "decided", pgettext_lazy("hackathon", "Decided")
        FOLLOWED = "followed", _("Being carried out")
        CLOSED = "closed", _("Ended")

    flow: ClassVar[Flow] = HACKATHON

    slug = models.SlugField(unique=True, max_length=40)
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    title_ko = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120)
    brief_ko = models.TextField()
    brief_en = models.TextField()
    terms_ko = models.TextField(blank=True, help_text="Who may take part, and what can be won.")
    terms_en = models.TextField(blank=True)
    opens_at = models.DateTimeField()
    forms_until = models.DateTimeField()
    submits_until = models.DateTimeField()
    votes_until = models.DateTimeField()
    judges_until = models.DateTimeField()
    results_on = models.DateField(help_text="Day by which the winners are promised.")
    team_most = models.PositiveSmallIntegerField(default=5)
    slots_most = models.PositiveSmallIntegerField(default=2, help_text="Mentoring slots a team may book.")
    vote_level = models.CharField(max_length=10, choices=Level.choices, default=Level.CONTACT)
    vote_most = models.PositiveSmallIntegerField(default=1, help_text="Teams one person may vote for.")
    vote_weight = models.PositiveSmallIntegerField(default=20, help_text="Percent of the total.")
    prizes = models.PositiveSmallIntegerField(default=1, help_text="Places that win.")
    rule = models.ForeignKey(
        "kernel.Rule",
        models.PROTECT,
        related_name="+",
        help_text="How long the office has to answer a winner, and what may be objected to.",
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    outcome = models.JSONField(null=True, blank=True, help_text="Figures of the decision, frozen.")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="Reason of the decision.")

    class Meta:
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("forms_until"))
                & Q(forms_until__lte=F("submits_until"))
                & Q(submits_until__lt=F("judges_until"))
                & Q(submits_until__lt=F("votes_until")),
                name="hackathon_moments_in_order",
            ),
            models.CheckConstraint(
                condition=Q(team_most__gte=1, vote_most__gte=1, prizes__gte=1, vote_weight__lte=50),
                name="hackathon_numbers",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def title(self) -> str:
        return in_language(self.title_ko, self.title_en)

    @property
    def brief(self) -> str:
        return in_language(self.brief_ko, self.brief_en)

    @property
    def terms(self) -> str:
        return in_language(self.terms_ko, self.terms_en)

    @property
    def reference(self) -> str:
        return f"hackathon:{self.slug}"

    @property
    def is_public(self) -> bool:
        return self.state != self.State.DRAFT


class Criterion(RubricLine):
    """A line of the rubric; the weights of a hackathon sum to 100 before it opens."""

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="criteria")

    class Meta(RubricLine.Meta):
        constraints = [
            models.UniqueConstraint(fields=["hackathon", "order"], name="criterion_place_once"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=100), name="criterion_weight"),
        ]


class Mentor(models.Model):
    """Somebody whom the office named to advise teams."""

    hackathon = models.ForeignKey(Hackathon, models.CASCADE, related_name="mentors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["hackathon", "user"], name="mentor_once")]

    def __str__(self) -> str:
        return f"mentor {self.user_id}"


class Slot(models.Model):
    """Half an hour of a mentor. `half_hour` counts from 1970, so that two slots are equal or do not touch."""

    mentor = models.ForeignKey(Mentor, models.CASCADE, related_name="slots")
    half_hour = models.PositiveIntegerField()
    team = models.ForeignKey("hackathons.Team", models.SET_NULL, null=True, blank=True, related_name="slots")

    class Meta:
        ordering = ["half_hour", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["mentor", "half_hour"], name="slot_of_mentor_once"),
            models.UniqueConstraint(
                fields=["team", "half_hour"], condition=Q(team__isnull=False), name="slot_of_team_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def starts_at(self) -> datetime:
        return datetime.fromtimestamp(self.half_hour * HALF_HOUR, UTC)
