"""Entries by any means; paper forms in batches; mails."""

from madang.commons.channels.models.entries import Entry
from madang.commons.channels.models.messages import Message, MessageFile
from madang.commons.channels.models.paper import Batch, Form, Typing

__all__ = ["Batch", "Entry", "Form", "Message", "MessageFile", "Typing"]
