"""Reports of waste: what was seen, what it would save, what it did save, and who was rewarded."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel.flow import Flow
from madang.services.casework import flows
from madang.services.casework.models.cases import Case

YEAR_DAYS = 366


class WasteReport(models.Model):
    """What a case of the type waste is beside its words. Amounts are won."""

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("waste", "Received")
        DUPLICATE = "duplicate", pgettext_lazy("waste", "Reported before")
        OUT_OF_SCOPE = "out_of_scope", pgettext_lazy("waste", "Not about waste")
        IN_SCOPE = "in_scope", pgettext_lazy("waste", "Taken up")
        ASSIGNED = "assigned", pgettext_lazy("waste", "With the checking office")
        CHECKED = "checked", pgettext_lazy("waste", "Checked on site")
        VALID = "valid", pgettext_lazy("waste", "Upheld")
        PARTLY = "partly", pgettext_lazy("waste", "Partly upheld")
        NOT_VALID = "not_valid", pgettext_lazy("waste", "Not upheld")
        PLANNED = "planned", pgettext_lazy("waste", "Correction planned")
        ESTIMATED = "estimated", pgettext_lazy("waste", "Saving estimated")
        VERIFIED = "verified", pgettext_lazy("waste", "Saving verified")
        REWARDED = "rewarded", pgettext_lazy("waste", "Rewarded")
        UNREWARDED = "unrewarded", pgettext_lazy("waste", "No reward")
        LEARNED = "learned", pgettext_lazy("waste", "Lesson published")
        WITHDRAWN = "withdrawn", pgettext_lazy("waste", "Withdrawn")

    flow: ClassVar[Flow] = flows.WASTE

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="waste")
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    since = models.CharField(max_length=60, blank=True, help_text="Since when, in the reporter's words.")
    line = models.CharField(
        max_length=80, blank=True, help_text="Reference of the budget line it points at, as `project:…`."
    )
    line_text = models.CharField(
        max_length=200, blank=True, help_text="The line in words, where none was found."
    )
    claimed = models.BigIntegerField(
        null=True, blank=True, help_text="Won a year that the reporter thinks are wasted."
    )
    spender = models.ForeignKey(
        "kernel.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The office that spends the money; it does not check the report.",
    )
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates")
    letter = models.CharField(
        max_length=64, db_index=True, help_text="SHA-256 of its words without spaces: one form letter."
    )
    checked_on = models.DateField(null=True, blank=True, help_text="Day of the site check.")
    plan = models.TextField(blank=True)
    plan_owner = models.ForeignKey(
        "kernel.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    plan_due = models.DateField(null=True, blank=True)
    lesson = models.TextField(blank=True)
    verdict_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    may_name = models.BooleanField(default=False, help_text="The reporter wants to be named in the register.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="duplicate", duplicate_of__isnull=False)
                | (~Q(state="duplicate") & Q(duplicate_of__isnull=True)),
                name="waste_duplicate_of_one",
            ),
            models.CheckConstraint(
                condition=Q(claimed__isnull=True) | Q(claimed__gte=0), name="waste_claim_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=F("case")),
                name="waste_not_of_itself",
            ),
        ]

    def __str__(self) -> str:
        return str(self.case)

    @property
    def reference(self) -> str:
        """Acts on the report are acts on the case."""
        return self.case.reference

    @property
    def is_public(self) -> bool:
        return self.case.matter.is_public


class Saving(models.Model):
    """What correcting it saves in one year: baseline − actual − cost. First an estimate, then what was verified.

    Rows are only added. Each of the three figures has an amount in won, how it was found, the document it stands in
    and who gave it. `claimant` is the account of the reporter, where there is one, so that the database itself refuses
    that she or the one who estimated it verifies it.
    """

    class Kind(models.TextChoices):
        ESTIMATE = "estimate", pgettext_lazy("saving", "Estimated")
        VERIFIED = "verified", pgettext_lazy("saving", "Verified")

    report = models.ForeignKey(WasteReport, models.PROTECT, related_name="savings")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    estimate = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="verification"
    )
    period_from = models.DateField()
    days = models.PositiveSmallIntegerField(help_text="Length of the period; a year at most.")
    baseline = models.BigIntegerField()
    baseline_method = models.CharField(max_length=300)
    baseline_document = models.CharField(max_length=200)
    baseline_by = models.CharField(max_length=80)
    actual = models.BigIntegerField()
    actual_method = models.CharField(max_length=300)
    actual_document = models.CharField(max_length=200)
    actual_by = models.CharField(max_length=80)
    cost = models.BigIntegerField(help_text="What the correction itself costs in the period.")
    cost_method = models.CharField(max_length=300)
    cost_document = models.CharField(max_length=200)
    cost_by = models.CharField(max_length=80)
    net = models.BigIntegerField(help_text="baseline − actual − cost; below 0 where it cost more.")
    note = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    claimant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    estimated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(net=F("baseline") - F("actual") - F("cost")), name="saving_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(baseline__gte=0, actual__gte=0, cost__gte=0), name="saving_figures_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=YEAR_DAYS), name="saving_of_a_year_at_most"
            ),
            models.CheckConstraint(
                condition=Q(kind="estimate", estimate__isnull=True, estimated_by__isnull=True)
                | Q(kind="verified", estimate__isnull=False, estimated_by__isnull=False),
                name="saving_verifies_an_estimate",
            ),
            models.CheckConstraint(
                condition=Q(estimated_by__isnull=True) | ~Q(by=F("estimated_by")),
                name="saving_verified_by_another",
            ),
            models.CheckConstraint(
                condition=Q(claimant__isnull=True) | ~Q(by=F("claimant")), name="saving_not_by_claimant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind} {self.net}"


class Reward(models.Model):
    """What a reporter was given, under the rule of that day. Named only where she agreed (`WasteReport.may_name`)."""

    class Kind(models.TextChoices):
        VALID = "valid", _("For an upheld report")
        BEST = "best", _("For one of the best reports")
        BONUS = "bonus", _("Performance bonus")

    report = models.ForeignKey(WasteReport, models.PROTECT, related_name="rewards")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount = models.BigIntegerField()
    is_spreadable = models.BooleanField(default=False, help_text="Others can save by the same means.")
    rule = models.ForeignKey("kernel.Rule", models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    claimant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "kind"], name="reward_kind_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reward_is_something"),
            models.CheckConstraint(condition=~Q(by=F("verified_by")), name="reward_by_another"),
            models.CheckConstraint(
                condition=Q(claimant__isnull=True) | ~Q(by=F("claimant")), name="reward_not_by_claimant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind} {self.amount}"


SPENT: tuple[str, ...] = ("baseline", "actual", "cost")
"""The three figures of a saving, in the order in which they are read."""
