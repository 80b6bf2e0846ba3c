"""A reply to a mail of ours belongs to the matter that the mail was about; it is never a new idea.

Which matter it was stands in the address that our mails ask replies to: its number, and a keyed digest of it with the
address the mail went to. Only who received the mail knows it, and only from her own address it holds. A reply to one of
our letters is known by the letter's name as well.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from madang.commons.channels import targets
from madang.commons.channels.logic import letters
from madang.commons.channels.models import Message
from madang.commons.matters import api as matters
from madang.kernel import ids
from madang.kernel.actors import Actor
from madang.kernel.domain import assurance
from madang.kernel.errors import RefusedError

_KEY = re.compile(r"^re-([a-z]{2}[0-9]{9,}[0-9a-z])-([a-z2-7]{16})$")
CHANNEL = "email"


@dataclass(frozen=True, slots=True)
class Found:
    """What a mail answers: a matter's number, "" where it is about none; `is_hers`: it went to this sender."""

    number: str
    is_hers: bool


def is_on() -> bool:
    """Whether somebody reads the mailbox that replies would come to."""
    return bool(settings.MAILBOX_URL or settings.IS_DEMO)


def address_for(number: str, recipient: str) -> str:
    """Where replies to a mail about this matter go, for one recipient."""
    name, _at, host = settings.MAILBOX_ADDRESS.partition("@")
    return f"{name}+re-{number.replace('-', '').lower()}-{_digest(number, recipient)}@{host}"


def reply_to(reference: str, recipient: str) -> str:
    """The same for a reference (`matter:…`); "" where replies are not read, or it is no matter."""
    kind, _colon, number = reference.partition(":")
    if kind != "matter" or not recipient or not is_on() or ids.read_number(number) != number:
        return ""
    return address_for(number, recipient)


def _digest(number: str, recipient: str) -> str:
    made = salted_hmac(
        "madang.channels.reply", f"{number}\0{recipient.strip().lower()}", algorithm="sha256"
    ).digest()
    return base64.b32encode(made[:10]).decode().lower()


def find(letter: letters.Letter) -> Found | None:
    """What the letter answers; None where it answers nothing of ours."""
    name, _at, host = settings.MAILBOX_ADDRESS.lower().partition("@")
    for address in letter.to:
        local, _at, domain = address.partition("@")
        base, _plus, key = local.partition("+")
        match = _KEY.match(key)
        if match is None or (base, domain) != (name, host):
            continue
        number = ids.read_number(match[1]) or ""
        right = bool(number) and constant_time_compare(_digest(number, letter.sender), match[2])
        return Found(number if right else "", right)
    return _by_name(letter)


def _by_name(letter: letters.Letter) -> Found | None:
    """By the names of our letters, which nobody can guess; of those that went to this sender."""
    from madang.commons.channels.domain.answering import name_of  # it composes letters, and needs this module

    ours = {name for name in letter.answers if name.startswith("<madang-in-")}
    if not ours:
        return None
    for row in Message.objects.filter(sender=letter.sender).exclude(letter="")[:50]:
        if name_of(row) in ours:
            return Found((row.filed_as or row.about).removeprefix("matter:"), True)
    return Found("", False)


def actor_of(row: Message) -> Actor:
    """Who the sender is: her account, else the holder of the matter's receipt who left this address."""
    user = assurance.holder_of(row.sender)
    if user is not None:
        return Actor(user=user, channel=CHANNEL, is_in_office=False)
    held = matters.held_by_address(email=row.sender, reference=row.about)
    return Actor(channel=CHANNEL, receipts=frozenset({held} if held is not None else ()))


def ways(row: Message) -> list[tuple[str, str]]:
    """As what her words can be added now, as choices.

    Raises:
        RefusedError: as nothing, and why.
    """
    intake, number = _intake(row)
    assert intake.ways is not None
    return intake.ways(actor=actor_of(row), number=number)


def add(row: Message, how: str) -> str:
    """Add the words of a confirmed reply; the reference of what was written.

    Raises:
        RefusedError: the service's own reason. Nothing is written then.
    """
    intake, number = _intake(row)
    assert intake.add is not None
    return intake.add(actor=actor_of(row), number=number, body=row.body, how=how)


def _intake(row: Message) -> tuple[targets.Intake, str]:
    number = row.about.removeprefix("matter:")
    for intake in targets.intakes():
        if intake.ways is not None and intake.add is not None and intake.title_of is not None:
            try:
                intake.title_of(number)
            except RefusedError:
                continue
            return intake, number
    raise targets.unknown()
