"""One mail that asks somebody whether an address is hers: sent by the worker, tried again when the server refuses."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Model, QuerySet

from madang.kernel import clock

BATCH = 20

Waiting = TypeVar("Waiting", bound=Model)


def send_due(
    rows: QuerySet[Waiting], letter: Callable[[Waiting], EmailMessage], pauses: Sequence[int]
) -> int:
    """Send what is due among `rows`, at most twenty; returns how many left.

    Each is put off before it is sent, so a worker killed in between repeats it at most once, minutes later.

    Args:
        rows: with `next_at` (empty: nothing to send), `attempts` and `sent_at`.
        letter: makes the mail of a row.
        pauses: minutes until the next try, one for each; after the last one nothing is tried again.
    """
    sent = 0
    for _round in range(BATCH):
        with transaction.atomic():
            due = rows.select_for_update(of=("self",)).filter(next_at__lte=clock.now())
            row: Any = due.order_by("next_at", "pk").first()
            if row is None:
                return sent
            pause = pauses[row.attempts] if row.attempts < len(pauses) else None
            row.attempts += 1
            row.next_at = clock.now() + timedelta(minutes=pause) if pause is not None else None
            row.save(update_fields=["attempts", "next_at"])
        try:
            letter(row).send()
        except (OSError, smtplib.SMTPException):
            continue
        rows.model._default_manager.filter(pk=row.pk).update(sent_at=clock.now(), next_at=None)
        sent += 1
    return sent
