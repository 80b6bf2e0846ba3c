from __future__ import annotations

from django.conf import settings
from django.db import models

from madang.commons.matters.models import Matter


class AnswerTemplate(models.Model):
    """A text that an office answers with again and again. Its words stand in versions; the last one is used.

    `office` owns it: its officers use it, its approvers write it.
    """

    office = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="answer_templates")
    title = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["office", "title"], name="casework_template_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        return f"template:{self.pk}"


class TemplateVersion(models.Model):
    """The words of a template from one moment on; never changed. `{braces}` hold what each case has to fill in."""

    template = models.ForeignKey(AnswerTemplate, models.CASCADE, related_name="versions")
    version = models.PositiveSmallIntegerField()
    body = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["template", "version"], name="casework_template_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.template} v{self.version}"


class TemplateUse(models.Model):
    """That a draft began with a template: which version, and the text as it was filled from the case."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="template_uses")
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="uses")
    filled = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.version} in {self.matter_id}"
