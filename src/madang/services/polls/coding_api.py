"""What the rest of polls asks of coding: the codes that count, how one answer was coded, and objecting to it."""

from __future__ import annotations

from typing import Any, NamedTuple

from madang.services.polls.domain import codebooks, coding
from madang.services.polls.domain.coding import Label, labels
from madang.services.polls.domain.objections import Counts, counts, object_
from madang.services.polls.models import Codebook, Objection, Response, Ruling

__all__ = ["Coded", "Counts", "Label", "coded", "counts", "labels", "object_"]


class Coded(NamedTuple):
    """How one answer was coded, as its author may see it. Coders are not named."""

    codebook: Codebook
    code: dict[str, Any]
    """The entry of the codebook: names, definition, include, exclude."""
    more: list[dict[str, Any]]
    how: str
    """`single`, `agreed` or `ruled`."""
    reason: str
    """Of the ruling, where there was one."""
    objection: Objection | None


def coded(response: Response) -> Coded | None:
    """How a response counts now; None while it has no code."""
    book = codebooks.in_use(response.poll)
    if book is None or response.is_withdrawn:
        return None
    label = coding.labels(book, [response.pk]).get(response.pk)
    if label is None:
        return None
    ruling = Ruling.objects.filter(codebook=book, response=response).order_by("-turn").first()
    entries = {one["key"]: one for one in book.body["codes"]}
    return Coded(
        codebook=book,
        code=entries[label.code],
        more=[entries[one] for one in label.more if one in entries],
        how=label.how,
        reason=ruling.reason if ruling else "",
        objection=Objection.objects.filter(response=response).order_by("-at").first(),
    )
