"""What news look like as a mail: plain text, a small HTML page, and how to stop."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.commons.notices.domain import preferring
from madang.commons.notices.kinds import sentence_of
from madang.commons.notices.models import Delivery, Rhythm, Why
from madang.commons.notices.replying import reply_address
from madang.kernel import manifest, text

log = logging.getLogger("madang.notices")


def message_id(batch: int) -> str:
    """The same for every attempt, so that a mail sent twice shows once; it gives no row number away."""
    digest = salted_hmac("madang.notices", str(batch), algorithm="sha256").hexdigest()[:32]
    return f"<{digest}@{urlsplit(settings.PUBLIC_URL).hostname}>"


def _where(delivery: Delivery, link: manifest.Link | None) -> str:
    """The public page; an account's own notices while there is none; nothing for a bare address."""
    if link is not None:
        return settings.PUBLIC_URL + link.url
    has_account = delivery.follow is not None and delivery.follow.user_id is not None
    return settings.PUBLIC_URL + reverse("notices") if has_account else ""


def compose(rows: list[Delivery], *, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The mail of a batch in its reader's language: one piece of news, or a digest."""
    last = rows[-1]
    with translation.override(last.language):
        if last.rhythm == Rhythm.INSTANT:
            subject, name, context = _single(last)
        else:
            subject, name, context = _digest(rows)
        context["language"] = last.language
        headers = {"Message-ID": message_id(last.batch or last.pk), "Auto-Submitted": "auto-generated"}
        if last.rhythm == Rhythm.INSTANT and (answer := reply_address(last.event.reference, last.address)):
            headers["Reply-To"] = answer
        if context["stop_url"]:
            headers["List-Unsubscribe"] = f"<{context['stop_url']}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail = EmailMultiAlternatives(
            subject=text.clean_line(subject),
            body=render_to_string(f"notices/{name}.txt", context),
            to=[last.address],
            headers=headers,
            connection=connection,
        )
        mail.attach_alternative(render_to_string(f"notices/{name}.html", context), "text/html")
        return mail


def _single(row: Delivery) -> tuple[str, str, dict[str, object]]:
    """Subject, template and context of one piece of news."""
    event, follow = row.event, row.follow
    sentence = sentence_of(event.kind, event.data)
    title = text.clean_line(event.title)
    subject = _("[Madang] %(title)s: %(sentence)s") % {
        "sentence": sentence.rstrip("."),
        "title": text.excerpt(title, 60),
    }
    token = follow.token if follow is not None else ""
    link = manifest.links([event.reference]).get(event.reference)
    return (
        subject,
        "mail",
        {
            "sentence": sentence,
            "title": title,
            "url": _where(row, link),
            "why": Why(follow.why).label if follow is not None else "",
            "stop_url": _address("notices_stop", token),
            "settings_url": _address("mail_settings_of", token),
        },
    )


@dataclass
class Piece:
    """All the news of one thing in a digest."""

    title: str
    url: str
    sentences: list[str]


def _digest(rows: list[Delivery]) -> tuple[str, str, dict[str, object]]:
    """Subject, template and context of a digest: each thing once, its news in the order they happened."""
    links = manifest.links({row.event.reference for row in rows})
    pieces: dict[str, Piece] = {}
    for row in sorted(rows, key=lambda one: (one.event.at, one.pk)):
        event = row.event
        piece = pieces.setdefault(
            event.reference,
            Piece(text.clean_line(event.title), _where(row, links.get(event.reference)), []),
        )
        piece.sentences.append(_sentence(row))
    follow = next(row.follow for row in rows if row.follow is not None)
    token = preferring.saved_token(follow)
    subject = ngettext(
        "[Madang] %(n)s piece of news: %(title)s", "[Madang] %(n)s pieces of news: %(title)s", len(rows)
    )
    first = next(iter(pieces.values()))
    return (
        subject % {"n": len(rows), "title": text.excerpt(first.title, 60)},
        "digest",
        {
            "pieces": list(pieces.values()),
            "stop_url": _address("notices_stop", token),
            "settings_url": _address("mail_settings_of", token),
        },
    )


def _sentence(row: Delivery) -> str:
    """One that cannot be written must not hold up the rest of the digest."""
    try:
        return sentence_of(row.event.kind, row.event.data)
    except Exception:
        log.exception("the sentence of event %s cannot be written", row.event_id)
        return _("There is news.")


def _address(name: str, token: str) -> str:
    return settings.PUBLIC_URL + reverse(name, args=[token]) if token else ""
