"""Reading elections with their counts, which are public, and rounds."""

from __future__ import annotations

from django.db.models import Count as Many
from django.db.models import QuerySet, Sum
from django.db.models.fields.json import KeyTransform

from madang.kernel.actors import Actor
from madang.kernel.models import Audit, Role
from madang.services.budgeting.models import Count, Election, Item, Round

PREPARING = (Role.FACILITATOR, Role.APPROVER)
"""Who prepares a round, and who signs what comes of it."""

AT_BOOTHS = (Role.OPERATOR, Role.TRIAGE, Role.FACILITATOR, Role.APPROVER)
"""Who works at booths, and who signs what does not add up."""


def elections() -> QuerySet[Election]:
    """Every election without its file, the latest first, with the number of its projects."""
    return Election.objects.defer("packed").annotate(items_many=Many("items")).order_by("-held_until", "-pk")


def items(election: Election) -> list[Item]:
    """Projects of a ballot, the most votes first; of equal ones the first in the file."""
    return sorted(election.items.all(), key=lambda item: (-item.votes, item.order))


def counts(election: Election) -> dict[str, Count]:
    """Counts by method."""
    return {count.method: count for count in election.counts.all()}


def _with_money(rows: QuerySet[Round]) -> QuerySet[Round]:
    return rows.annotate(money=Sum("pots__amount")).order_by("-votes_until", "-pk")


def rounds() -> QuerySet[Round]:
    """Every announced round, the latest first, with all its money as `money`."""
    return _with_money(Round.objects.filter(frozen__isnull=False).select_related("host"))


def rounds_of(actor: Actor) -> QuerySet[Round]:
    """The rounds that somebody's offices prepare or sign, drafts among them; like `rounds` otherwise."""
    mine = Round.objects.filter(host__in=actor.offices(*PREPARING))
    return _with_money(mine.select_related("host", "rule", "changed_by"))


def why_called_off(row: Round) -> str:
    """The reason that was published with it; empty while it goes on."""
    if row.state != Round.State.CALLED_OFF:
        return ""
    said = (
        Audit.objects.filter(target=row.reference, action="budgeting.round.call_off").order_by("-pk").first()
    )
    return said.reason if said is not None else ""


def tried(method: str) -> QuerySet[Count]:
    """Real elections that a method has counted, the latest first, without their files."""
    return (
        Count.objects.filter(
            method=method, state=Count.State.DONE, election__is_demo=False, election__pot=None
        )
        .select_related("election")
        .defer("election__packed", "result")
        .annotate(winners=KeyTransform("winners", "result"))
        .order_by("-election__held_until", "-election__pk")
    )


def with_won() -> list[Election]:
    """Elections in won whose projects a rehearsal may borrow, the latest first."""
    return list(
        Election.objects.filter(currency="KRW", unit=1).defer("packed").order_by("-held_until", "-pk")[:20]
    )
