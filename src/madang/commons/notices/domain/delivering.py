"""Sending the mails that wait.

Rows are taken into a mail and claimed in one short transaction: `batch` is written and the next attempt put off
by ten minutes, so no other worker takes them. The mail is sent outside of it, and its rows are marked together in
another. What is in a mail never changes and its Message-ID follows from it, so a worker killed between sending
and marking repeats one mail at most, which mail programs show as one; nothing is dropped and no piece of news
comes in two mails. Nothing here is decided by comparing two moments except whether it is time yet: a clock that
jumps back delays and never repeats.
"""

from __future__ import annotations

import logging
import smtplib
import time
from collections.abc import Hashable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db import transaction
from django.db.models import F, Q, QuerySet

from madang.commons.notices import mails
from madang.commons.notices.domain import preferring
from madang.commons.notices.logic import backoff
from madang.commons.notices.models import Delivery, Preference, Rhythm, Why
from madang.kernel import clock, manifest

log = logging.getLogger("madang.notices")

BATCH = 50  # mails claimed at once
GATHERED = 100  # pieces of news in one digest; what is beyond comes in the next one
CLAIM = timedelta(minutes=10)
SLICE = CLAIM.total_seconds() / 2  # seconds; what is not sent by then is given back
KEPT = timedelta(days=30)
LONGEST_WAIT = timedelta(
    days=9
)  # a week and the quiet hours of a day; later than that only after a clock jumped
TIMEOUT = 20  # seconds to wait for a silent mail server where settings name none

State = Delivery.State
Mail = list[Delivery]


class _Line:
    """One connection to the mail server for many mails, opened when the first needs it.

    A server that cannot be reached is not asked again for the rest of the batch.
    """

    def __init__(self) -> None:
        self._open: BaseEmailBackend | None = None
        self._down: OSError | smtplib.SMTPException | None = None

    def send(self, mail: Mail) -> None:
        if self._down is not None:
            raise self._down
        if self._open is None:
            mailer = get_connection(timeout=settings.EMAIL_TIMEOUT or TIMEOUT)
            try:
                mailer.open()
            except (OSError, smtplib.SMTPException) as error:
                self._down = error
                raise
            self._open = mailer
        self._open.send_messages([mails.compose(mail, connection=self._open)])

    def close(self) -> None:
        mailer, self._open = self._open, None
        if mailer is not None:
            try:
                mailer.close()
            except (OSError, smtplib.SMTPException):
                log.info("the mail connection was already gone")


def deliver() -> int:
    """Send the mails that are due, at most fifty; returns how many were sent."""
    waiting = _claim()
    if not waiting:
        return 0
    public = manifest.links({row.event.reference for mail in waiting for row in mail})
    line = _Line()
    sent = 0
    until = time.monotonic() + SLICE
    try:
        while waiting:
            if time.monotonic() > until:
                _give_back(waiting)  # the server is slow; they were not tried, so it counts as no attempt
                break
            sent += _send(line, waiting.pop(0), set(public))
    finally:
        line.close()
    return sent


def _send(line: _Line, mail: Mail, public: set[str]) -> bool:
    """Send one mail and mark what came of it; whether it left."""
    wanted = []
    for row in mail:
        if reason := _unwanted(row, row.event.reference in public):
            _finish([row], State.GIVEN_UP, reason)
        else:
            wanted.append(row)
    if not wanted:
        return False
    try:
        line.send(wanted)
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0] if error.recipients else 0
        _put_off(wanted, f"recipient refused ({code})", for_good=code >= 500)
        return False
    except (OSError, smtplib.SMTPException) as error:
        line.close()  # it may be half dead: the next mail opens a new one
        _put_off(wanted, type(error).__name__)
        return False
    except Exception as error:  # one mail that cannot be written must not hold up the rest
        log.exception("mail %s cannot be composed", wanted[0].batch)
        _put_off(wanted, type(error).__name__)
        return False
    _finish(wanted, State.SENT)
    return True


