"""The receipt: what the person takes home, valid without the server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse

from madang.commons.ledger import api as ledger
from madang.commons.matters.models import Clock, Matter
from madang.kernel import queries as kernel
from madang.kernel.models import Outbox

OPENED = "receipts"
"""Where a session keeps the matters that it opened."""
MOST_OPENED = 200
Opener = Callable[[HttpRequest, str], HttpResponseBase | None]
_openers: list[Opener] = []


def also_opens(opener: Opener) -> None:
    """Register whose codes the receipt page opens beside those of matters.

    It gets the request and the code in its written form, and answers with a page, or None where the code is not its.
    """
    _openers.append(opener)


def opened_elsewhere(request: HttpRequest, code: str) -> HttpResponseBase | None:
    """The page of another thing that this code opens; None when it opens nothing."""
    return next((page for opener in _openers if (page := opener(request, code)) is not None), None)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A matter as its holder's proof. `code` only at the moment of filing."""

    matter: Matter
    leaf: Outbox
    code: str
    verify_url: str
    due_at: datetime | None

    @property
    def has_file(self) -> bool:
        """Whether there is something to sign: not when what was filed has been erased."""
        return self.leaf.audit.salt is not None and self.leaf.audit.payload is not None

    @property
    def text(self) -> str:
        """The signed file, empty when there is none. Raises `LedgerError`."""
        return ledger.receipt(self.leaf) or ""

    @property
    def text_if_possible(self) -> str:
        """The same, but empty while the log cannot be used: what was filed is filed, and its code must reach its holder."""
        try:
            return self.text
        except ledger.LedgerError:
            return ""


def receipt(matter: Matter, *, code: str = "") -> Receipt | None:
    """The receipt of a matter, or None where it was not filed through the ledger (never for own filings)."""
    outbox = kernel.filing_leaf(matter.reference)
    if outbox is None:
        return None
    running = Clock.objects.filter(matter=matter, stopped_at__isnull=True).first()
    return Receipt(
        matter=matter,
        leaf=outbox,
        code=code,
        verify_url=f"{settings.PUBLIC_URL}/receipt/",
        due_at=running.due_at if running else None,
    )


def opened_with(session: SessionBase, pk: int) -> list[int]:
    """What the session has opened, this matter with it: to be kept under `OPENED`, once what opens it is certain."""
    opened: list[int] = list(session.get(OPENED, ()))
    return opened if pk in opened else [*opened, pk][-MOST_OPENED:]


def keep(session: SessionBase, matter: Matter) -> int:
    """Remember an opened matter in the session; returns its place there, which is all an address shows."""
    opened = opened_with(session, matter.pk)
    if opened != session.get(OPENED):  # a session that did not change is not written again
        session[OPENED] = opened
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


def more_time_address_of(session: SessionBase, matter: Matter) -> str:
    """Where its author says whether the office may take more time; as `address_of`."""
    try:
        return reverse("receipt_more_time", args=[keep(session, matter)])
    except NoReverseMatch:
        return ""


def answer_address_of(session: SessionBase, matter: Matter) -> str:
    """Where its author answers what the office asks, also where it is private; as `address_of`."""
    try:
        return reverse("receipt_answer", args=[keep(session, matter)])
    except NoReverseMatch:
        return ""
