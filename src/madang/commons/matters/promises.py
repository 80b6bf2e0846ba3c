"""Every promise that public answers made: who owes it, by when, how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from madang.commons.matters.enums import STILL, Channel, Disclosure, EffectState
from madang.commons.matters.models import Dispute, Effect
from madang.kernel import clock

WAITING = ("open", "replied")


def all_promises() -> QuerySet[Effect]:
    """Public promises made here, late ones first, then those that end first, then what has ended.

    Each with `place` (which promise of its matter) and `is_disputed`; no query per row.
    """
    today = clock.today()
    waiting = Dispute.objects.filter(effect=OuterRef("pk"), state__in=WAITING)
    found = Effect.objects.filter(matter__disclosure=Disclosure.PUBLIC).exclude(
        matter__channel=Channel.IMPORT
    )
    rank = Case(
        When(state__in=STILL, promised_on__lt=today, then=Value(0)),
        When(state__in=STILL, then=Value(2)),
        When(state=EffectState.DONE, then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    return (
        found.select_related("matter", "owner")
        .annotate(is_disputed=Exists(waiting))
        .annotate(rank=Case(When(is_disputed=True, then=Value(1)), default=rank, output_field=IntegerField()))
        .order_by("rank", F("promised_on").asc(nulls_last=True), "pk")
    )


def slip(effect: Effect) -> timedelta | None:
    """How much later than promised it was, or is until now; negative where it was early. None without a day."""
    if effect.promised_on is None or effect.state == EffectState.STOPPED:
        return None
    if effect.done_on is not None:
        return effect.done_on - effect.promised_on
    late = clock.today() - effect.promised_on
    return late if late > timedelta() else None


def is_late(effect: Effect) -> bool:
    return effect.state in STILL and effect.promised_on is not None and effect.promised_on < clock.today()


@dataclass(frozen=True, slots=True)
class Counts:
    """How all promises stand. `late` are among those still to keep; `disputed` among those reported done."""

    all: int
    late: int
    still: int
    done: int
    in_time: int
    stopped: int
    disputed: int
    upheld: int

    @property
    def kept_share(self) -> float | None:
        """Done in time, of all whose day has come or that ended; None where none has."""
        decided = self.done + self.late + self.stopped
        return self.in_time / decided if decided else None


def counts(found: QuerySet[Effect], *, today: date | None = None) -> Counts:
    """One query for all figures."""
    day = today or clock.today()
    upheld = Dispute.objects.filter(effect=OuterRef("pk"), state="upheld")
    row: dict[str, Any] = (
        found.order_by()
        .annotate(was_upheld=Exists(upheld))
        .aggregate(
            all=Count("pk"),
            late=Count("pk", filter=Q(state__in=STILL, promised_on__lt=day)),
            still=Count("pk", filter=Q(state__in=STILL)),
            done=Count("pk", filter=Q(state=EffectState.DONE)),
            in_time=Count("pk", filter=Q(state=EffectState.DONE, done_on__lte=F("promised_on"))),
            stopped=Count("pk", filter=Q(state=EffectState.STOPPED)),
            disputed=Count("pk", filter=Q(is_disputed=True)),
            upheld=Count("pk", filter=Q(was_upheld=True)),
        )
    )
    return Counts(**row)
