"""What a threshold can be held against: the imported file and what was filed here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from madang.kernel import clock
from madang.services.square.logic.backtest import Item
from madang.services.square.models import Idea, ImportedRow, Support

UNDER_WAY = "과제추진중"
"""The source's word for what an agency took up."""


def imported() -> list[Item]:
    """The rows of every imported file, each text once: of copies the one with the most likes counts.

    What an agency took up counts as taken up whichever of its copies says so.
    """
    best: dict[str, Item] = {}
    fields = ("content_digest", "origin", "category", "posted_on", "likes", "state")
    for digest, origin, category, day, likes, state in ImportedRow.objects.order_by(
        "likes", "-pk"
    ).values_list(*fields):
        before = best.get(digest)
        best[digest] = Item(
            origin=origin,
            category=category,
            filed_on=day,
            total=likes,
            went_on=state == UNDER_WAY or (before is not None and before.went_on),
        )
    return list(best.values())


def own(thresholds: Sequence[int]) -> list[Item]:
    """What was filed on this site, with the moment of the supporters that the thresholds ask for."""
    reached: dict[int, dict[int, datetime]] = defaultdict(dict)
    numbered = Support.objects.filter(withdrawn_at__isnull=True).annotate(
        place=Window(RowNumber(), partition_by=[F("idea")], order_by=[F("at").asc(), F("pk").asc()])
    )
    for idea, place, at in numbered.filter(place__in=list(thresholds)).values_list("idea", "place", "at"):
        reached[idea][place] = at
    fields = (
        "pk",
        "matter__origin",
        "category__title_ko",
        "matter__filed_at",
        "support_total",
        "qualified_at",
    )
    rows = Idea.objects.filter(process__space__is_archive=False).values_list(*fields)
    return [
        Item(
            origin=origin,
            category=category or "",
            filed_on=clock.seoul(filed_at).date(),
            total=total,
            supports=reached.get(key, {}),
            filed_at=clock.seoul(filed_at),
            went_on=qualified_at is not None,
        )
        for key, origin, category, filed_at, total, qualified_at in rows
    ]
