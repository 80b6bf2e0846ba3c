"""What a person follows and was told, page by page, for programs that come back for more."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from madang.commons.notices.models import Follow, Notice
from madang.commons.notices.queries import Followed, Told, as_told
from madang.kernel import clock
from madang.kernel.models import User

SETTLED = timedelta(seconds=2)
"""Events that were told a moment ago are held back so long: two of them may become visible in either order."""


def told_since(user: User, after: tuple[datetime, int] | None, limit: int) -> list[tuple[Told, datetime]]:
    """Her notices in the order in which they were told, each with that moment; begins behind `after`.

    Whoever asks again behind the last one misses none and gets none twice.
    """
    rows = Notice.objects.filter(user=user, event__told_at__lte=clock.now() - SETTLED)
    if after is not None:
        moment, key = after
        rows = rows.filter(Q(event__told_at__gt=moment) | Q(event__told_at=moment, pk__gt=key))
    found = list(rows.select_related("event").order_by("event__told_at", "pk")[:limit])
    moments = [row.event.told_at or row.event.at for row in found]
    return list(zip(as_told(found), moments, strict=True))


def follows_after(user: User, after: int, limit: int) -> list[tuple[Followed, int]]:
    """What she follows now, the oldest first, each with its key; begins behind the key `after`."""
    rows = Follow.objects.filter(user=user, ended_at=None, pk__gt=after).order_by("pk")[:limit]
    return [
        (Followed(row.reference, row.why, str(row.get_why_display()), row.created_at), row.pk) for row in rows
    ]
