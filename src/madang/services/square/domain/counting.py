"""Totals that cost as much as what is new, and are never wrong.

A row says in `uncounted` what the total does not know of it yet. Adding it and emptying the column is one
transaction, so a row is added once: there is no mark in time or number behind which a transaction that
commits late could be missed, and a worker that is killed leaves the row as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db import models, transaction
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from madang.kernel.events import publish
from madang.services.square.events import SupportsCounted
from madang.services.square.models import Comment, Idea, Support

IDEAS, ROWS = 200, 2000  # of one transaction: short enough that nobody waits long
TOTALS: tuple[tuple[type[models.Model], str], ...] = (
    (Support, "support_total"),
    (Comment, "comment_total"),
)


def more(change: int) -> Any:
    """For `update(uncounted=…)` of a row that was counted or not: one more or one less."""
    return Coalesce(F("uncounted"), 0) + change


def settle() -> set[int]:
    """Add what is uncounted to the totals; returns the keys of the ideas it belonged to."""
    touched: set[int] = set()
    for model, total in TOTALS:
        waiting = model._default_manager.filter(uncounted__isnull=False)
        left = sorted(set(waiting.order_by().values_list("idea_id", flat=True).distinct()))
        touched.update(left)
        for first in range(0, len(left), IDEAS):
            while _settle(model, total, left[first : first + IDEAS]) == ROWS:
                pass
    return touched


@transaction.atomic
def _settle(model: type[models.Model], total: str, ideas: list[int]) -> int:
    """One batch. Returns how many rows it had; fewer than `ROWS` means that these ideas are done."""
    # Ideas first, then rows: the order of everybody who locks both (`ideas.unsupport`). New rows can be
    # written meanwhile; two workers that count the same ideas come one after the other.
    locked = Idea.objects.filter(pk__in=ideas).order_by("pk").select_for_update(no_key=True, of=("self",))
    list(locked.values_list("pk", flat=True))
    rows = list(
        model._default_manager.filter(idea__in=ideas, uncounted__isnull=False)
        .order_by()
        .select_for_update(of=("self",))[:ROWS]
    )
    change: Counter[int] = Counter()
    for row in rows:
        change[row.idea_id] += row.uncounted  # type: ignore[attr-defined]
    model._default_manager.filter(pk__in=[row.pk for row in rows]).update(uncounted=None)
    # People may stand behind a topic by several ways: it is counted anew (`topics.recount`), never added to.
    added = Idea.objects.filter(is_topic=False) if model is Support else Idea.objects.all()
    for idea, difference in change.items():
        if difference:
            added.filter(pk=idea).update(**{total: F(total) + difference})
    _tell([row for row in rows if isinstance(row, Support)])
    return len(rows)


def _tell(rows: list[Support]) -> None:
    """Who supports for the first time. Rows that a merge has moved are older than their last change."""
    fresh: dict[int, list[int]] = {}
    for row in rows:
        if row.at == row.changed_at and row.withdrawn_at is None:
            fresh.setdefault(row.idea_id, []).append(row.supporter_id)
    for idea, supporters in fresh.items():
        publish(SupportsCounted(idea, tuple(supporters)))


def with_supports(ideas: QuerySet[Idea]) -> QuerySet[Any]:
    """Adds `now`: how many stand behind an idea at this moment, with those its total does not know yet.

    A topic shows its last count: each person behind it counts once, which only the rows together tell.
    """
    waiting = Support.objects.filter(idea=OuterRef("pk"), uncounted__isnull=False)
    fresh = waiting.order_by().values("idea").annotate(n=Sum("uncounted")).values("n")
    now = Case(
        When(is_topic=True, then=F("support_total")),
        default=F("support_total") + Coalesce(Subquery(fresh), 0),
    )
    return ideas.annotate(now=now)


def supports_now(ideas: Collection[int]) -> dict[int, int]:
    """How many stand behind each of these ideas at this moment."""
    return dict(with_supports(Idea.objects.filter(pk__in=ideas)).values_list("pk", "now"))
