"""Who follows what, what happened, and every mail, web hook and calendar entry that came of it."""

from madang.commons.notices.models.calendars import Revision
from madang.commons.notices.models.following import (
    Event,
    Follow,
    Notice,
    Preference,
    Rhythm,
    Why,
    new_token,
)
from madang.commons.notices.models.hooks import Hook, HookDelivery
from madang.commons.notices.models.mails import Delivery

__all__ = [
    "Delivery",
    "Event",
    "Follow",
    "Hook",
    "HookDelivery",
    "Notice",
    "Preference",
    "Revision",
    "Rhythm",
    "Why",
    "new_token",
]
