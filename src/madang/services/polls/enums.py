"""Words with a fixed set of values."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PollState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("poll", "Being prepared")
    OPEN = "open", pgettext_lazy("poll", "Open")
    CLOSED = "closed", pgettext_lazy("poll", "Closed, being read")
    PUBLISHED = "published", pgettext_lazy("poll", "Report published")
    CALLED_OFF = "called_off", pgettext_lazy("poll", "Called off")


class QuestionKind(models.TextChoices):
    TEXT = "text", _("In one's own words")
    CHOICE = "choice", _("One of several")
    CHOICES = "choices", _("Several of several")
    SCALE = "scale", _("A scale")
    RANKING = "ranking", _("An order")
    MATRIX = "matrix", _("A scale for each of several lines")
    FILE = "file", _("A file")


class CodebookState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("codebook", "Draft")
    FIXED = "fixed", pgettext_lazy("codebook", "Fixed")
    RETIRED = "retired", pgettext_lazy("codebook", "No longer used")


class ObjectionState(models.TextChoices):
    OPEN = "open", pgettext_lazy("objection", "Waiting for an answer")
    UPHELD = "upheld", pgettext_lazy("objection", "Upheld")
    REFUSED = "refused", pgettext_lazy("objection", "Refused")


class Trouble(models.TextChoices):
    """Why a process that reads words died."""

    KILLED = "killed", pgettext_lazy("reader", "Ended from outside")
    MEMORY = "memory", pgettext_lazy("reader", "Out of memory")
    FAULT = "fault", pgettext_lazy("reader", "A fault")


class AnalysisState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("analysis", "Waiting")
    RUNNING = "running", pgettext_lazy("analysis", "Running")
    DONE = "done", pgettext_lazy("analysis", "Done")
    FAILED = "failed", pgettext_lazy("analysis", "Failed")
