"""What a notice looks like as a mail: plain text, a small HTML page, and how to stop."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from madang.commons.notices.kinds import sentence_of
from madang.commons.notices.models import Delivery, Why
from madang.kernel import manifest, text


def message_id(delivery: Delivery) -> str:
    """The same for every attempt, so that a mail sent twice shows once; it gives no row number away."""
    digest = salted_hmac("madang.notices", str(delivery.pk), algorithm="sha256").hexdigest()[:32]
    return f"<{digest}@{urlsplit(settings.PUBLIC_URL).hostname}>"


def _where(delivery: Delivery, link: manifest.Link | None) -> str:
    """The public page; an account's own notices while there is none; nothing for a bare address."""
    if link is not None:
        return settings.PUBLIC_URL + link.url
    has_account = delivery.follow is not None and delivery.follow.user_id is not None
    return settings.PUBLIC_URL + reverse("notices") if has_account else ""


def compose(delivery: Delivery, *, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The mail of a delivery in its reader's language."""
    event, follow = delivery.event, delivery.follow
    with translation.override(delivery.language):
        link = manifest.links([event.reference]).get(event.reference)
        stop = (
            settings.PUBLIC_URL + reverse("notices_stop", args=[follow.token]) if follow is not None else ""
        )
        sentence = sentence_of(event.kind, event.data)
        title = text.clean_line(event.title)
        context = {
            "sentence": sentence,
            "title": title,
            "url": _where(delivery, link),
            "why": Why(follow.why).label if follow is not None else "",
            "stop_url": stop,
            "language": delivery.language,
        }
        subject = _("[Madang] %(title)s: %(sentence)s") % {
            "sentence": sentence.rstrip("."),
            "title": text.excerpt(title, 60),
        }
        headers = {"Message-ID": message_id(delivery), "Auto-Submitted": "auto-generated"}
        if stop:
            headers["List-Unsubscribe"] = f"<{stop}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail = EmailMultiAlternatives(
            subject=text.clean_line(subject),
            body=render_to_string("notices/mail.txt", context),
            to=[delivery.address],
            headers=headers,
            connection=connection,
        )
        mail.attach_alternative(render_to_string("notices/mail.html", context), "text/html")
        return mail
