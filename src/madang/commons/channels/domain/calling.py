"""Taking part by phone: an operator types what a caller asks for, and it is done as the caller's.

Who she is: the code that she made with her account, or, without an account, the phone she calls from. A number is one
person, as it is for text messages: it counts once by either means, and reaches the level of a confirmed address. What
proves it is what the operator sees on the display, or that she called it back; the number is told by text message
what was entered, so that its holder can take back what she did not say.

The same rights: the policies see the person, never the operator. What the operator did is an act of her own.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from madang.commons.channels import targets
from madang.commons.channels.domain import numbers, texts
from madang.commons.channels.logic import texting
from madang.commons.channels.models import CallingCode, CallingUse, Number
from madang.kernel import clock, ids, manifest, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation, User

CHANNEL = "phone"
LASTS = timedelta(days=365)
COMMENTS = ("for", "against", "question")
SEEN = ("shown", "called_back")
"""How an operator knows the number of a caller: the display shows it, or she hung up and called it."""


def _digest(code: str) -> str:
    return salted_hmac("madang.channels.calling", code, algorithm="sha256").hexdigest()


def read_code(typed: str) -> str:
    """A code as dictated, in one form; "" when it cannot be one."""
    compact = "".join(typed.upper().replace("-", " ").split()).translate(ids.LOOKALIKES)
    return compact if len(compact) == 8 and set(compact) <= set(ids.CROCKFORD) else ""


@transaction.atomic
def make(*, actor: Actor) -> str:
    """A code for this person, `XXXX-XXXX`, shown once; the one before is of no use any more."""
    policy.require("channels.calling.have", actor)
    code = ids.new_code().replace("-", "")[:8]
    CallingCode.objects.update_or_create(
        user=actor.account, defaults={"digest": _digest(code), "made_at": clock.now()}
    )
    return f"{code[:4]}-{code[4:]}"


@transaction.atomic
def drop(*, actor: Actor) -> None:
    """Take the code back."""
    policy.require("channels.calling.have", actor)
    CallingCode.objects.filter(user=actor.account).delete()


def person_by(code: str) -> User | None:
    """Whose code it is; None when it is nobody's, a year old, or its owner has left."""
    read = read_code(code)
    row = CallingCode.objects.select_related("user").filter(digest=_digest(read)).first() if read else None
    if row is None or row.made_at < clock.now() - LASTS or not row.user.is_active:
        return None
    return row.user


@transaction.atomic
def enter(
    *,
    operator: Actor,
    number: str,
    act: str,
    body: str = "",
    code: str = "",
    phone: str = "",
    seen: str = "",
    key: str = "",
) -> str:
    """Do for a caller what she asks for: `support`, `unsupport`, or a comment; the title of what it is about.

    Args:
        number: of the thing it is about.
        code: the caller's code, where she has an account.
        phone: else the number she calls from.
        seen: how the operator knows that she calls from there, one of `SEEN`.
        key: of the operator's form; the same asked for with the same key is done once.

    Raises:
        RefusedError: no mandate for the office that hosts it, a wrong code or number, and the service's own reasons.
            Nothing is written then.
    """
    written = ids.read_number(number) or ""
    intake, title = _thing(written)
    assert intake.host_of is not None
    host = Organisation.objects.get(pk=intake.host_of(written))
    policy.require("channels.entry.take", operator, host.pk)
    held = None if code else _number(phone, seen)
    person = _by_code(code) if held is None else numbers.person_of(held)
    if operator.user is not None and person.pk == operator.user.pk:
        raise RefusedError(_("You act for yourself on the page, not here."), "calling.own")
    now = clock.now()
    sent = "\0".join((key, written, act, body, read_code(code), phone))
    once = hashlib.sha256(sent.encode()).hexdigest()[:40] if key else None
    try:
        with transaction.atomic():  # the second of two at once waits here for the first
            use = CallingUse.objects.create(
                user=person, at=now, act=act, reference=f"matter:{written}", host=host, key=once
            )
    except IntegrityError:
        return title
    use.reference, is_new = _do(
        intake, Actor(user=person, channel=CHANNEL, is_in_office=False), written, act, body
    )
    use.save(update_fields=["reference"])
    # The log says that an operator acted, and on what; for whom stands in the person's own list only.
    audit.record(
        actor=operator,
        action="channels.calling.enter",
        target=f"matter:{written}",
        at=now,
        organisation=host,
        is_public=False,
        channel=CHANNEL,
        payload={"act": act} if held is None else {"act": act, "by": "number", "seen": seen},
    )
    if held is not None and is_new:
        texts.tell_of_call(number=held, act=act, about=written, title=title)
    return title


def _by_code(code: str) -> User:
    person = person_by(code)
    if person is None:
        raise RefusedError(
            _("This code is wrong, or it was replaced. Ask the caller to say it again."),
            "calling.code",
            status=422,
        )
    return person


def _number(phone: str, seen: str) -> Number:
    """The row of a caller's number, locked. What is typed here acts for no account: that takes the account's code."""
    if seen not in SEEN:
        raise RefusedError(_("Say how you know the number."), "calling.seen", status=422)
    found = texting.phone_number(phone)
    if not found:
        raise RefusedError(_("Write the number like 010-1234-5678."), "calling.phone", status=422)
    number = numbers.hold(found)
    if number.is_connected:
        raise RefusedError(
            _(
                "This number is connected with an account. Ask the caller for her code; she makes one on her page."
            ),
            "calling.phone",
            status=422,
        )
    numbers.heard(number)
    return number


def _thing(number: str) -> tuple[targets.Intake, str]:
    hosted = [intake for intake in targets.intakes() if intake.host_of is not None]
    found = targets.by_number(number, hosted) if number else None
    if found is None:
        raise RefusedError(_("There is no such number here."), "calling.number", status=422)
    return found


def _do(intake: targets.Intake, actor: Actor, number: str, act: str, body: str) -> tuple[str, bool]:
    """The reference of what was done, and whether it made a difference."""
    reference = f"matter:{number}"
    if act == "support" and intake.support is not None:
        return reference, intake.support(actor=actor, number=number)
    if act == "unsupport" and intake.unsupport is not None:
        return reference, intake.unsupport(actor=actor, number=number)
    if act in COMMENTS and intake.comment is not None:
        return intake.comment(actor=actor, number=number, body=body, stance=act), True
    raise RefusedError(_("Choose what the caller asks for."), "calling.act", status=422)


def uses_of(user: User, most: int = 20) -> list[tuple[CallingUse, manifest.Link | None]]:
    """What was done by phone in her name, the latest first, each with the page it is about."""
    rows = list(CallingUse.objects.filter(user=user).select_related("host")[:most])
    links = manifest.links([row.reference for row in rows])
    return [(row, links.get(row.reference)) for row in rows]


def forget_person(user: User) -> None:
    """Erase code and list of a person who leaves."""
    CallingCode.objects.filter(user=user).delete()
    CallingUse.objects.filter(user=user).delete()
