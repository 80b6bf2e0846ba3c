"""One mail that asks somebody whether an address is hers: sent by the worker, tried again when the server refuses."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.core.mail import EmailMessage
from django.db.models import Model, QuerySet

from madang.kernel import clock, retrying

Waiting = TypeVar("Waiting", bound=Model)


def send_due(
    rows: QuerySet[Waiting], letter: Callable[[Waiting], EmailMessage], pauses: Sequence[int]
) -> int:
    """Send what is due among `rows`; returns how many left.

    Args:
        rows: with `next_at` (empty: nothing to send), `attempts` and `sent_at`.
        letter: makes the mail of a row.
        pauses: minutes until the next try, one for each; after the last one nothing is tried again.
    """
    sent = 0
    for row in retrying.due(rows, pauses, at="next_at", tries="attempts"):
        try:
            letter(row).send()
        except (OSError, smtplib.SMTPException):
            continue
        rows.model._default_manager.filter(pk=row.pk).update(sent_at=clock.now(), next_at=None)
        sent += 1
    return sent
