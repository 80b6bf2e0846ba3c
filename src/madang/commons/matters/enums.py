"""The closed lists of the matter: kinds, states, dispositions, reasons."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What was filed. Re-typing moves between them and keeps filing date, supporters and receipt."""

    IDEA = "idea", _("Idea")
    QUESTION = "question", _("Question")
    COMPLAINT = "complaint", _("Complaint")


PREFIX = {Kind.IDEA: "ID", Kind.QUESTION: "QU", Kind.COMPLAINT: "CP"}


class State(models.TextChoices):
    OPEN = "open", _("In discussion")
    MATURING = "maturing", _("Maturing")
    TRIAGE = "triage", _("Waiting for an office")
    ASSIGNED = "assigned", _("With the office")
    ARBITRATION = "arbitration", _("With the arbiter")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Discussion ended")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Merged")


# States in which people discuss and support it.
TALKING = (State.OPEN, State.MATURING)
# States in which the institution owes an answer.
OWED = (State.TRIAGE, State.ASSIGNED, State.ARBITRATION)
# States in which nothing more is expected of anybody.
ENDED = (State.ANSWERED, State.CLOSED, State.WITHDRAWN, State.MERGED)


class Disclosure(models.TextChoices):
    PUBLIC = "public", _("Public")
    PRIVATE = "private", _("Only you and the office")
    HIDDEN = "hidden", _("Taken down by moderation")


class Origin(models.TextChoices):
    INDIVIDUAL = "individual", _("Individual")
    ORGANISED = "organised", _("Organised group")
    AGENCY = "agency", _("Public agency")


class Channel(models.TextChoices):
    """The means by which it came in. All have the same rights; which one it was is shown."""

    WEB = "web", _("Web")
    API = "api", _("App or API")
    PHONE = "phone", pgettext_lazy("channel", "Phone")
    PAPER = "paper", _("Paper")
    EMAIL = "email", _("E-mail")
    KIOSK = "kiosk", _("Kiosk")
    SMS = "sms", _("Text message")
    IMPORT = "import", _("Imported")


class Disposition(models.TextChoices):
    """How a matter ended. The reason beside it is in plain words."""

    ADOPTED = "adopted", _("Adopted")
    PARTLY = "partly", _("Adopted in part")
    REJECTED = "rejected", _("Not adopted")
    DONE = "done", pgettext_lazy("disposition", "Done")
    INFORMED = "informed", pgettext_lazy("disposition", "Information given")
    REDIRECTED = "redirected", _("Redirected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    NOT_ADMISSIBLE = "not_admissible", _("Not admissible")
    SENT_BACK = "sent_back", _("Sent back: what was asked for did not come")
    UNDELIVERED = "undelivered", _("Ended: letters came back")


_ANSWERS = (
    Disposition.ADOPTED,
    Disposition.PARTLY,
    Disposition.REJECTED,
    Disposition.REDIRECTED,
    Disposition.NOT_ADMISSIBLE,
)
_FIRST: dict[str, Disposition] = {Kind.COMPLAINT: Disposition.DONE, Kind.QUESTION: Disposition.INFORMED}


def answers_to(kind: str) -> tuple[Disposition, ...]:
    """What an answer to this kind of matter may say, the usual first; the other dispositions come of acts that are no answers.

    What a complaint asks for can be done already, and then nothing is promised; a question is neither adopted nor not.
    """
    first = _FIRST.get(kind)
    return _ANSWERS if first is None else (first, *_ANSWERS)


ADOPTING = (Disposition.ADOPTED, Disposition.PARTLY)


class TransferReason(models.TextChoices):
    NOT_COMPETENT = "not_competent", _("Another office is responsible")
    SPLIT = "shared", _("Another office has the larger share")
    REORGANISED = "reorganised", _("The task moved in a reorganisation")
    OTHER = "other", _("Other, explained below")


class ExtensionReason(models.TextChoices):
    """Reasons the statutory form offers. The last two are offered so that they can be refused by name."""

    COOPERATION = "cooperation", _("Another body has to cooperate")
    FACT_CHECK = "fact_check", _("Facts or the site have to be checked")
    FORCE_MAJEURE = "force_majeure", _("Force majeure")
    OVERWORK = "overwork", _("Too much work")
    ABSENT = "absent_officer", _("The officer is away")


class PauseReason(models.TextChoices):
    SUPPLEMENT = "supplement", _("The author was asked for more")
    EXPERT = "expert_review", _("An expert review is under way")
    HEARING = "hearing", _("A hearing is being held")
    DELIVERY = "delivery", _("Papers are on their way between public bodies")
    REPRESENTATIVE = "representative", _("The authors choose somebody to speak for them")
    PRECONDITION = "precondition", _("Something else has to be done first")
    OUTAGE = "outage", _("The system was out of order")


class EffectState(models.TextChoices):
    PROMISED = "promised", _("Promised")
    UNDER_WAY = "under_way", pgettext_lazy("effect", "Under way")
    DONE = "done", pgettext_lazy("effect", "Done")
    STOPPED = "stopped", pgettext_lazy("effect", "Stopped")


# Promises that are still to be kept.
STILL = (EffectState.PROMISED, EffectState.UNDER_WAY)
