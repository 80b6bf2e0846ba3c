"""Why a proposal or a project is not taken further: a closed list, so that reasons can be counted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DropReason(models.TextChoices):
    """Beside each stands a sentence that says it of this one."""

    EXISTING = "existing", _("There is such a project or service already")
    OUTSIDE = "outside", _("It is not for this city to decide")
    ONE_PERSON = "one_person", _("It would benefit one person or organisation only")
    TOO_COSTLY = "too_costly", _("It costs more than the money there is")
    AGAINST_LAW = "against_law", _("The law does not allow it")
    RUNNING_COSTS = "running_costs", _("Nobody can pay what it costs each year")
    MERGED = "merged", _("It goes on in another proposal")
    OTHER = "other", pgettext_lazy("reason", "Another reason, explained")


CHOOSABLE = [(code, label) for code, label in DropReason.choices if code != DropReason.MERGED]
"""What an office may choose; a merger says so by itself."""
INADMISSIBLE = (DropReason.OUTSIDE, DropReason.ONE_PERSON, DropReason.AGAINST_LAW)
"""Reasons for which a proposal could not be taken whatever it costs; the others weigh something."""
