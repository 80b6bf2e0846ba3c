"""Mails: kept, looked at, asked about, filed. A sender line is no proof: nothing is filed before a link is opened."""

from __future__ import annotations

import hashlib
import io
import logging
import re
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile
from django.db import transaction

from madang.commons.channels import targets
from madang.commons.channels.domain import replies, taking
from madang.commons.channels.logic import letters
from madang.commons.channels.models import Message, MessageFile
from madang.commons.channels.targets import Taken, Words
from madang.commons.matters import api as matters
from madang.kernel import clock, sealing, text
from madang.kernel.domain import assurance
from madang.kernel.errors import RefusedError

log = logging.getLogger("madang.channels")

LARGEST = 12_000_000
"""Bytes of a mail that is fetched: three files of 5 MB do not fit, two do (a file grows by a third on its way)."""
PER_DAY = 5
"""Mails of one sender that are answered in a day."""
DAYS = 14
"""How long the link works, and how long unconfirmed words are kept."""
MOST_FILES = 3
_NAME = re.compile(r"^<[!-;=?-~]{3,290}>$")
SALT = "madang.channels.mail"
CODE = "channels.code"
CHANNEL = "email"
State, Letter = Message.State, Message.Letter


@transaction.atomic
def keep(*, raw: bytes, size: int = 0) -> bool:
    """Keep a mail (or its head, where it is too large) and decide what its sender is told; whether it was new.

    Raises nothing for what a mail may hold: what cannot be read is kept as failed, for the coordinator.
    """
    size = size or len(raw)
    try:
        letter = letters.read(raw)
    except Exception as error:  # a mail that breaks the parser must not hold up the rest
        log.exception("a mail of %s bytes cannot be read", size)
        return _keep_broken(raw, size, type(error).__name__)
    row, is_new = Message.objects.get_or_create(
        digest=letter.digest,
        defaults={
            "message_id": letter.message_id if _NAME.match(letter.message_id) else "",
            "sender": letter.sender,
            "size": size,
            "hint": text.clean_line(letter.hint),
            "language": text.language_of(f"{letter.subject} {letter.text}"),
            "received_at": clock.now(),
        },
    )
    if is_new:
        _decide(row, letter)
    return is_new


def _keep_broken(raw: bytes, size: int, why: str) -> bool:
    _row, is_new = Message.objects.get_or_create(
        digest=hashlib.sha256(raw).hexdigest(),
        defaults={"size": size, "received_at": clock.now(), "state": State.FAILED, "reason": why},
    )
    return is_new


def _decide(row: Message, letter: letters.Letter) -> None:
    """What becomes of a new mail, and which letter goes back; machines, replies and floods get none."""
    row.title = text.clean_line(letter.subject)[:300]
    row.body = text.clean(letter.text)
    target = _target(letter)
    row.target = target.key if target is not None else ""
    if letter.machine:
        row.state, row.reason = State.IGNORED, letter.machine
        row.title = row.body = ""
    elif _is_ours(row.sender):
        row.state, row.reason = State.IGNORED, "own address"
        row.title = row.body = ""
    elif _is_flood(row):
        row.state, row.reason = State.IGNORED, "flood"
        row.title = row.body = ""
    elif row.size > LARGEST:
        _tell(row, Letter.LARGE)
    elif (found := replies.find(letter)) is not None:
        _take_reply(row, found)
    elif target is None:
        _tell(row, Letter.WHERE)
    elif not row.body:
        _tell(row, Letter.EMPTY)
    else:
        _fit(row, target)
        row.state, row.letter, row.letter_at = State.ASKED, Letter.ASK, clock.now()
        row.save()
        _keep_files(row, letter.files)
    row.save()


def _take_reply(row: Message, found: replies.Found) -> None:
    """Ask whether it is to be added to what it answers. It never becomes something new."""
    row.title, row.target = "", ""
    if not found.is_hers:
        row.body = ""
        _tell(row, Letter.OTHER)
    elif not found.number:  # a letter of ours that was about no matter
        row.state, row.body = State.REPLY, ""
    elif not row.body:
        _tell(row, Letter.EMPTY)
    else:
        row.about = f"matter:{found.number}"
        row.state, row.letter, row.letter_at = State.ASKED, Letter.ASK, clock.now()


def _fit(row: Message, target: targets.Target) -> None:
    """A title within the service's size: the subject, else the first line; what does not fit stays in the body."""
    most = target.intake.title_size[1]
    if not row.title:
        row.title = row.body.split("\n")[0]
    if len(row.title) > most:
        row.body = f"{row.title}\n\n{row.body}" if not row.body.startswith(row.title) else row.body
        row.title = text.excerpt(row.title, most - 1)


def _tell(row: Message, letter: str) -> None:
    row.state, row.letter, row.letter_at = State.TOLD, letter, clock.now()


def _target(letter: letters.Letter) -> targets.Target | None:
    """By the part behind the plus sign of one of our addresses; the only one where there is only one."""
    name, _at, host = settings.MAILBOX_ADDRESS.lower().partition("@")
    for address in letter.to:
        local, _at, domain = address.partition("@")
        base, plus, key = local.partition("+")
        if plus and base == name and domain == host:
            return targets.by_place(key)
    known = targets.every()
    return known[0] if len(known) == 1 else None


def address_of(target: targets.Target) -> str:
    """The address of one place: `madang+neighbourhood@haedam.example`."""
    name, _at, host = settings.MAILBOX_ADDRESS.partition("@")
    return f"{name}+{target.place.key}@{host}"


