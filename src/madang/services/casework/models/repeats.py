from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from madang.commons.matters.models import Answer, Matter
from madang.kernel.flow import Flow
from madang.services.casework import desk_flows as flows


class Repeat(models.Model):
    """The finding that a case repeats earlier ones of the same person, with everything the law wants weighed.

    `count` is how often it was filed, this time included; `notices` how often its outcome was told before. Both are
    counted from `earlier`, never typed.
    """

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="repeat")
    count = models.PositiveSmallIntegerField()
    notices = models.PositiveSmallIntegerField()
    nature = models.TextField()
    likeness = models.TextField()
    same_answer = models.TextField()
    no_cause = models.TextField()
    rule_body = models.JSONField(help_text="The terms it was found under.")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(count__gte=2) & Q(notices__lt=models.F("count")), name="casework_repeat_counts"
            ),
            models.CheckConstraint(
                condition=~Q(nature="") & ~Q(likeness="") & ~Q(same_answer="") & ~Q(no_cause=""),
                name="casework_repeat_weighed",
            ),
        ]

    def __str__(self) -> str:
        return f"repeat {self.matter_id}: {self.count}"


class RepeatEarlier(models.Model):
    """One earlier case that a repeat is compared with: how alike in percent, and the answer it was given."""

    repeat = models.ForeignKey(Repeat, models.CASCADE, related_name="earlier")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    answer = models.ForeignKey(Answer, models.PROTECT, related_name="+")
    alike = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["matter__filed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["repeat", "matter"], name="casework_earlier_once"),
            models.CheckConstraint(condition=~Q(matter=models.F("repeat")), name="casework_earlier_other"),
        ]

    def __str__(self) -> str:
        return f"{self.repeat_id} ← {self.matter_id}"


class ReviewState(models.TextChoices):
    OPEN = "open", pgettext_lazy("review", "Before the board")
    UPHELD = "upheld", pgettext_lazy("review", "The office answers again")
    REFUSED = "refused", pgettext_lazy("review", "It stays closed")


class Review(models.Model):
    """Its author asks a board whether closing her case as a repeat was right."""

    flow: ClassVar[Flow] = flows.REVIEW

    repeat = models.OneToOneField(Repeat, models.CASCADE, related_name="review")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=ReviewState.choices, default=ReviewState.OPEN)
    decision = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="casework_review_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.repeat_id}: {self.state}"

    @property
    def reference(self) -> str:
        return f"review:{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.repeat.matter.is_public
