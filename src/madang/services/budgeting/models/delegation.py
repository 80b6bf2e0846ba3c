"""The delegation of a round: who sits on it, when it sat, what each of them thinks of a project, and what follows.

A delegate is published by a number that tells neither her place in the lot nor when she joined.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel.flow import Flow
from madang.kernel.models.rubric import RubricLine
from madang.kernel.saying import in_language
from madang.services.budgeting.flows import APPLICANT, DELEGATE, DELEGATION, SITTING
from madang.services.budgeting.models.proposals import Project
from madang.services.budgeting.models.rounds import Round


class Verdict(models.TextChoices):
    """What a delegate, and then the delegation, says of a project."""

    RECOMMEND = "recommend", _("Recommended")
    CHANGE = "change", _("Recommended with changes")
    AGAINST = "against", _("Not recommended")


class Against(models.TextChoices):
    """Why a project is not recommended: a closed list, so that reasons can be counted."""

    LITTLE_NEED = "little_need", _("There is little need for it")
    FEW = "few", _("Too few people would have something of it")
    WORTH = "worth", _("It costs too much for what it does")
    DOUBTFUL = "doubtful", _("It is doubtful that it can be carried out")
    THERE = "there", _("Something like it is there or planned already")
    UNFAIR = "unfair", _("It would burden others unfairly")
    ELSE = "else", pgettext_lazy("delegation", "Another reason, explained")


class Delegation(models.Model):
    """Residents by lot and on open seats who weigh the projects of one round. Seats, criteria and rubric are frozen with the
    announcement; the panel is linked when it is being drawn."""

    class State(models.TextChoices):
        FORMING = "forming", _("At work")
        PUBLISHED = "published", pgettext_lazy("delegation", "Published")

    flow: ClassVar[Flow] = DELEGATION

    round = models.OneToOneField(Round, models.CASCADE, related_name="delegation")
    state = models.CharField(max_length=10, choices=State.choices, default=State.FORMING)
    by_lot = models.PositiveSmallIntegerField(help_text="Seats that are drawn.")
    open_seats = models.PositiveSmallIntegerField(default=0, help_text="Seats one applies for.")
    criteria_ko = models.TextField(blank=True, help_text="By what the open seats are given.")
    criteria_en = models.TextField(blank=True)
    applies_from = models.DateTimeField(null=True, blank=True)
    applies_until = models.DateTimeField(null=True, blank=True)
    most = models.PositiveSmallIntegerField(default=5, help_text="Points go from 0 to this.")
    panel = models.OneToOneField("panels.Panel", models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(by_lot__gte=1) | Q(open_seats__gte=1), name="delegation_has_seats"
            ),
            models.CheckConstraint(condition=Q(most__gte=1, most__lte=10), name="delegation_scale"),
            models.CheckConstraint(
                condition=Q(open_seats=0) | Q(applies_from__lt=F("applies_until")),
                name="delegation_open_seats_have_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"delegation of {self.round_id}"

    @property
    def criteria(self) -> str:
        return in_language(self.criteria_ko, self.criteria_en)

    @property
    def reference(self) -> str:
        return f"delegation:{self.round.slug}"

    @property
    def is_public(self) -> bool:
        return self.round.is_public


class Criterion(RubricLine):
    """A line of the rubric; the weights of a delegation sum to 100 before the round is announced."""

    delegation = models.ForeignKey(Delegation, models.CASCADE, related_name="rubric")

    class Meta(RubricLine.Meta):
        constraints = [
            models.UniqueConstraint(fields=["delegation", "order"], name="delegation_criterion_once"),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=100), name="delegation_criterion_weight"
            ),
        ]


class Applicant(models.Model):
    """Somebody who asks for an open seat. What she writes is for the office; it is erased when she leaves the site."""

    class State(models.TextChoices):
        APPLIED = "applied", _("Waits for a decision")
        CHOSEN = "chosen", pgettext_lazy("applicant", "Chosen")
        DECLINED = "declined", pgettext_lazy("applicant", "Not chosen")
        WITHDRAWN = "withdrawn", pgettext_lazy("applicant", "Withdrawn")

    flow: ClassVar[Flow] = APPLICANT

    delegation = models.ForeignKey(Delegation, models.CASCADE, related_name="applicants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.APPLIED)
    motive = models.TextField(blank=True)
    values: Any = models.JSONField(
        default=dict, help_text="By feature of the panel, as far as she says: for the composition only."
    )
    reason = models.TextField(blank=True, help_text="Of the decision; she reads it.")
    applied_at = models.DateTimeField()

    class Meta:
        ordering = ["applied_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["delegation", "user"], name="applicant_once")]

    def __str__(self) -> str:
        return f"applicant {self.pk}"

    @property
    def reference(self) -> str:
        return f"applicant:{self.pk}"

    @property
    def is_public(self) -> bool:
        """Who applied is told to nobody; how many did is."""
        return False


class Delegate(models.Model):
    """Who sits on a delegation. `user` is empty once she has left the site; `named`: she wants to stand there by name."""

    class State(models.TextChoices):
        SEATED = "seated", pgettext_lazy("delegate", "Has a seat")
        LEFT = "left", pgettext_lazy("delegate", "Has left")

    flow: ClassVar[Flow] = DELEGATE

    delegation = models.ForeignKey(Delegation, models.CASCADE, related_name="delegates")
    number = models.PositiveSmallIntegerField(help_text="By which she is published; taken at random.")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    seat = models.OneToOneField("panels.Seat", models.PROTECT, null=True, blank=True, related_name="+")
    applicant = models.OneToOneField(
        Applicant, models.PROTECT, null=True, blank=True, related_name="delegate"
    )
    state = models.CharField(max_length=6, choices=State.choices, default=State.SEATED)
    named = models.BooleanField(default=False)
    declared_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["delegation", "number"], name="delegate_number_once"),
            models.UniqueConstraint(fields=["delegation", "user"], name="delegate_person_once"),
            models.CheckConstraint(
                condition=Q(seat__isnull=False, applicant__isnull=True)
                | Q(seat__isnull=True, applicant__isnull=False),
                name="delegate_by_lot_or_open",
            ),
            models.CheckConstraint(condition=Q(named=False) | Q(user__isnull=False), name="delegate_named"),
        ]

    def __str__(self) -> str:
        return f"delegate {self.number}"

    @property
    def reference(self) -> str:
        return f"delegate:{self.pk}"

    @property
    def is_public(self) -> bool:
        """Which number is whose, nobody is told."""
        return False

    @property
    def is_active(self) -> bool:
        """Whether she has her seat still; a lot's seat may be given back where the lot is kept."""
        return self.state == self.State.SEATED and (self.seat is None or self.seat.state == "accepted")