def _is_ours(sender: str) -> bool:
    """Whether the sender line names our own mailbox, which would write to itself."""
    name, _at, host = settings.MAILBOX_ADDRESS.lower().partition("@")
    local, _at, domain = sender.partition("@")
    return domain == host and local.partition("+")[0] == name


def _is_flood(row: Message) -> bool:
    day = clock.now() - timedelta(days=1)
    return (
        Message.objects.filter(sender=row.sender, received_at__gt=day).exclude(pk=row.pk).count() >= PER_DAY
    )


class _Upload(io.BytesIO):
    """An attached file as the rules for files want it."""

    def __init__(self, file: letters.File) -> None:
        super().__init__(file.data)
        self.name, self.size = file.name, len(file.data)


def _keep_files(row: Message, files: tuple[letters.File, ...]) -> None:
    """Files under the same rules as on the site; those that do not fit are named, and the mail still counts."""
    left: list[str] = []
    for file in files[:MOST_FILES]:
        try:
            clean = matters.clean_file(_Upload(file))
        except RefusedError as refused:
            left.append(str(refused))
            continue
        kept = MessageFile(message=row, name=clean.name[:120], content_type=clean.content_type)
        kept.file.save(f"{row.digest[:16]}", ContentFile(clean.data), save=True)
    left += [text.clean_line(file.name)[:60] for file in files[MOST_FILES:]]
    row.left_out = left


# --- the link -------------------------------------------------------------------------------------------


def token_of(row: Message) -> str:
    return signing.Signer(salt=SALT).sign_object([row.pk, row.nonce])


def by_token(token: str) -> Message | None:
    """The mail behind a link; None when the link is wrong or the mail was forgotten."""
    try:
        key, nonce = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Message.objects.filter(
        pk=key, nonce=nonce, state__in=[State.ASKED, State.FILED, State.ADDED]
    ).first()


@transaction.atomic
def confirm(*, token: str, how: str = "") -> tuple[Message, Taken | None] | None:
    """The address is hers and the words are too: file them, or add a reply `how` she chose. A second time changes nothing.

    Somebody who has an account with this address files as herself; everybody else as somebody without one, whose
    address is confirmed by this.

    Raises:
        RefusedError: the service's own reason, such as a closed phase. Nothing is written then.
    """
    found = by_token(token)
    if found is None:
        return None
    row = Message.objects.select_for_update().get(pk=found.pk)
    if row.state != State.ASKED:
        return row, None
    if row.about:
        replies.add(row, how)
        row.state, row.letter, row.letter_at = State.ADDED, Letter.NONE, None
        _erase_words(row)
        row.save()
        return row, None
    person = assurance.holder_of(row.sender)
    target = targets.find(row.target)
    words = Words(title=row.title, body=row.body, uploads=tuple(_read(kept) for kept in row.files.all()))
    taking.measure(target, words, is_short_fine=True)
    _entry, taken = taking.take(
        key=f"mail:{row.digest}",
        channel=CHANNEL,
        target=target,
        words=words,
        person=person,
    )
    if taken is None:
        return row, None
    if person is None:
        matter = matters.by_code(taken.code)
        if matter is not None:
            matters.keep_confirmed(matter=matter, email=row.sender)
    row.state, row.filed_as = State.FILED, taken.reference
    row.letter, row.letter_at, row.attempts = Letter.RECEIPT, clock.now(), 0
    row.sealed_code = sealing.seal(taken.code, CODE)
    _erase_words(row)
    row.save()
    return row, taken


def _read(kept: MessageFile) -> matters.CleanFile:
    with kept.file.open("rb") as stored:
        return matters.CleanFile(kept.name, kept.content_type, stored.read())


@transaction.atomic
def tell_refusal(row: Message, reason: str) -> None:
    """The sender is told by mail too why it was not taken in; her words stay until they run out."""
    Message.objects.filter(pk=row.pk, state=State.ASKED).update(
        letter=Letter.REFUSED, letter_at=clock.now(), attempts=0, reason=reason[:300]
    )


@transaction.atomic
def disown(*, token: str) -> bool:
    """She did not write it: it is erased at once, her address too. True when there was one."""
    found = by_token(token)
    if found is None or found.state != State.ASKED:
        return False
    row = Message.objects.select_for_update().get(pk=found.pk)
    row.state, row.letter, row.letter_at, row.sender = State.DISOWNED, Letter.NONE, None, ""
    _erase_words(row)
    row.save()
    return True


def _erase_words(row: Message) -> None:
    """Title, text and files go; what was filed of them lies with the matter."""
    row.title = row.body = ""
    for kept in row.files.all():
        transaction.on_commit(partial(kept.file.storage.delete, str(kept.file.name)))
    row.files.all().delete()


def forget() -> int:
    """Erase words and senders of what ran out: unconfirmed after fourteen days, settled after thirty."""
    now = clock.now()
    old = Message.objects.filter(received_at__lt=now - timedelta(days=DAYS), state=State.ASKED)
    gone = 0
    for row in old[:500]:
        with transaction.atomic():
            fresh = Message.objects.select_for_update().get(pk=row.pk)
            if fresh.state != State.ASKED:
                continue
            fresh.state, fresh.sender, fresh.letter_at = State.EXPIRED, "", None
            _erase_words(fresh)
            fresh.save()
            gone += 1
    settled = Message.objects.filter(received_at__lt=now - timedelta(days=30)).exclude(sender="")
    settled.exclude(state=State.ASKED).update(
        sender="", title="", body="", message_id="", sealed_code="", letter_at=None
    )
    return gone
