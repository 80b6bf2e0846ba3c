"""What was said about a topic, by how many, who was missing, and what the institution replies to each part."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel.flow import Flow
from madang.services.square import flows
from madang.services.square.models.ideas import Idea


class SynthesisState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("synthesis", "Draft")
    SUBMITTED = "submitted", _("With the approver")
    PUBLISHED = "published", pgettext_lazy("synthesis", "Published")
    SUPERSEDED = "superseded", _("Replaced by a later version")


class ClusterReply(models.TextChoices):
    ADOPTED = "adopted", _("Adopted")
    PARTLY = "partly", _("Adopted in part")
    REJECTED = "rejected", _("Not adopted")


class Synthesis(models.Model):
    """One version of the synthesis of a topic. Drafted by some, approved by another, frozen once published."""

    flow: ClassVar[Flow] = flows.SYNTHESIS

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="syntheses")
    number = models.PositiveIntegerField()
    summary = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=SynthesisState.choices, default=SynthesisState.DRAFT)
    office = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    return_note = models.TextField(blank=True)
    people = models.PositiveIntegerField(default=0, help_text="Different people in all, as counted then.")
    counts = models.JSONField(
        default=dict, help_text="Contributions by kind, origin and channel, as counted then."
    )
    groups_source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["idea", "number"], name="synthesis_version_once"),
            models.UniqueConstraint(
                fields=["idea"], condition=Q(state__in=["draft", "submitted"]), name="synthesis_one_in_work"
            ),
            models.UniqueConstraint(
                fields=["idea"], condition=Q(state="published"), name="synthesis_one_stands"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "superseded"])
                | Q(published_at__isnull=False, approved_by__isnull=False),
                name="synthesis_published_has_approver",
            ),
        ]

    def __str__(self) -> str:
        return f"synthesis {self.number} of {self.idea_id}"

    @property
    def reference(self) -> str:
        return f"synthesis:{self.idea.matter.number}:{self.number}"

    @property
    def is_public(self) -> bool:
        # Drafts are the office's own; publishing one is a public act.
        return self.state in ("published", "superseded") and self.idea.matter.is_public


class Cluster(models.Model):
    """One thing that was said, where it was said, and the reply of the institution."""

    synthesis = models.ForeignKey(Synthesis, models.CASCADE, related_name="clusters")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    said = models.TextField()
    references = models.JSONField(
        default=list, help_text="Where it was said: matter:…, comment:…, amendment:…"
    )
    people = models.PositiveIntegerField(default=0, help_text="Different people behind it, as counted then.")
    reply = models.CharField(max_length=10, choices=ClusterReply.choices, blank=True)
    reason = models.TextField(blank=True)
    promise = models.TextField(blank=True)
    owner = models.ForeignKey("kernel.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    promised_on = models.DateField(null=True, blank=True)
    effect = models.ForeignKey("matters.Effect", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["synthesis", "order"], name="cluster_order_once")]

    def __str__(self) -> str:
        return f"{self.order}. {self.title}"


class PopulationGroup(models.Model):
    """How many of a group live here and how many of it took part, from a table with a source. No person is named."""

    synthesis = models.ForeignKey(Synthesis, models.CASCADE, related_name="groups")
    dimension = models.CharField(max_length=40)
    label = models.CharField(max_length=60)
    population = models.PositiveIntegerField()
    participants = models.PositiveIntegerField()

    class Meta:
        ordering = ["dimension", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["synthesis", "dimension", "label"], name="group_once"),
            models.CheckConstraint(
                condition=Q(participants__lte=models.F("population")), name="group_within_population"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dimension} {self.label}"
