from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel.flow import Flow
from madang.services.budgeting.flows import PROJECT, PROPOSAL
from madang.services.budgeting.models.rounds import Pot, Round
from madang.services.budgeting.reasons import DropReason


class Project(models.Model):
    """What stands on the ballot: worked out by one or more offices from one or more proposals. Amounts are won."""

    class State(models.TextChoices):
        WORKED_OUT = "worked_out", _("Being worked out")
        COSTED = "costed", _("Estimated")
        ON_BALLOT = "on_ballot", _("On the ballot")
        FUNDED = "funded", _("Funded")
        NOT_FUNDED = "not_funded", _("Not funded")
        DROPPED = "dropped", pgettext_lazy("project", "Dropped")

    flow: ClassVar[Flow] = PROJECT

    round = models.ForeignKey(Round, models.CASCADE, related_name="projects")
    pot = models.ForeignKey(Pot, models.PROTECT, related_name="projects")
    code = models.CharField(max_length=12, help_text="On the ballot and in the file: letters and figures.")
    title = models.CharField(max_length=120)
    about = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WORKED_OUT)
    drop_code = models.CharField(max_length=16, choices=DropReason.choices, blank=True)
    cost = models.BigIntegerField(null=True, blank=True, help_text="Of the latest estimate.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="project_code_once"),
            models.CheckConstraint(
                condition=Q(state__in=["worked_out", "dropped"]) | Q(cost__gt=0),
                name="project_costed_has_cost",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def reference(self) -> str:
        return f"project:{self.round.slug}-{self.code}"

    @property
    def is_public(self) -> bool:
        return self.round.is_public


class Part(models.Model):
    """What one office does in a project. A project that spans offices is one project; exactly one of them leads."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="parts")
    office = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    task = models.CharField(max_length=200, blank=True)
    leads = models.BooleanField(default=False)

    class Meta:
        ordering = ["-leads", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "office"], name="part_office_once"),
            models.UniqueConstraint(fields=["project"], condition=Q(leads=True), name="part_one_leads"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.office_id}"


class Estimate(models.Model):
    """What a project would cost, how that was found and how sure it is. Rows are only added; the last one counts."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="estimates")
    amount = models.BigIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    method = models.TextField(help_text="How it was found: unit costs, offers, a comparable project.")
    reason = models.TextField(blank=True, help_text="Why it differs from the one before.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(low__gt=0) & Q(low__lte=F("amount")) & Q(amount__lte=F("high")),
                name="estimate_within_its_range",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class Proposal(models.Model):
    """A resident's wish in a round: a project to be paid for, or a saving. It is a matter, so an office owes it an answer."""

    class Kind(models.TextChoices):
        PROJECT = "project", _("Project")
        SAVING = "saving", _("Saving")

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("Handed in")
        ELIGIBLE = "eligible", _("Eligible")
        JOINED = "joined", _("Part of a project")
        DROPPED = "dropped", pgettext_lazy("proposal", "Not taken further")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    flow: ClassVar[Flow] = PROPOSAL

    matter = models.OneToOneField("matters.Matter", models.CASCADE, primary_key=True, related_name="+")
    round = models.ForeignKey(Round, models.PROTECT, related_name="proposals")
    pot = models.ForeignKey(Pot, models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PROJECT)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    drop_code = models.CharField(
        max_length=16,
        choices=DropReason.choices,
        blank=True,
        help_text="Chosen with the draft of the answer; it says something once the state is `dropped`.",
    )
    was_eligible = models.BooleanField(
        default=False, help_text="An office has taken it further, whatever became of it then."
    )
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="proposals")
    amount = models.BigIntegerField(
        null=True, blank=True, help_text="What the proposer thinks it costs, or saves in a year; won."
    )
    place = models.CharField(max_length=80, blank=True)
    district = models.CharField(max_length=10, blank=True, help_text="Code of `kernel.places`")
    latitude = models.FloatField(
        null=True, blank=True, help_text="Degrees, to about ten metres; of the place it is about."
    )
    longitude = models.FloatField(null=True, blank=True)
    form_key = models.CharField(
        max_length=32,
        unique=True,
        null=True,
        blank=True,
        help_text="Of the form it came by, so that a form files once.",
    )

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["round", "state"], name="proposal_list")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="joined") | Q(project__isnull=False), name="proposal_joined_has_project"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="proposal_point_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(drop_code=""), name="proposal_dropped_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.matter)

    @property
    def reference(self) -> str:
        # The matter's own name is its public number; acts of a round on it are told apart by their action.
        return f"proposal:{self.matter.number}"

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, where its author set one."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude

    @property
    def is_public(self) -> bool:
        return self.matter.is_public


class Touched(models.Model):
    """A social value of the plan that a proposal serves, in the proposer's own sentence. Three at most."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="values")
    value = models.PositiveSmallIntegerField(help_text="Of the plan, 1 to 13.")
    why = models.CharField(max_length=200)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "value"], name="touched_once"),
            models.CheckConstraint(condition=Q(value__gte=1, value__lte=13), name="touched_is_of_the_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.value}"
