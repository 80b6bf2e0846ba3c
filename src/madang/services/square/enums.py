"""The closed lists of the square."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Filing(models.TextChoices):
    """Who may file in a cell."""

    ANYONE = "anyone", _("Anyone, also without an account")
    ACCOUNT = "account", _("People with an account")
    RESIDENT = "resident", _("Verified residents")


class EditionState(models.TextChoices):
    """The life of a version of a space."""

    DRAFT = "draft", _("Draft")
    CHECKED = "checked", _("Checked, ready to publish")
    PUBLISHED = "published", pgettext_lazy("edition", "In force")
    SUPERSEDED = "superseded", _("Replaced by a later version")
    DISCARDED = "discarded", _("Discarded")


class Stance(models.TextChoices):
    FOR = "for", _("For")
    AGAINST = "against", _("Against")
    QUESTION = "question", pgettext_lazy("stance", "Question")


class CommentState(models.TextChoices):
    SHOWN = "shown", _("Shown")
    HIDDEN = "hidden", _("Taken down")


class AppealState(models.TextChoices):
    """What became of an appeal."""

    OPEN = "open", pgettext_lazy("appeal", "Not decided yet")
    UPHELD = "upheld", pgettext_lazy("appeal", "Stays down")
    GRANTED = "granted", pgettext_lazy("appeal", "Put back")


class HideReason(models.TextChoices):
    """The published reasons of moderation; no other reason exists."""

    PERSONAL_DATA = "personal_data", _("It names private people or their data")
    INSULT = "insult", _("It insults or threatens people")
    UNLAWFUL = "unlawful", _("It breaks the law")
    ADVERTISING = "advertising", _("It is advertising or the same text many times")
    OFF_TOPIC = "off_topic", _("It is about something else")
