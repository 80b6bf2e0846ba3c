"""What becomes of a funded project: the days that were promised, and each step of its money."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.services.budgeting.models.proposals import Project


class Kind(models.TextChoices):
    """The steps after the vote, in their order; the last one may come after any of them."""

    PROPOSED = "proposed", _("In the budget bill")
    ENACTED = "enacted", _("Enacted by the council")
    CONTRACTED = "contracted", _("Under contract")
    EXECUTED = "executed", _("Paid out")
    RESULT = "result", pgettext_lazy("stage", "Finished")
    STOPPED = "stopped", pgettext_lazy("stage", "Stopped")


MONEY = (Kind.PROPOSED, Kind.ENACTED, Kind.CONTRACTED, Kind.EXECUTED)
"""Steps that are told with an amount."""


class Stop(models.TextChoices):
    """Why a project that residents funded died after the vote."""

    COUNCIL = "council", _("The council took it out of the budget")
    LAW = "law", _("A law or a permit stands against it")
    SITE = "site", _("The place cannot be used")
    COST = "cost", _("It became too expensive")
    ELSEWHERE = "elsewhere", _("It is done by other means")
    UNWANTED = "unwanted", _("Those who proposed it no longer want it")
    OTHER = "other", _("Another reason, told below")


class Pledge(models.Model):
    """The day that the lead office promised for each step, once the round was decided. It never changes: what comes
    later than it is slip.

    `effect` is the same promise on the matter of the project's first proposal. Its reports, disputes and late marks are
    those of every promise; none where no proposal of the project is public.
    """

    project = models.OneToOneField(Project, models.PROTECT, related_name="pledge")
    effect = models.OneToOneField("matters.Effect", models.PROTECT, null=True, blank=True, related_name="+")
    proposed_on = models.DateField()
    enacted_on = models.DateField()
    contracted_on = models.DateField(null=True, blank=True, help_text="None where nothing is contracted.")
    executed_on = models.DateField(help_text="Day by which everything is paid.")
    result_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(proposed_on__lte=F("enacted_on"))
                & Q(enacted_on__lte=F("executed_on"))
                & Q(executed_on__lte=F("result_on")),
                name="pledge_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(contracted_on__isnull=True)
                | (Q(enacted_on__lte=F("contracted_on")) & Q(contracted_on__lte=F("executed_on"))),
                name="pledge_contract_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"pledge for {self.project_id}"


class Stage(models.Model):
    """One step of a funded project as its office told it. Rows are only added; a correction names the row whose place it
    takes. Amounts are won. What is paid out comes in as many rows as there were payments."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="stages")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount = models.BigIntegerField(null=True, blank=True)
    on_date = models.DateField(help_text="Day on which it happened.")
    note = models.TextField()
    why = models.TextField(
        blank=True, help_text="Why it is corrected, out of order, or above what was decided or enacted."
    )
    stop_code = models.CharField(max_length=10, choices=Stop.choices, blank=True)
    document = models.CharField(max_length=120, blank=True, help_text="Name of the document that shows it.")
    link = models.URLField(blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["on_date", "pk"]
        constraints = [
            # A correction may say that nothing was paid; so nought is possible.
            models.CheckConstraint(
                condition=Q(kind__in=["proposed", "enacted", "contracted", "executed"], amount__gte=0)
                | Q(kind__in=["result", "stopped"], amount__isnull=True),
                name="stage_of_money_has_amount",
            ),
            models.CheckConstraint(
                condition=Q(kind="stopped") & ~Q(stop_code="") | ~Q(kind="stopped") & Q(stop_code=""),
                name="stage_stopped_has_code",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(why=""), name="stage_corrected_has_reason"
            ),
            # Payments are many; everything else happens once, and is corrected after that.
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=Q(supersedes__isnull=True) & ~Q(kind="executed"),
                name="stage_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind}"


class StageFile(models.Model):
    """A photo or document that shows a step, without metadata. The type is what the bytes say."""

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="budgeting/%Y/%m")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")
