"""Letters back to senders of mails. Each is put off before it leaves, so a kill repeats one at most, under one name."""

from __future__ import annotations

import logging
import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from madang.commons.channels import targets
from madang.commons.channels.domain import mail, replies
from madang.commons.channels.models import Message
from madang.kernel import manifest, retrying, sealing, text

log = logging.getLogger("madang.channels")

PAUSES = (1, 5, 30, 120, 720)
"""Minutes until the next try when the mail server refuses."""


def answer() -> int:
    """Send the letters that are due; returns how many left."""
    sent = 0
    for row in retrying.due(Message.objects.all(), PAUSES, at="letter_at", tries="attempts"):
        if not row.sender:
            Message.objects.filter(pk=row.pk).update(letter_at=None)
            continue
        try:
            compose(row).send()
        except (OSError, smtplib.SMTPException) as error:
            Message.objects.filter(pk=row.pk).update(reason=f"mail server: {type(error).__name__}")
            continue
        Message.objects.filter(pk=row.pk, letter=row.letter).update(letter_at=None, sealed_code="")
        sent += 1
    return sent


def name_of(row: Message) -> str:
    """The same for every attempt; nobody can guess it, so a reply to it is a reply."""
    digest = salted_hmac(
        "madang.channels.letter", f"{row.digest}\0{row.letter}", algorithm="sha256"
    ).hexdigest()[:32]
    return f"<madang-in-{digest}@{urlsplit(settings.PUBLIC_URL).hostname}>"


def _subject(row: Message) -> str:
    return {
        Message.Letter.ASK: _("Please confirm: add your reply?")
        if row.about
        else _("Please confirm: file what you wrote?"),
        Message.Letter.LARGE: _("Your mail is too large for us"),
        Message.Letter.EMPTY: _("We found no text in your mail"),
        Message.Letter.WHERE: _("Which address your mail is for"),
        Message.Letter.REFUSED: _("Your mail was not taken in"),
        Message.Letter.RECEIPT: _("Your receipt"),
        Message.Letter.OTHER: _("Your reply was not added"),
    }[Message.Letter(row.letter)]


def compose(row: Message) -> EmailMessage:
    """The letter in the language of the mail. It repeats none of its words: a spoofed mail carries nobody's advertising."""
    with translation.override(row.language):
        link = manifest.links([row.filed_as]).get(row.filed_as) if row.filed_as else None
        write = targets.every()
        code = ""
        if row.sealed_code:
            try:
                code = sealing.unseal(row.sealed_code, mail.CODE)
            except sealing.UnreadableError:
                log.error("a receipt code does not open with SECRET_KEY or its fallbacks")
        context = {
            "letter": row.letter,
            "reason": row.reason,
            "left_out": row.left_out,
            "days": mail.DAYS,
            "url": settings.PUBLIC_URL + reverse("mail_confirm", args=[mail.token_of(row)]),
            "about": row.about.removeprefix("matter:"),
            "page": settings.PUBLIC_URL + link.url if link else "",
            "number": (row.filed_as or "").partition(":")[2],
            "receipt_url": settings.PUBLIC_URL + reverse("receipt"),
            "code": code,
            "site": settings.PUBLIC_URL,
            "places": [(target.title, mail.address_of(target)) for target in write],
        }
        headers = {"Message-ID": name_of(row), "Auto-Submitted": "auto-replied"}
        if row.filed_as and (address := replies.reply_to(row.filed_as, row.sender)):
            headers["Reply-To"] = address
        if row.message_id:
            headers |= {"In-Reply-To": row.message_id, "References": row.message_id}
        return EmailMessage(
            subject=text.clean_line(_subject(row)),
            body=render_to_string("channels/mail/letter.txt", context),
            to=[row.sender],
            headers=headers,
        )