@transaction.atomic
def _claim() -> list[Mail]:
    """Take what is due into mails and claim them; what lies in somebody's quiet hours is put off to their end."""
    _one_claimer()
    now = clock.now()
    waiting = Delivery.objects.filter(state=State.WAITING)
    due = waiting.filter(next_at__lte=now)
    first = list(due.order_by("next_at", "pk").select_for_update()[:BATCH])
    if not first:
        return []
    fresh = [row for row in first if row.batch is None]
    gathered = {row.address for row in fresh if row.rhythm != Rhythm.INSTANT}
    chosen = (
        Q(batch__in={row.batch for row in first if row.batch is not None})
        | Q(pk__in=[row.pk for row in fresh])
        | Q(address__in=gathered, batch=None, next_at__lte=now) & ~Q(rhythm=Rhythm.INSTANT)
    )
    groups: dict[Hashable, Mail] = {}
    for row in waiting.filter(chosen).select_related("event", "follow__user").order_by("pk"):
        mail = groups.setdefault(_mail_of(row), [])
        if row.batch is not None or len(mail) < GATHERED:
            mail.append(row)
    wishes = preferring.of_many(mail[0].follow for mail in groups.values() if mail[0].follow is not None)
    return [mail for mail in groups.values() if _take(mail, wishes, now)]


def _one_claimer() -> None:
    """Two workers choose one after the other, so that a digest is never split between them.

    SQLite has one writer at a time anyway.
    """
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('madang.notices.claim'))")


def _mail_of(row: Delivery) -> Hashable:
    """What rows of the same mail have in common."""
    if row.batch is not None:
        return row.batch
    return row.pk if row.rhythm == Rhythm.INSTANT else (row.address, row.rhythm)


def _take(mail: Mail, wishes: Mapping[int | str, Preference], now: datetime) -> bool:
    """Claim one mail, or put it off to the end of its reader's quiet hours; whether it was claimed."""
    keys = [row.pk for row in mail]
    reader = mail[0].follow
    mine = wishes.get(reader.user_id or reader.address or "") if reader is not None else None
    morning = preferring.quiet_until(mine, now)
    if morning is not None:
        Delivery.objects.filter(pk__in=keys).update(next_at=morning)
        return False
    batch = mail[0].batch or mail[0].pk
    Delivery.objects.filter(pk__in=keys).update(attempts=F("attempts") + 1, next_at=now + CLAIM, batch=batch)
    for row in mail:
        row.attempts, row.batch = row.attempts + 1, batch
    return True


def _give_back(mails_left: list[Mail]) -> None:
    keys = [row.pk for mail in mails_left for row in mail]
    Delivery.objects.filter(pk__in=keys, state=State.WAITING).update(
        attempts=F("attempts") - 1, next_at=clock.now()
    )


def _unwanted(row: Delivery, is_public: bool) -> str:
    """Why a piece of news must not leave any more, or nothing. Things change while a mail waits."""
    follow = row.follow
    if follow is None:
        return "no longer followed"
    if follow.ended_at is not None:
        return "stopped"
    if follow.user is not None and not (follow.user.is_active and follow.user.mail_notices):
        return "no mail wanted"
    own = follow.why == Why.AUTHOR and follow.reference == row.event.reference
    return "" if is_public or own else "no longer public"


def _put_off(mail: Mail, error: str, *, for_good: bool = False) -> None:
    pause = backoff.wait(mail[0].attempts)
    if for_good:
        _finish(mail, State.FAILED, error)
    elif pause is None:
        _finish(mail, State.GIVEN_UP, error)
    else:
        _waiting(mail).update(next_at=clock.now() + pause, last_error=error[:200])


def _finish(mail: Mail, state: Delivery.State, error: str = "") -> None:
    _waiting(mail).update(state=state, finished_at=clock.now(), last_error=error[:200])


def _waiting(mail: Mail) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk__in=[row.pk for row in mail], state=State.WAITING)


def rescue() -> int:
    """Bring back mails that wait for a moment far away, because the clock was once wrong; returns how many."""
    now = clock.now()
    lost = Delivery.objects.filter(state=State.WAITING, next_at__gt=now + LONGEST_WAIT)
    return lost.update(next_at=now)


@transaction.atomic
def forget() -> int:
    """Delete finished mails after thirty days; until then an office can look into a lost one."""
    finished = Delivery.objects.exclude(state=State.WAITING).filter(finished_at__lt=clock.now() - KEPT)
    return finished.delete()[0]
