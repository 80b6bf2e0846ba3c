from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from madang.commons.matters.models import Matter
from madang.kernel.flow import Flow
from madang.services.casework import desk_flows as flows


class ConsultationState(models.TextChoices):
    OPEN = "open", pgettext_lazy("consultation", "Waits for the opinion")
    ANSWERED = "answered", pgettext_lazy("consultation", "Opinion given")
    TAKEN_BACK = "taken_back", pgettext_lazy("consultation", "Not needed any more")


class Consultation(models.Model):
    """An office asks another one, or an expert, for an opinion on a matter that stays its own.

    Its clock runs on. Exactly one of `office` and `expert` is asked. What was filed is shown to who is asked only
    where `shares_text`, and with personal data covered.
    """

    flow: ClassVar[Flow] = flows.CONSULTATION

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="consultations")
    asking = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    office = models.ForeignKey(
        "kernel.Organisation", models.PROTECT, null=True, blank=True, related_name="consultations"
    )
    expert = models.CharField(max_length=80, blank=True, help_text="Who is asked outside the offices.")
    question = models.TextField()
    shares_text = models.BooleanField(default=False)
    is_shown = models.BooleanField(default=False, help_text="The author sees question and opinion as a step.")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=ConsultationState.choices, default=ConsultationState.OPEN)
    opinion = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["office", "state", "due_on"], name="casework_asked"),
            models.Index(fields=["matter"], name="casework_asking", condition=Q(state="open")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(office__isnull=False, expert="") | (Q(office__isnull=True) & ~Q(expert="")),
                name="casework_consults_one",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | (~Q(opinion="") & Q(answered_at__isnull=False)),
                name="casework_opinion_has_words",
            ),
        ]

    def __str__(self) -> str:
        return f"consultation {self.pk} on {self.matter_id}: {self.state}"

    @property
    def reference(self) -> str:
        return f"consultation:{self.pk}"

    @property
    def is_public(self) -> bool:
        return False

    @property
    def whom(self) -> str:
        """Who is asked, in words."""
        return self.office.name if self.office is not None else self.expert
