"""The closed lists of the channels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FormState(models.TextChoices):
    OUT = "out", _("Still out")
    TYPED = "typed", _("Waiting for the second typing")
    DISPUTED = "disputed", _("The two typings differ")
    ENTERED = "entered", _("Entered")
    SPOILED = "spoiled", _("Spoiled")
    UNUSED = "unused", pgettext_lazy("paper form", "Unused")


PENDING = (FormState.TYPED, FormState.DISPUTED)


class SpoilReason(models.TextChoices):
    """Why a form was not entered; no other reason exists."""

    UNREADABLE = "unreadable", _("It cannot be read")
    EMPTY = "empty", _("Nothing is written on it")
    DAMAGED = "damaged", _("It is torn or stained")
    LATE = "late", _("It came after the phase had closed")
    UNFIT = "unfit", _("It is not for this: the holder was told where to go")
    MISSING = "missing", _("It never came back")


class BatchState(models.TextChoices):
    OPEN = "open", pgettext_lazy("paper forms", "Open")
    CLOSED = "closed", pgettext_lazy("paper forms", "Closed")
