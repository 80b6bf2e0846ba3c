"""The closed lists of the hall."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Mode(models.TextChoices):
    """Where a meeting takes place."""

    ON_SITE = "on_site", _("On site")
    ONLINE = "online", _("Online")
    BOTH = "both", _("On site and online")


class Attending(models.TextChoices):
    """How one person takes part."""

    ON_SITE = "on_site", _("I come to the hall")
    ONLINE = "online", _("I take part online")


class State(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("meeting", "Planned")
    OPEN = "open", pgettext_lazy("meeting", "Open for registration")
    RUNNING = "running", pgettext_lazy("meeting", "Under way")
    CLOSED = "closed", pgettext_lazy("meeting", "Held; minutes to come")
    PUBLISHED = "published", pgettext_lazy("meeting", "Minutes published")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")


TONES = {
    State.PLANNED: "",
    State.OPEN: "blue",
    State.RUNNING: "plum",
    State.CLOSED: "ochre",
    State.PUBLISHED: "jade",
    State.CANCELLED: "persimmon",
}
TO_COME = (State.PLANNED, State.OPEN)
HELD = (State.CLOSED, State.PUBLISHED)


class Place(models.TextChoices):
    """How a registration stands."""

    ASKED = "asked", pgettext_lazy("registration", "Address not confirmed yet")
    SEATED = "seated", pgettext_lazy("registration", "Registered")
    WAITING = "waiting", pgettext_lazy("registration", "On the waiting list")
    CANCELLED = "cancelled", pgettext_lazy("registration", "Cancelled")


class Channel(models.TextChoices):
    """Which way somebody came to be on the list."""

    ACCOUNT = "account", pgettext_lazy("registration", "With an account")
    ADDRESS = "address", _("By e-mail")
    DOOR = "door", _("At the door")


class Need(models.TextChoices):
    """What somebody needs in order to take part."""

    WHEELCHAIR = "wheelchair", _("Wheelchair access")
    SIGN = "sign", _("Sign language")
    CAPTIONS = "captions", _("Captions")
    CHILD_CARE = "child_care", _("Child care")
    OTHER = "other", _("Something else")


class PassKind(models.TextChoices):
    """What somebody without an account may do on the day."""

    DOOR = "door", _("Check people in at the door")
    SCRIBE = "scribe", _("Write notes at a table")
    FACILITATOR = "facilitator", _("Run the meeting: agenda, speakers, questions, notes")


class SpeakingRule(models.TextChoices):
    """Whose turn it is next."""

    ASKED = "asked", _("In the order people asked")
    ALTERNATE = "alternate", _("For and against take turns")
    FIRST = "first", _("Those who have not spoken yet come first")


class Stance(models.TextChoices):
    FOR = "for", pgettext_lazy("stance", "For")
    AGAINST = "against", pgettext_lazy("stance", "Against")
    OTHER = "other", pgettext_lazy("stance", "Neither")


class Turn(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("speaker", "Waiting")
    SPEAKING = "speaking", pgettext_lazy("speaker", "Speaking")
    SPOKEN = "spoken", pgettext_lazy("speaker", "Has spoken")
    LEFT = "left", pgettext_lazy("speaker", "Withdrawn")


class Asked(models.TextChoices):
    OPEN = "open", pgettext_lazy("question", "Open")
    ANSWERED = "answered", pgettext_lazy("question", "Answered")
    MERGED = "merged", pgettext_lazy("question", "Merged")
    HIDDEN = "hidden", pgettext_lazy("question", "Taken down")


class HideReason(models.TextChoices):
    """Published reasons for taking a question down."""

    PERSONAL = "personal", _("Names or tells private things of somebody")
    INSULT = "insult", _("Insults somebody")
    OFF_TOPIC = "off_topic", _("Not about this meeting")
    ADVERTISING = "advertising", _("Advertising")


class Act(models.TextChoices):
    """What the hall page sends, at once or later."""

    CHECK_IN = "check_in", _("Check-in")
    WALK_IN = "walk_in", _("Somebody without registration")
    START_ITEM = "start_item", _("Agenda item begun")
    END_ITEM = "end_item", _("Agenda item ended")
    ASK_TO_SPEAK = "ask_to_speak", _("Put on the speakers' list")
    CALL = "call", _("Speaker called")
    FINISH = "finish", _("Speaker finished")
    LEAVE = "leave", _("Taken off the speakers' list")
    ASK = "ask", _("Question card")
    NOTE = "note", _("Note at a table")


class Outcome(models.TextChoices):
    DONE = "done", _("Done")
    CONFLICT = "conflict", _("Needs a look")
    REFUSED = "refused", _("Not possible")


class MinutesState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("minutes", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("minutes", "With the approver")
    PUBLISHED = "published", pgettext_lazy("minutes", "Published")
