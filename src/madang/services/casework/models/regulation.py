"""Requests to change a rule: the article, the named answer, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from madang.kernel.flow import Flow
from madang.services.casework import flows
from madang.services.casework.models.cases import Case


class Decision(models.TextChoices):
    """What the office answers to a request."""

    ACCEPT = "accept", pgettext_lazy("regulation", "Accepted")
    LONG_TERM = "long_term", pgettext_lazy("regulation", "Needs long-term study")
    REFUSE = "refuse", pgettext_lazy("regulation", "Not accepted")


class RegulationRequest(models.Model):
    """What a case of the type regulation is beside its words."""

    class State(models.TextChoices):
        SUGGESTED = "suggested", pgettext_lazy("regulation", "Waits for a named answer")
        ACCEPTED = "accepted", pgettext_lazy("regulation", "Accepted")
        LONG_TERM = "long_term", pgettext_lazy("regulation", "Needs long-term study")
        REFUSED = "refused", pgettext_lazy("regulation", "Not accepted")
        ASKED = "asked", pgettext_lazy("regulation", "Justification asked for")
        JUSTIFIED = "justified", pgettext_lazy("regulation", "Justified by the office")
        STANDS = "stands", pgettext_lazy("regulation", "The refusal stands")
        COMMITTEE = "committee", pgettext_lazy("regulation", "Before the committee")
        RECOMMENDED = "recommended", pgettext_lazy("regulation", "Change recommended")
        IMPLEMENTED = "implemented", pgettext_lazy("regulation", "Text changed")
        NOT_IMPLEMENTED = "not_implemented", pgettext_lazy("regulation", "Not changed, with reasons")
        CONFIRMED = "confirmed", pgettext_lazy("regulation", "Change confirmed")
        DOUBTED = "doubted", pgettext_lazy("regulation", "Change doubted")
        WITHDRAWN = "withdrawn", pgettext_lazy("regulation", "Withdrawn")

    flow: ClassVar[Flow] = flows.REGULATION

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="regulation")
    state = models.CharField(max_length=15, choices=State.choices, default=State.SUGGESTED)
    law = models.CharField(max_length=120, blank=True)
    article = models.CharField(max_length=60, blank=True)
    quoted = models.TextField(blank=True, help_text="The words of the article.")
    law_url = models.URLField(max_length=400, blank=True)
    burden = models.TextField(blank=True, help_text="What it costs, whom, how often.")
    proposal = models.TextField(blank=True)
    decision = models.CharField(max_length=9, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(
        null=True, blank=True, help_text="When the named answer was published."
    )
    justification = models.TextField(blank=True)
    recommendation = models.TextField(blank=True)
    text_title = models.CharField(max_length=200, blank=True, help_text="The text that changed.")
    text_url = models.URLField(max_length=400, blank=True)
    promulgated_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["suggested", "withdrawn"])
                | Q(decided_by__isnull=False, answered_at__isnull=False) & ~Q(decision=""),
                name="regulation_answer_has_a_name",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["implemented", "confirmed"])
                | Q(promulgated_on__isnull=False) & ~Q(text_url="") & ~Q(text_title=""),
                name="regulation_change_has_its_text",
            ),
        ]

    def __str__(self) -> str:
        return str(self.case)

    @property
    def reference(self) -> str:
        """Acts on the request are acts on the case."""
        return self.case.reference

    @property
    def is_public(self) -> bool:
        return self.case.matter.is_public


class RegulationClock(models.Model):
    """How long one step after the answer may take, under the rule (`casework.regulation`) of the day it began.

    The answer itself has the clock of its matter.
    """

    class Step(models.TextChoices):
        JUSTIFICATION = "justification", pgettext_lazy("regulation", "Justification by the office")
        COMMITTEE = "committee", pgettext_lazy("regulation", "Committee")
        IMPLEMENTATION = "implementation", pgettext_lazy("regulation", "Change of the text")
        CONFIRMATION = "confirmation", pgettext_lazy("regulation", "Word of who asked for it")

    request = models.ForeignKey(RegulationRequest, models.CASCADE, related_name="clocks")
    step = models.CharField(max_length=14, choices=Step.choices)
    rule = models.ForeignKey("kernel.Rule", models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(ended_at__isnull=True), name="regulation_one_clock"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="regulation_clock_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.step}"
