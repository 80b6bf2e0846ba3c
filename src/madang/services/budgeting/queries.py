"""Reading elections and their counts. All of it is public."""

from __future__ import annotations

from django.db.models import Count as Many
from django.db.models import QuerySet

from madang.services.budgeting.models import Count, Election, Item


def elections() -> QuerySet[Election]:
    """Every election without its file, the latest first, with the number of its projects."""
    return Election.objects.defer("packed").annotate(items_many=Many("items")).order_by("-held_until", "-pk")


def items(election: Election) -> list[Item]:
    """Projects of a ballot, the most votes first; of equal ones the first in the file."""
    return sorted(election.items.all(), key=lambda item: (-item.votes, item.order))


def counts(election: Election) -> dict[str, Count]:
    """Counts by method."""
    return {count.method: count for count in election.counts.all()}
