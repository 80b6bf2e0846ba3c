"""Invitations by mail: each is put off before it leaves, so a worker killed in between repeats one at most.

Whoever does not answer in time gives the seat back, and when nobody is asked any more the next lot is ordered.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac

from madang.commons.panels.domain import making, seats
from madang.commons.panels.models import Panel, Round, Seat
from madang.kernel import clock, retrying, text
from madang.kernel.actors import system
from madang.kernel.errors import RefusedError

log = logging.getLogger("madang.panels")

SALT = "madang.panels.invitation"
PAUSES = (1, 5, 30, 120, 720, 1440)
"""Minutes until the next try when the mail server refuses."""


def token_of(seat: Seat) -> str:
    """What the link in the mail carries. It opens this one invitation and nothing else."""
    return signing.Signer(salt=SALT).sign_object([seat.pk, seat.code_hash[:16]])


def by_token(token: str) -> Seat | None:
    """The seat behind a link; None when the link is wrong or the panel has ended."""
    try:
        key, part = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = Seat.objects.select_related("round__panel__host").filter(pk=key).first()
    if found is None or not found.code or found.code_hash[:16] != part:
        return None
    return found


def send() -> int:
    """Send the invitations that are due; returns how many left."""
    sent = 0
    rows = Seat.objects.select_related("candidate", "round__panel__host")
    for seat in retrying.due(rows, PAUSES, at="mail_at", tries="mail_tries"):
        if seat.state != Seat.State.INVITED or not seats.is_address(seat.candidate.contact):
            Seat.objects.filter(pk=seat.pk).update(mail_at=None)  # answered by phone, or the panel has ended
            continue
        try:
            compose(seat).send()
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0] if error.recipients else 0
            changes = {"mail_at": None} if code >= 500 else {}
            Seat.objects.filter(pk=seat.pk).update(mail_trouble=f"recipient refused ({code})", **changes)
            continue
        except (OSError, smtplib.SMTPException) as error:
            Seat.objects.filter(pk=seat.pk).update(mail_trouble=type(error).__name__[:60])
            continue
        Seat.objects.filter(pk=seat.pk).update(mailed_at=clock.now(), mail_at=None, mail_trouble="")
        sent += 1
    return sent


def compose(seat: Seat) -> EmailMessage:
    """In both languages: a register does not say which one she reads."""
    panel = seat.round.panel
    url = reverse("panel_invited", args=[token_of(seat)])
    pieces = []
    for language in ("ko", "en"):
        with translation.override(language):
            context = {
                "panel": panel,
                "name": seat.candidate.name,
                "code": seat.code,
                "days": panel.reply_days,
                "url": settings.PUBLIC_URL + url,
                "typed_url": settings.PUBLIC_URL + reverse("panel_invitation"),
                "lot_url": settings.PUBLIC_URL + reverse("panel", args=[panel.slug]),
            }
            pieces.append(render_to_string("panels/mail/invitation.txt", context).strip())
    name = salted_hmac(SALT, str(seat.pk), algorithm="sha256").hexdigest()[:32]
    with translation.override("ko"):
        subject = translation.gettext("You have been drawn by lot: %(title)s") % {"title": panel.title_ko}
    return EmailMessage(
        subject=text.clean_line(subject),
        body="\n\n———\n\n".join(pieces) + "\n",
        to=[seat.candidate.contact.strip()],
        headers={
            # The same for every attempt: a mail that was repeated shows once.
            "Message-ID": f"<madang-lot-{name}@{urlsplit(settings.PUBLIC_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def answer_by(seat: Seat) -> datetime | None:
    """Until when her answer is waited for; None where no mail went out."""
    return seat.mailed_at and seat.mailed_at + timedelta(days=seat.round.panel.reply_days)


def lapse_silent() -> int:
    """Give back the seats of those who got the mail and did not answer in time; how many."""
    done = 0
    waiting = Seat.objects.filter(state=Seat.State.INVITED, mailed_at__isnull=False)
    for seat in waiting.exclude(round__panel__state=Panel.State.CLOSED).select_related("round__panel"):
        until = answer_by(seat)
        if until is None or until > clock.now():
            continue
        try:
            seats.note(actor=system("lot"), seat=seat, step="lapse", reason="No answer in time.")
            done += 1
        except RefusedError as refused:
            if refused.code != "flow.state":  # she answered in this very moment
                raise
    return done


def order_replacements() -> int:
    """Order the next lot where seats are free and nobody is asked any more; how many.

    With the witnesses of the last lot. What was given up, or could not be made, is for the office to order.
    """
    done = 0
    for panel in Panel.objects.filter(state=Panel.State.SEATED):
        last = panel.rounds.defer("frozen", "people").order_by("-number").first()
        states = list(Seat.objects.filter(round__panel=panel).values_list("state", flat=True))
        if last is None or last.state != Round.State.DRAWN or "invited" in states:
            continue
        if states.count("accepted") >= panel.size:
            continue
        witnesses = [one.user for one in last.witnesses.select_related("user") if one.user.is_active]
        try:
            making.order(actor=system("lot"), panel=panel, witnesses=witnesses)
            done += 1
        except RefusedError as refused:
            log.info("panel %s is not drawn anew by itself: %s", panel.slug, refused.code)
    return done
