"""Kiosks: opened by an operator, used by anybody, ended by an operator. Nobody's account and nobody's words stay."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from madang.commons.channels import targets
from madang.commons.channels.domain import taking
from madang.commons.channels.models import Kiosk
from madang.commons.channels.targets import Taken, Words
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.rules import next_number
from madang.kernel.errors import RefusedError

CHANNEL = "kiosk"
LONGEST = timedelta(days=30)
"""A terminal that nobody ended is a kiosk no longer than this."""


def _hash(token: str) -> str:
    return hashlib.sha256(b"madang/kiosk/v1\0" + token.encode()).hexdigest()


def _pin_hash(number: str, pin: str) -> str:
    return salted_hmac("madang.channels.kiosk", f"{number}\0{pin}", algorithm="sha256").hexdigest()


@transaction.atomic
def start(*, actor: Actor, target: str, where: str, pin: str) -> tuple[Kiosk, str]:
    """Make a terminal a kiosk for one place; the kiosk and the token that the terminal holds.

    Raises:
        RefusedError: no mandate for the office that hosts the place, or there is no such place.
    """
    wanted = targets.find(target)
    policy.require("channels.kiosk.start", actor, wanted.place.host_id)
    now, token = clock.now(), secrets.token_urlsafe(32)
    number = next_number("KS", at=now)
    kiosk = Kiosk.objects.create(
        number=number,
        target=wanted.key,
        host_id=wanted.place.host_id,
        where=where,
        token_hash=_hash(token),
        pin_hash=_pin_hash(number, pin),
        opened_by=actor.account,
        opened_at=now,
    )
    _record(actor, "start", kiosk)
    return kiosk, token


def by_token(token: str) -> Kiosk | None:
    """The kiosk that this terminal is; None when it is none, or no longer one."""
    if not token:
        return None
    return Kiosk.objects.filter(
        token_hash=_hash(token), ended_at__isnull=True, opened_at__gt=clock.now() - LONGEST
    ).first()


@transaction.atomic
def end(*, actor: Actor, kiosk: Kiosk) -> bool:
    """End it from the desk; True when it was one until now."""
    policy.require("channels.kiosk.end", actor, kiosk.host_id)
    return _end(actor, kiosk)


@transaction.atomic
def end_here(*, kiosk: Kiosk, pin: str) -> bool:
    """End it at the terminal with the number that its operator chose; False when it is wrong, and nothing changes."""
    if not constant_time_compare(_pin_hash(kiosk.number, pin), kiosk.pin_hash):
        return False
    return _end(Actor(channel=CHANNEL), kiosk)


def _end(actor: Actor, kiosk: Kiosk) -> bool:
    ended = Kiosk.objects.filter(pk=kiosk.pk, ended_at__isnull=True).update(ended_at=clock.now())
    if ended:
        _record(actor, "end", kiosk)
    return bool(ended)


def _record(actor: Actor, act: str, kiosk: Kiosk) -> None:
    audit.record(
        actor=actor,
        action=f"channels.kiosk.{act}",
        target=kiosk.reference,
        at=clock.now(),
        organisation=kiosk.host,
        is_public=False,
        channel=CHANNEL,
        payload={"target": kiosk.target, "where": kiosk.where},
    )


@transaction.atomic
def take(*, kiosk: Kiosk, ticket: str, words: Words) -> Taken | None:
    """File what somebody wrote at a kiosk, as somebody without an account; None where it was filed before.

    Raises:
        RefusedError: it was ended meanwhile, and the service's own reasons.
    """
    fresh = Kiosk.objects.select_for_update(of=("self",)).get(pk=kiosk.pk)
    if fresh.ended_at is not None:
        raise RefusedError(_("This terminal is closed."), "kiosk.ended")
    target = targets.find(fresh.target)
    taking.measure(target, words)
    _entry, taken = taking.take(key=f"kiosk:{ticket}", channel=CHANNEL, target=target, words=words)
    if taken is not None:
        Kiosk.objects.filter(pk=fresh.pk).update(filed=F("filed") + 1)
    return taken
