"""Entries by any means; paper forms in batches; kiosks; mails; text messages; codes for calls."""

from madang.commons.channels.models.calling import CallingCode, CallingUse
from madang.commons.channels.models.entries import Entry
from madang.commons.channels.models.kiosks import Kiosk
from madang.commons.channels.models.messages import Message, MessageFile
from madang.commons.channels.models.paper import Batch, Form, Typing
from madang.commons.channels.models.texts import Number, Text

__all__ = [
    "Batch",
    "CallingCode",
    "CallingUse",
    "Entry",
    "Form",
    "Kiosk",
    "Message",
    "MessageFile",
    "Number",
    "Text",
    "Typing",
]
