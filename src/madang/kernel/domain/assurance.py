"""Verifying people, and what follows when a proof ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet

from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.levels import Level
from madang.kernel.models import Assurance, RegistryEntry, User
from madang.kernel.rows import Ready

TARGET = "person:private"


def level_of(user: User) -> str:
    """The level an account holds now."""
    proven = _proof.first(user=user.pk, now=clock.now()) is not None
    return Level.RESIDENT if proven else Level.CONTACT


def _proofs(user: int, now: datetime) -> QuerySet[Assurance]:
    return Assurance.objects.filter(user=user, ended_at=None, until__gt=now)


_proof = Ready(lambda user, now: _proofs(user, now).values_list("pk")[:1], user=int, now=datetime)


def holder_of(email: str) -> User | None:
    """The account whose person has shown that this address is hers; None where nobody has.

    Anybody can begin to sign up with anybody's address: until the code from the mail was typed, that account is nobody's.
    """
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        return None
    known = dict(EmailAddress.objects.filter(user=user, email__iexact=email).values_list("pk", "verified"))
    return user if not known or any(known.values()) else None


def valid(user: User) -> QuerySet[Assurance]:
    """The proofs of this person that count now."""
    return _proofs(user.pk, clock.now())


@dataclass(frozen=True, slots=True)
class Facts:
    """What proofs say beside the level: a code of `kernel.places`, and a day. Empty and None where none says it."""

    district: str = ""
    born: date | None = None


def facts_of(user: User) -> Facts:
    """Where somebody lives and when she was born, as far as proofs say; the office's own list before a provider."""
    proofs = sorted(valid(user), key=lambda proof: proof.source != Assurance.Source.REGISTRY)
    born = next((proof.born for proof in proofs if proof.born), "")
    district = next((proof.district for proof in proofs if proof.district), "")
    return Facts(district, date.fromisoformat(born) if born else None)


@transaction.atomic
def grant(
    *, actor: Actor, user: User, source: str, until: datetime, district: str = "", born: date | None = None
) -> Assurance:
    """A source says that this is a resident; an open proof of the same source is renewed."""
    said = {
        "level": Level.RESIDENT,
        "until": until,
        "district": district,
        "born": born.isoformat() if born else "",
    }
    row, is_new = Assurance.objects.update_or_create(
        user=user,
        source=source,
        ended_at=None,
        defaults=said,
        create_defaults={**said, "since": clock.now()},
    )
    if is_new:
        _log(actor, "kernel.person.verify", source)
    return row


@transaction.atomic
def end(*, actor: Actor, user: User, source: str) -> bool:
    """A proof counts no more, from now on. What was filed and supported with it stays. True if there was one."""
    ended = Assurance.objects.filter(user=user, source=source, ended_at=None).update(ended_at=clock.now())
    if source == Assurance.Source.REGISTRY:
        RegistryEntry.objects.filter(user=user).update(user=None)
    if ended:
        _log(actor, "kernel.person.unverify", source)
    return bool(ended)


def _log(actor: Actor, action: str, source: str) -> None:
    audit.record(
        actor=actor,
        action=action,
        target=TARGET,
        is_public=False,
        payload={"source": source, "level": "resident"},
    )
