"""What is erased after a meeting, and when a person leaves."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from madang.commons.meetings.domain import contacts, registering
from madang.commons.meetings.enums import Place, State
from madang.commons.meetings.models import AccessNeed, Contact, ContactMail, Registration, Speaker
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.domain import forgetting
from madang.kernel.models import User

NEEDS_KEPT = timedelta(days=1)
"""After the end of a meeting; by then everybody is home."""
ADDRESSES_KEPT = timedelta(days=90)
"""After the end of a meeting; the minutes are told to those who came."""


@transaction.atomic
def sweep() -> int:
    """Erase access needs a day after a meeting, addresses after ninety; how many rows went.

    Registrations whose address was never confirmed go as soon as their link is dead.
    """
    now = clock.now()
    over = now - NEEDS_KEPT
    gone = AccessNeed.objects.filter(registration__meeting__ends_at__lte=over).delete()[0]
    gone += AccessNeed.objects.filter(registration__meeting__state=State.CANCELLED).delete()[0]
    old = Contact.objects.filter(meeting__ends_at__lte=now - ADDRESSES_KEPT)
    dead = Contact.objects.filter(
        confirmed_at=None, registration__made_at__lte=now - timedelta(days=contacts.DAYS)
    )
    for contact in [*old, *dead]:
        registration = contact.registration
        if registration.state == Place.ASKED:
            forgetting.forget_acts(target=registration.reference)
            registration.delete()
        else:
            contacts.drop(registration)
        gone += 1
    ContactMail.objects.filter(at__lte=now - timedelta(days=1)).delete()
    return gone


@transaction.atomic
def erase_person(*, actor: Actor, user: User) -> int:
    """A person leaves: what is to come is cancelled, what she needs and the name she had shown go."""
    rows = Registration.objects.filter(person=user).select_related("meeting")
    herself = Actor(user=user, channel=actor.channel)
    for registration in rows.exclude(state=Place.CANCELLED):
        if registration.meeting.state in (State.PLANNED, State.OPEN):
            registering.cancel(actor=herself, registration=registration)
    AccessNeed.objects.filter(registration__person=user).delete()
    Speaker.objects.filter(registration__person=user).update(label="")
    return rows.count()


@transaction.atomic
def erase_address(*, email: str) -> int:
    """Erase an address wherever it was left without an account."""
    rows = list(Contact.objects.filter(email=email.strip().lower()).select_related("registration__meeting"))
    for contact in rows:
        if contact.registration.state in (Place.ASKED, Place.SEATED, Place.WAITING) and (
            contact.registration.meeting.state in (State.PLANNED, State.OPEN)
        ):
            holder = Actor(held=frozenset({contact.registration.reference}))
            registering.cancel(actor=holder, registration=contact.registration)
        else:
            contacts.drop(contact.registration)
    return len(rows)
