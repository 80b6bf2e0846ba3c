"""The matter and everything that hangs on it."""

from madang.commons.matters.models.answers import Answer, Effect, EffectReport
from madang.commons.matters.models.clocks import Clock, ClockEvent, Outage, Progress
from madang.commons.matters.models.followups import Dispute, Inquiry, MoreTime
from madang.commons.matters.models.matters import Assignment, Attachment, Contact, ContactMail, Matter

__all__ = [
    "Answer",
    "Assignment",
    "Attachment",
    "Clock",
    "ClockEvent",
    "Contact",
    "ContactMail",
    "Dispute",
    "Effect",
    "EffectReport",
    "Inquiry",
    "Matter",
    "MoreTime",
    "Outage",
    "Progress",
]
