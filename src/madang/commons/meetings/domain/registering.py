"""Registering, confirming, cancelling: one person, one place, one receipt."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.meetings.domain import contacts, seating
from madang.commons.meetings.enums import Attending, Channel, Mode, Place
from madang.commons.meetings.models import AccessNeed, Meeting, Registration
from madang.commons.notices import api as notices
from madang.kernel import clock, ids, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError

LOOKALIKES = str.maketrans("OIL", "011")
ALREADY = _("You are registered for this meeting already. Your registration is on its page.")


@dataclass(frozen=True, slots=True)
class Registered:
    """What registering gives back. `code` opens the registration later; only its hash is kept, so show it now."""

    registration: Registration
    code: str


def new_ticket() -> str:
    """Forty random bits as eight characters: shown at the door, of no use to anybody who is not a helper."""
    return "".join(secrets.choice(ids.CROCKFORD) for _place in range(8))


def read_ticket(typed: str) -> str:
    """A ticket as typed or scanned, in its written form; an address that ends with it is one too."""
    last = typed.strip().rstrip("/").rpartition("/")[2]
    kept = [symbol for symbol in last.upper() if symbol.isascii() and symbol.isalnum()]
    return "".join(kept).translate(LOOKALIKES)[:8]


@transaction.atomic
def register(
    *,
    actor: Actor,
    meeting: Meeting,
    attending: str,
    email: str = "",
    needs: Sequence[str] = (),
    need_words: str = "",
    language: str = "ko",
) -> Registered:
    """Put somebody on the list: with an account she has a seat (or a place in line) at once.

    With an address alone she has it when she opens the link in one mail, so that nobody fills a hall with addresses
    that are not hers.

    Raises:
        RefusedError: 403 not open or level not reached; 409 registered already; 422 no such way to take part here,
            or neither account nor address.
    """
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    policy.require("meetings.registration.make", actor, locked)
    _check_way(locked, attending)
    if actor.user is None and not email:
        raise RefusedError(_("Leave an e-mail address, or sign in."), "registration.address", status=422)
    if (
        actor.user is not None
        and locked.registrations.filter(person=actor.user).exclude(state=Place.CANCELLED).exists()
    ):
        raise RefusedError(ALREADY, "registration.twice", status=409)
    code = ids.new_code()
    registration = Registration.objects.create(
        meeting=locked,
        person=actor.user,
        attending=attending,
        channel=Channel.ACCOUNT if actor.user is not None else Channel.ADDRESS,
        language=language,
        ticket=new_ticket(),
        code_hash=ids.code_hash(code),
        made_at=clock.now(),
    )
    if needs or need_words:
        AccessNeed.objects.create(registration=registration, codes=",".join(needs), words=need_words)
    # How she takes part goes into the sealed part of the log; what she needs does not go there at all.
    audit.record(
        actor=actor,
        action="meetings.registration.make",
        target=registration.reference,
        after=registration.state,
        organisation=locked.host,
        is_public=False,
        payload={"meeting": locked.number, "attending": attending, "level": actor.level},
    )
    if actor.user is None:
        contacts.keep(registration=registration, email=email)
        return Registered(registration, code)
    placed = seating.place(actor=actor, registration=registration, meeting=locked)
    _follow(placed)
    return Registered(placed, code)


@transaction.atomic
def confirm(*, token: str) -> Registration | None:
    """The address is hers: she gets a seat or a place in line. Twice changes nothing; None for a dead link.

    Raises:
        RefusedError: 403 registration is over meanwhile; 409 the same address is on the list already.
    """
    found = contacts.by_token(token)
    if found is None:
        return None
    locked = Meeting.objects.select_for_update().get(pk=found.meeting_id)
    registration = Registration.objects.select_for_update().get(pk=found.registration_id)
    if registration.state != Place.ASKED:
        return registration
    holder = Actor(held=frozenset({registration.reference}))
    policy.require("meetings.registration.make", holder, locked)
    if contacts.is_listed(locked, found.email):
        raise RefusedError(ALREADY, "registration.twice", status=409)
    contacts.mark_confirmed(found)
    placed = seating.place(actor=holder, registration=registration, meeting=locked)
    _follow(placed, address=found.email)
    return placed


@transaction.atomic
def cancel(*, actor: Actor, registration: Registration) -> Registration:
    """Give the seat back: the next in line has it in the same moment. What she needs and her address are erased.

    Raises:
        RefusedError: 403 not hers; 409 cancelled already.
    """
    locked = Meeting.objects.select_for_update().get(pk=registration.meeting_id)
    fresh = move(registration, "cancel", actor=actor, changes={"seat": None})
    AccessNeed.objects.filter(registration=fresh).delete()
    _unfollow(fresh)
    seating.let_in(locked)
    return fresh


def _check_way(meeting: Meeting, attending: str) -> None:
    ways = {
        Mode.ON_SITE: (Attending.ON_SITE,),
        Mode.ONLINE: (Attending.ONLINE,),
        Mode.BOTH: (Attending.ON_SITE, Attending.ONLINE),
    }[Mode(meeting.mode)]
    if attending not in ways:
        raise RefusedError(
            _("One cannot take part in this meeting that way. Choose one of the ways that are offered."),
            "registration.way",
            status=422,
        )


def _follow(registration: Registration, *, address: str = "") -> None:
    """She hears of the meeting as everybody, and of her own place as its author."""
    for reference, why in ((registration.meeting.reference, "follower"), (registration.reference, "author")):
        if registration.person is not None:
            notices.follow(reference=reference, user=registration.person, why=why)
        else:
            notices.follow(reference=reference, address=address, why=why, language=registration.language)


def _unfollow(registration: Registration) -> None:
    if registration.person is not None:
        notices.unfollow(reference=registration.meeting.reference, user=registration.person)
        notices.unfollow(reference=registration.reference, user=registration.person)
    contacts.drop(registration)
