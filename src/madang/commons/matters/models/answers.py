from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from madang.commons.matters import flows
from madang.commons.matters.enums import Disposition, EffectState
from madang.kernel.flow import Flow


class Answer(models.Model):
    """An office's answer in versions: drafted by one person, approved by another, then published.

    An answer after an objection is a new version; the earlier one stays readable.
    """

    flow: ClassVar[Flow] = flows.ANSWER

    class State(models.TextChoices):
        DRAFT = "draft"
        SUBMITTED = "submitted"
        PUBLISHED = "published"

    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="answers")
    version = models.PositiveSmallIntegerField()
    office = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    disposition = models.CharField(max_length=16, choices=Disposition.choices, blank=True)
    reason = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    promised_on = models.DateField(null=True, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    writers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="+",
        help_text="Everyone who wrote on it; none of them approves.",
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    return_note = models.TextField(blank=True)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "version"], name="answer_version_once"),
            models.UniqueConstraint(
                fields=["matter"], condition=~Q(state="published"), name="answer_one_in_work"
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | (
                    ~Q(disposition="")
                    & ~Q(reason="")
                    & Q(published_at__isnull=False)
                    & Q(approved_by__isnull=False)
                ),
                name="answer_published_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="published", disposition__in=["adopted", "partly"])
                | (Q(owner__isnull=False) & Q(promised_on__isnull=False)),
                name="answer_adopted_has_owner_and_date",
            ),
            # Four eyes: who drafted does not approve.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("drafted_by")),
                name="answer_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.version} to {self.matter_id}"

    @property
    def reference(self) -> str:
        return f"answer:{self.matter.reference.removeprefix('matter:')}:{self.version}"

    @property
    def is_public(self) -> bool:
        # A draft is the office's own; only its publication is a public act.
        return self.state == self.State.PUBLISHED and self.matter.is_public


class Effect(models.Model):
    """What an adopted matter changes in the world: owner, promised date, state from evidence."""

    flow: ClassVar[Flow] = flows.EFFECT

    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="effects")
    answer = models.ForeignKey(Answer, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    what = models.TextField()
    promised_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=EffectState.choices, default=EffectState.PROMISED)
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_on__isnull=False), name="effect_done_has_day"
            )
        ]

    def __str__(self) -> str:
        return f"effect of {self.matter_id}: {self.state}"

    @property
    def reference(self) -> str:
        return f"effect:{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.matter.is_public


class EffectReport(models.Model):
    """One report on an effect with its evidence; append-only."""

    effect = models.ForeignKey(Effect, models.CASCADE, related_name="reports")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=EffectState.choices)
    text = models.TextField()
    evidence_url = models.URLField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.effect_id} {self.state}"
