"""The receipt: what the person takes home, valid without the server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.urls import NoReverseMatch, reverse

from madang.commons.ledger import api as ledger
from madang.commons.matters.models import Clock, Matter
from madang.kernel import queries as kernel

MOST_OPENED = 200


@dataclass(frozen=True, slots=True)
class Receipt:
    """A matter as its holder's proof. `text` is the signed file; `code` only at the moment of filing."""

    matter: Matter
    text: str
    code: str
    verify_url: str
    due_at: datetime | None


def receipt(matter: Matter, *, code: str = "") -> Receipt | None:
    """The receipt of a matter, or None where it was not filed through the ledger (never for own filings)."""
    outbox = kernel.filing_leaf(matter.reference)
    if outbox is None:
        return None
    running = Clock.objects.filter(matter=matter, stopped_at__isnull=True).first()
    return Receipt(
        matter=matter,
        text=ledger.receipt(outbox) or "",
        code=code,
        verify_url=f"{settings.PUBLIC_URL}/receipt/",
        due_at=running.due_at if running else None,
    )


def keep(session: SessionBase, matter: Matter) -> int:
    """Remember an opened matter in the session; returns its place there, which is all an address shows."""
    opened = list(session.get("receipts", ()))
    if matter.pk not in opened:
        opened = [*opened, matter.pk][-MOST_OPENED:]
        session["receipts"] = opened
    return opened.index(matter.pk) + 1


def address_of(session: SessionBase, matter: Matter) -> str:
    """Where its author opens the receipt: by number, or by its place in the session where it has none.

    The caller has made sure that the matter is hers (`queries.filed_by`).
    """
    try:
        if matter.number:
            return reverse("receipt_of", args=[matter.number])
        return reverse("receipt_show", args=[keep(session, matter)])
    except NoReverseMatch:
        return ""


def answer_address_of(session: SessionBase, matter: Matter) -> str:
    """Where its author answers what the office asks, also where it is private; as `address_of`."""
    try:
        return reverse("receipt_answer", args=[keep(session, matter)])
    except NoReverseMatch:
        return ""
