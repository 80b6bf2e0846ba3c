"""The address of somebody who registers without an account: confirmed by one mail, erased with the registration."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from madang.commons.meetings.enums import Place
from madang.commons.meetings.models import Contact, ContactMail, Meeting, Registration
from madang.commons.notices import api as notices
from madang.kernel import clock
from madang.kernel.models import User

SALT = "madang.meetings.contact"
DAYS = 3
"""How long the link in the mail works."""
PER_DAY = 3
"""How many confirmations one address is asked for in a day, whatever they are about."""
PAUSES = (1, 5, 30, 120)
"""Minutes until the next try when the mail server refuses."""


def keep(*, registration: Registration, email: str) -> Contact:
    """Keep an unconfirmed address (inside the caller's transaction); the worker sends the one mail.

    An address that was asked too often today is kept but not asked: `asked_at` stays empty.
    """
    address, now = email.strip().lower(), clock.now()
    digest = salted_hmac(SALT, address, algorithm="sha256").hexdigest()
    is_asked = ContactMail.objects.filter(digest=digest, at__gt=now - timedelta(days=1)).count() < PER_DAY
    if is_asked:
        ContactMail.objects.create(digest=digest, at=now)
    moment = now if is_asked else None
    return Contact.objects.create(
        registration=registration,
        meeting_id=registration.meeting_id,
        email=address,
        asked_at=moment,
        next_at=moment,
    )


def drop(registration: Registration) -> None:
    """Erase the address of a registration, with every mail that would go there."""
    known = Contact.objects.select_for_update().filter(registration=registration).first()
    if known is not None:
        notices.unfollow(reference=registration.meeting.reference, address=known.email)
        notices.unfollow(reference=registration.reference, address=known.email)
        known.delete()


def is_listed(meeting: Meeting, email: str) -> bool:
    """Whether this address, or the account that has it, is on the list with a confirmed registration."""
    person = User.objects.filter(email__iexact=email).first()
    live = meeting.registrations.filter(state__in=[Place.SEATED, Place.WAITING])
    by_account = person is not None and live.filter(person=person).exists()
    return by_account or live.filter(contact__email=email, contact__confirmed_at__isnull=False).exists()


def mark_confirmed(contact: Contact) -> None:
    contact.confirmed_at, contact.next_at = clock.now(), None
    contact.save(update_fields=["confirmed_at", "next_at"])


def token_of(contact: Contact) -> str:
    """What the link in the mail carries. It opens nothing else."""
    return signing.Signer(salt=SALT).sign_object([contact.pk, contact.nonce])


def by_token(token: str) -> Contact | None:
    """The address behind a link; None when the link is wrong, too old, or the address was erased."""
    try:
        key, nonce = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = Contact.objects.select_related("registration__meeting").filter(pk=key, nonce=nonce).first()
    if found is None or found.asked_at is None or clock.now() > found.asked_at + timedelta(days=DAYS):
        return None
    return found


def ask() -> int:
    """Send the confirmations that are due; returns how many left."""
    return notices.send_due(Contact.objects.select_related("registration__meeting"), _letter, PAUSES)


def _letter(contact: Contact) -> EmailMessage:
    with translation.override(contact.registration.language):
        context = {
            "meeting": contact.registration.meeting,
            "days": DAYS,
            "url": settings.PUBLIC_URL + reverse("hall_confirm", args=[token_of(contact)]),
        }
        return EmailMessage(
            subject=_("Confirm that you want to come"),
            body=render_to_string("meetings/mail/confirm.txt", context),
            to=[contact.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
