"""Words with a fixed set of values."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ConversationState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    OPEN = "open", pgettext_lazy("conversation", "Open")
    CLOSED = "closed", pgettext_lazy("conversation", "Closed")


class StatementState(models.TextChoices):
    WAITING = "waiting", _("A facilitator is looking")
    SHOWN = "shown", pgettext_lazy("statement", "Shown")
    RETURNED = "returned", pgettext_lazy("statement", "Sent back")
    HIDDEN = "hidden", pgettext_lazy("statement", "Taken down")


class Answer(models.IntegerChoices):
    """What somebody says to a statement; the numbers are those of the Polis export."""

    AGREE = 1, _("Agree")
    PASS = 0, _("Pass")
    DISAGREE = -1, _("Disagree")


ANSWERS = {"agree": Answer.AGREE, "pass": Answer.PASS, "disagree": Answer.DISAGREE}


class ReturnReason(models.TextChoices):
    """The only reasons for sending a statement back or taking it down; published on the log of the conversation."""

    PERSONAL = "personal_data", _("Names or data of a person")
    DUPLICATE = "duplicate", _("Says the same as another statement")
    TWO_CLAIMS = "two_claims", _("Says two things at once")
    UNCLEAR = "unclear", _("Cannot be answered with agree or disagree")
    OFF_TOPIC = "off_topic", _("Is not about the question")
    ABUSE = "abuse", _("Insults or threatens")
