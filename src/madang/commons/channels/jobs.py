"""Periodic work of the channels."""

from __future__ import annotations

from madang.commons.channels import mailbox
from madang.commons.channels.domain import answering, mail, texts
from madang.kernel.jobs import every


@every(20, "channels.mailbox")
def read_mailbox() -> int:
    """Keep what came into the mailbox, where one is set."""
    return mailbox.read()


@every(5, "channels.answer")
def answer_mails() -> int:
    """Send the letters that senders are owed."""
    return answering.answer()


@every(3600, "channels.forget", by_date=True)
def forget_mails() -> int:
    """Erase words that were never confirmed, and senders of what is settled."""
    return mail.forget()


@every(5, "channels.texts")
def answer_texts() -> int:
    """Send the replies to text messages."""
    return texts.answer()


@every(3600, "channels.numbers")
def forget_numbers() -> int:
    """Erase whose text messages were, and numbers that nothing needs any more."""
    return texts.forget()