class Sitting(models.Model):
    """A session of the delegation: a meeting, and the projects that are scored in it, from its opening until it closes."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("sitting", "Planned")
        OPEN = "open", pgettext_lazy("sitting", "Scoring is open")
        CLOSED = "closed", pgettext_lazy("sitting", "Closed")

    flow: ClassVar[Flow] = SITTING

    delegation = models.ForeignKey(Delegation, models.CASCADE, related_name="sittings")
    number = models.PositiveSmallIntegerField()
    meeting = models.OneToOneField("meetings.Meeting", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    recorded_at = models.DateTimeField(null=True, blank=True, help_text="When it was noted who came.")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["delegation", "number"], name="delegation_sitting_once")
        ]

    def __str__(self) -> str:
        return f"{self.delegation_id}.{self.number}"

    @property
    def reference(self) -> str:
        return self.delegation.reference

    @property
    def is_public(self) -> bool:
        return self.delegation.is_public


class Hearing(models.Model):
    """A project that is scored in a session; each in one."""

    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="hearings")
    project = models.OneToOneField(Project, models.CASCADE, related_name="hearing")

    class Meta:
        ordering = ["project__code"]

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.project_id}"


class Presence(models.Model):
    """Whether a delegate came. Both are kept, so that who leaves later moves no share."""

    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="presences")
    delegate = models.ForeignKey(Delegate, models.CASCADE, related_name="presences")
    came = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "delegate"], name="delegation_presence_once")
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.delegate_id}"


class Conflict(models.Model):
    """A delegate does not score this project. How many conflicts there are is public; whose and of which kind is not."""

    class Kind(models.TextChoices):
        OWN = "own", _("I proposed it or have helped with it")
        GAIN = "gain", _("I or my employer would earn from it")
        FAMILY = "family", _("Family or close friends are concerned")

    delegate = models.ForeignKey(Delegate, models.CASCADE, related_name="conflicts")
    project = models.ForeignKey(Project, models.CASCADE, related_name="conflicts")
    kind = models.CharField(max_length=6, choices=Kind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delegate", "project"], name="delegation_conflict_once")
        ]

    def __str__(self) -> str:
        return f"{self.delegate_id} × {self.project_id}"


class Assessment(models.Model):
    """What one delegate thinks of one project. `version` rises with each change, so that two tabs notice each other."""

    delegate = models.ForeignKey(Delegate, models.CASCADE, related_name="assessments")
    project = models.ForeignKey(Project, models.CASCADE, related_name="assessments")
    verdict = models.CharField(max_length=9, choices=Verdict.choices)
    reason_code = models.CharField(max_length=12, choices=Against.choices, blank=True)
    version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delegate", "project"], name="assessment_once"),
            models.CheckConstraint(
                condition=Q(verdict="against") & ~Q(reason_code="")
                | ~Q(verdict="against") & Q(reason_code=""),
                name="assessment_against_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegate_id} {self.project_id} {self.verdict}"


class Points(models.Model):
    """Points of one assessment in one criterion."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="points")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    given = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="points_once"),
            models.CheckConstraint(condition=Q(given__lte=10), name="points_in_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.given}"


class Finding(models.Model):
    """What the delegation decided about a project, with its sentence; it never changes. Without a verdict nobody scored it."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="finding")
    verdict = models.CharField(max_length=9, choices=Verdict.choices, blank=True)
    reason_code = models.CharField(max_length=12, choices=Against.choices, blank=True)
    words = models.TextField(blank=True)
    mark = models.PositiveIntegerField(null=True, help_text="Mean of the marks in thousandths of a point.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["project__code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="against") & ~Q(reason_code="")
                | ~Q(verdict="against") & Q(reason_code=""),
                name="finding_against_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", mark__isnull=True) | ~Q(verdict="") & Q(mark__isnull=False),
                name="finding_has_mark",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.verdict}"
