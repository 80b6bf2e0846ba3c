"""Sending the mails that wait.

A mail is claimed in one short transaction (its next attempt is put off by ten minutes, so no other worker
takes it), sent outside of it, and marked in another. A worker killed between sending and marking leaves it
claimed; after ten minutes it is sent once more with the same Message-ID, by which mail programs show the two
as one. So nothing is dropped, and one kill repeats one mail at most.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection as database
from django.db import transaction
from django.db.models import F

from madang.commons.notices import mails
from madang.commons.notices.logic import backoff
from madang.commons.notices.models import Delivery, Why
from madang.kernel import clock, manifest

log = logging.getLogger("madang.notices")

BATCH = 50
CLAIM = timedelta(minutes=10)
KEPT = timedelta(days=30)
TIMEOUT = 20  # seconds to wait for a silent mail server where settings name none

State = Delivery.State


class _Line:
    """One connection to the mail server for many mails, opened when the first needs it.

    A server that cannot be reached is not asked again for the rest of the batch: other jobs wait meanwhile.
    """

    def __init__(self) -> None:
        self._open: BaseEmailBackend | None = None
        self._down: OSError | smtplib.SMTPException | None = None

    def send(self, row: Delivery) -> None:
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
        self._open.send_messages([mails.compose(row, connection=self._open)])

    def close(self) -> None:
        mailer, self._open = self._open, None
        if mailer is not None:
            try:
                mailer.close()
            except (OSError, smtplib.SMTPException):
                log.info("the mail connection was already gone")


def deliver() -> int:
    """Send the mails that are due, at most fifty; returns how many were sent."""
    batch = _claim()
    if not batch:
        return 0
    public = manifest.links({row.event.reference for row in batch})
    line = _Line()
    sent = 0
    until = clock.now() + CLAIM / 2
    try:
        for row in batch:
            if clock.now() > until:
                break  # the server is slow; what is left comes due again when its claim ends
            sent += _send(line, row, is_public=row.event.reference in public)
    finally:
        line.close()
    return sent


def _send(line: _Line, row: Delivery, *, is_public: bool) -> bool:
    """Send one mail and mark what came of it; whether it left."""
    if reason := _unwanted(row, is_public):
        _finish(row, State.GIVEN_UP, reason)
        return False
    try:
        line.send(row)
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0] if error.recipients else 0
        _put_off(row, f"recipient refused ({code})", for_good=code >= 500)
        return False
    except (OSError, smtplib.SMTPException) as error:
        line.close()  # it may be half dead: the next mail opens a new one
        _put_off(row, type(error).__name__)
        return False
    except Exception as error:  # one mail that cannot be written must not hold up the rest
        log.exception("mail %s cannot be composed", row.pk)
        _put_off(row, type(error).__name__)
        return False
    _finish(row, State.SENT)
    return True


@transaction.atomic
def _claim() -> list[Delivery]:
    now = clock.now()
    rows = Delivery.objects.filter(state=State.WAITING, next_at__lte=now).order_by("next_at", "pk")
    if database.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)  # SQLite has one writer at a time instead
    keys = list(rows.values_list("pk", flat=True)[:BATCH])
    if not keys:
        return []
    Delivery.objects.filter(pk__in=keys).update(attempts=F("attempts") + 1, next_at=now + CLAIM)
    return list(Delivery.objects.filter(pk__in=keys).select_related("event", "follow__user").order_by("pk"))


def _unwanted(row: Delivery, is_public: bool) -> str:
    """Why a mail must not leave any more, or nothing. Things change while a mail waits."""
    follow = row.follow
    if follow is None:
        return "no longer followed"
    if follow.ended_at is not None:
        return "stopped"
    if follow.user is not None and not (follow.user.is_active and follow.user.mail_notices):
        return "no mail wanted"
    own = follow.why == Why.AUTHOR and follow.reference == row.event.reference
    return "" if is_public or own else "no longer public"


def _put_off(row: Delivery, error: str, *, for_good: bool = False) -> None:
    pause = backoff.wait(row.attempts)
    if for_good:
        _finish(row, State.FAILED, error)
    elif pause is None:
        _finish(row, State.GIVEN_UP, error)
    else:
        Delivery.objects.filter(pk=row.pk, state=State.WAITING).update(
            next_at=clock.now() + pause, last_error=error[:200]
        )


def _finish(row: Delivery, state: Delivery.State, error: str = "") -> None:
    Delivery.objects.filter(pk=row.pk, state=State.WAITING).update(
        state=state, finished_at=clock.now(), last_error=error[:200]
    )


@transaction.atomic
def forget() -> int:
    """Delete finished mails after thirty days; until then an office can look into a lost one."""
    finished = Delivery.objects.exclude(state=State.WAITING).filter(finished_at__lt=clock.now() - KEPT)
    return finished.delete()[0]
