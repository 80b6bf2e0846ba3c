"""Searching what is not public, for those who may see it.

No word of it is in the search index, where it could be counted or suggested to others; the few matters a
person may see are looked through one by one, behind the one gate.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from madang.commons.matters import queries
from madang.commons.matters.enums import Disclosure, Kind
from madang.commons.matters.web import shown
from madang.kernel import text
from madang.kernel.actors import Actor

WORDS = 8


@dataclass(frozen=True, slots=True)
class OwnHit:
    """A matter that only its author and the offices concerned see; `disclosure` says why."""

    title: str
    url: str
    kind: str
    disclosure: str
    language: str


def own_matches(actor: Actor, typed: str, *, limit: int = 5) -> tuple[list[OwnHit], int]:
    """Matters that are not public, that this actor may see and that have every word; and how many there are."""
    words = text.words(typed)[:WORDS]
    if not words or not (actor.is_signed_in or actor.receipts):
        return [], 0
    found = queries.visible(actor).exclude(disclosure=Disclosure.PUBLIC)
    for word in words:
        found = found.filter(Q(title__icontains=word) | Q(body__icontains=word))
    rows = found.order_by("-filed_at", "-pk")
    return [
        OwnHit(
            matter.title,
            shown.page_of(matter),
            str(Kind(matter.kind).label),
            str(Disclosure(matter.disclosure).label),
            matter.language,
        )
        for matter in rows[:limit]
    ], rows.count()
