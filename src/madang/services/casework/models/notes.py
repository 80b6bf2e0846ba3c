from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.commons.matters.models import Matter


class NoteKind(models.TextChoices):
    PHONE = "phone", _("Phone call")
    INTERNAL = "internal", _("Internal note")


class Note(models.Model):
    """What an office writes down for itself; never public, never changed. A mistake is mended by a further note."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=8, choices=NoteKind.choices, default=NoteKind.INTERNAL)
    text = models.TextField()
    whom = models.CharField(max_length=80, blank=True, help_text="Who was on the phone.")
    happened_at = models.DateTimeField()
    at = models.DateTimeField()
    office = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return f"note {self.pk} on {self.matter_id}"


class FlagKind(models.TextChoices):
    THREAT = "threat", pgettext_lazy("flag", "Threat")
    SELF_HARM = "self_harm", pgettext_lazy("flag", "Somebody may harm herself")
    ABUSE = "abuse", pgettext_lazy("flag", "Abuse")


class Flag(models.Model):
    """That words of a case need care. A flag changes nothing for its author: not the clock, the office or the answer."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="flags")
    kind = models.CharField(max_length=10, choices=FlagKind.choices)
    what = models.CharField(max_length=200, help_text="The words that raised it, or why somebody did.")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cleared_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "kind"], condition=Q(cleared_at__isnull=True), name="casework_flag_once"
            ),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True) | ~Q(cleared_why=""), name="casework_flag_cleared_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.matter_id}"


class Original(models.Model):
    """The words as they were filed, where personal data in them were covered for the public copy."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="original")
    title = models.CharField(max_length=200)
    body = models.TextField()
    words = models.JSONField(default=list, help_text="What is covered in the public copy.")

    def __str__(self) -> str:
        return f"original of {self.matter_id}"


class Covering(models.Model):
    """That parts of the public copy were covered: how many and of which sort, by whom, and why. Not what they were."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="coverings")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    kinds = models.CharField(max_length=200, blank=True)
    parts = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"covering {self.pk} of {self.matter_id}"
