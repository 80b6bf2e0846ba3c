"""Reading what came in, from the offices that a person takes things in for."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from madang.commons.channels.enums import FormState
from madang.commons.channels.logic.reconciliation import Count as Sheets
from madang.commons.channels.models import Batch, Entry, Form
from madang.kernel.actors import Actor


def entries(offices: tuple[int, ...]) -> QuerySet[Entry]:
    """What was taken in for these offices, the latest first."""
    return Entry.objects.filter(host__in=offices).select_related("operator", "host")


def batches(offices: tuple[int, ...]) -> QuerySet[Batch]:
    return Batch.objects.filter(host__in=offices).select_related("host")


def counts(which: QuerySet[Batch]) -> dict[int, Sheets]:
    """What became of the sheets of several batches, in two queries however many there are."""
    sizes = dict(which.order_by().values_list("pk", "size"))
    found: dict[int, dict[str, int]] = {pk: {} for pk in sizes}
    missing: dict[int, int] = {}
    rows = (
        Form.objects.filter(batch__in=list(sizes))
        .order_by()
        .values_list("batch", "state", "spoiled_why")
        .annotate(n=Count("pk"))
    )
    for batch, state, why, n in rows:
        found[batch][state] = found[batch].get(state, 0) + n
        if why == "missing":
            missing[batch] = n
    return {
        pk: Sheets(
            issued=size,
            entered=found[pk].get(FormState.ENTERED, 0),
            spoiled=found[pk].get(FormState.SPOILED, 0),
            unused=found[pk].get(FormState.UNUSED, 0),
            pending=found[pk].get(FormState.TYPED, 0) + found[pk].get(FormState.DISPUTED, 0),
            out=found[pk].get(FormState.OUT, 0),
            missing=missing.get(pk, 0),
        )
        for pk, size in sizes.items()
    }


def waiting_forms(actor: Actor, offices: tuple[int, ...]) -> QuerySet[Form]:
    """Forms that wait for another pair of hands than hers."""
    user = actor.user
    found = Form.objects.filter(
        batch__host__in=offices, batch__state="open", state__in=[FormState.TYPED, FormState.DISPUTED]
    ).select_related("batch")
    return found.exclude(typings__by=user) if user is not None else found.none()
