"""The address of someone who filed without an account: confirmed by one mail, changed and erased by her alone."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from madang.commons.matters.models import Contact, ContactMail, Matter
from madang.commons.notices import api as notices
from madang.kernel import clock, policy
from madang.kernel.actors import Actor

SALT = "madang.contact"
DAYS = 7
"""How long the link in the mail works."""
PER_DAY = 3
"""How many confirmations one address is asked for in a day, whatever they are about."""
PAUSES = (1, 5, 30, 120, 720)
"""Minutes until the next try when the mail server refuses."""


@transaction.atomic
def leave(*, actor: Actor, matter: Matter, email: str) -> Contact:
    """Keep an address for news of this matter and ask it once whether it wants them; an earlier one is erased.

    No act is logged: an address is not an act, and what is not written need not be erased.

    Raises:
        RefusedError: the actor did not file this.
    """
    policy.require("matters.matter.contact", actor, matter)
    known = Contact.objects.filter(matter=matter).first()
    if known is not None and known.email == email.lower() and known.confirmed_at is not None:
        return known
    drop(matter)
    return keep(matter=matter, email=email)


def keep(*, matter: Matter, email: str) -> Contact:
    """Keep an unconfirmed address (inside the caller's transaction); the worker sends the one mail.

    An address that was asked too often today is kept but not asked: `asked_at` stays empty.
    """
    address, now = email.strip().lower(), clock.now()
    digest = salted_hmac(SALT, address, algorithm="sha256").hexdigest()
    asked = ContactMail.objects.filter(digest=digest, at__gt=now - timedelta(days=1)).count()
    is_asked = asked < PER_DAY
    if is_asked:
        ContactMail.objects.create(digest=digest, at=now)
    moment = now if is_asked else None
    return Contact.objects.create(matter=matter, email=address, asked_at=moment, next_at=moment)


def keep_confirmed(*, matter: Matter, email: str) -> Contact:
    """Keep an address whose holder opened a link that was sent there (inside the caller's transaction)."""
    now = clock.now()
    contact = Contact.objects.create(
        matter=matter, email=email.strip().lower(), asked_at=now, sent_at=now, confirmed_at=now
    )
    notices.follow(reference=matter.reference, address=contact.email, why="author", language=matter.language)
    return contact


def held_by_address(*, email: str, reference: str) -> int | None:
    """The key of the matter behind a reference whose holder confirmed this address; None where she did not."""
    number = reference.removeprefix("matter:")
    found = Contact.objects.filter(
        matter__number=number, email=email.strip().lower(), confirmed_at__isnull=False
    ).first()
    return found.matter_id if found is not None else None


@transaction.atomic
def erase(*, actor: Actor, matter: Matter) -> None:
    """Erase the address; no mail goes to it any more. No error when there is none."""
    policy.require("matters.matter.contact", actor, matter)
    drop(matter)


def drop(matter: Matter) -> None:
    """Erase the address of a matter, whoever asks; the caller has made sure that she may."""
    known = Contact.objects.select_for_update().filter(matter=matter).first()
    if known is not None:
        notices.unfollow(reference=matter.reference, address=known.email)
        known.delete()


def token_of(contact: Contact) -> str:
    """What the link in the mail carries. It opens nothing and is of no use for another matter or address."""
    return signing.Signer(salt=SALT).sign_object([contact.pk, contact.nonce])


def by_token(token: str) -> Contact | None:
    """The address behind a link; None when the link is wrong, older than seven days, or the address was erased."""
    try:
        key, nonce = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = Contact.objects.select_related("matter").filter(pk=key, nonce=nonce).first()
    if found is None or found.asked_at is None or clock.now() > found.asked_at + timedelta(days=DAYS):
        return None
    return found


@transaction.atomic
def confirm(*, token: str) -> Contact | None:
    """Her address is hers: from now on news of the matter goes there. Twice changes nothing."""
    found = by_token(token)
    if found is None:
        return None
    contact = (
        Contact.objects.select_for_update(of=("self",)).select_related("matter__merged_into").get(pk=found.pk)
    )
    if contact.confirmed_at is None:
        contact.confirmed_at, contact.next_at = clock.now(), None
        contact.save(update_fields=["confirmed_at", "next_at"])
        matter = contact.matter
        # What was merged meanwhile goes on in another one: there is the news.
        matter = matter.merged_into or matter
        notices.follow(
            reference=matter.reference, address=contact.email, why="author", language=matter.language
        )
    return contact


@transaction.atomic
def refuse(*, token: str) -> bool:
    """The address is somebody else's: it is erased at once. True when there was one."""
    found = by_token(token)
    if found is None:
        return False
    drop(found.matter)
    return True


# --- the worker -----------------------------------------------------------------------------------------


def ask() -> int:
    """Send the confirmations that are due; returns how many left."""
    return notices.send_due(Contact.objects.select_related("matter"), _letter, PAUSES)


def forget() -> None:
    """Forget who was asked more than a day ago."""
    ContactMail.objects.filter(at__lte=clock.now() - timedelta(days=1)).delete()


def _letter(contact: Contact) -> EmailMessage:
    matter = contact.matter
    with translation.override(matter.language):
        context = {
            "number": matter.number,
            "days": DAYS,
            "url": settings.PUBLIC_URL + reverse("contact_confirm", args=[token_of(contact)]),
        }
        return EmailMessage(
            subject=_("Is this your address?"),
            body=render_to_string("matters/mail/confirm.txt", context),
            to=[contact.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
