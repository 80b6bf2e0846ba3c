"""What is sent by the worker and tried again: each row is put off before it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from madang.kernel import clock

MOST = 20

Row = TypeVar("Row", bound=Model)


def due(
    rows: QuerySet[Row], pauses: Sequence[int], *, at: str, tries: str, most: int = MOST
) -> Iterator[Row]:
    """The rows whose time has come, the one that waits longest first, each put off in a transaction of its own.

    A worker killed while it sends repeats one at most, minutes later. Whoever has sent a row says so in it.

    Args:
        pauses: minutes until the next try, one for each; after the last one nothing is tried again.
        at: the field with the moment of the next try; empty means that nothing is to send.
        tries: the field that counts them.
        most: so many in one go.
    """
    for _round in range(most):
        with transaction.atomic():
            waiting = rows.select_for_update(of=("self",)).filter(**{f"{at}__lte": clock.now()})
            row = waiting.order_by(at, "pk").first()
            if row is None:
                return
            tried = getattr(row, tries)
            pause = pauses[tried] if tried < len(pauses) else None
            setattr(row, tries, tried + 1)
            setattr(row, at, clock.now() + timedelta(minutes=pause) if pause is not None else None)
            row.save(update_fields=[tries, at])
        yield row
