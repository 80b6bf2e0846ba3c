"""Reading elections and their counts. All of it is public."""

from __future__ import annotations

from django.db.models import Count as Many
from django.db.models import QuerySet, Sum

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


def spent_by_the_city(election: Election) -> int | None:
    """What the funded projects cost; None where the file does not say which were funded."""
    if election.items.filter(won__isnull=False).exists():
        return election.items.filter(won=True).aggregate(sum=Sum("cost"))["sum"] or 0
    return None
