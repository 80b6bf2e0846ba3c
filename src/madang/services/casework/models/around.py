from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from madang.commons.matters.models import Answer, Attachment, Matter
from madang.services.casework.models.cases import Case


class Joining(models.Model):
    """Somebody has the same problem and follows a public case with a receipt of her own.

    `matter` is hers: private, merged into the lead matter from the first moment.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="joinings")
    matter = models.OneToOneField(Matter, models.CASCADE, related_name="case_joining")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(case=models.F("matter")), name="casework_join_not_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} → {self.case_id}"


class Rating(models.Model):
    """What the author says of one answer, once. `score` runs from 1 (very poor) to 5 (very good)."""

    answer = models.OneToOneField(Answer, models.CASCADE, related_name="rating")
    case = models.ForeignKey(Case, models.CASCADE, related_name="ratings")
    score = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="casework_score_range"),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.score}"


class SitePhoto(models.Model):
    """A photo that the office took on the spot, before or after it did something."""

    class Moment(models.TextChoices):
        BEFORE = "before", pgettext_lazy("photo", "Before")
        AFTER = "after", pgettext_lazy("photo", "After")

    attachment = models.OneToOneField(Attachment, models.CASCADE, related_name="site_photo")
    case = models.ForeignKey(Case, models.CASCADE, related_name="site_photos")
    moment = models.CharField(max_length=6, choices=Moment.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.moment}"
