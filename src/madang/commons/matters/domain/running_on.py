"""Stopped clocks that have used up their longest time run on by themselves; see `pauses`."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from madang.commons.matters.domain import clocks, pauses
from madang.commons.matters.models import Clock, Matter
from madang.kernel import clock
from madang.kernel.actors import system


def run_on() -> int:
    """Let every clock run on that has stood still for its longest time. Each is moved once."""
    moved, now = 0, clock.now()
    stopped = (
        Clock.objects.filter(state=Clock.State.PAUSED).prefetch_related("events").select_related("matter")
    )
    for row in stopped.order_by("pk"):
        end = pauses.runs_on_at(row)
        if end is not None and end <= now:
            moved += _run_on(row.pk, row.matter_id)
    return moved


@transaction.atomic
def _run_on(pk: int, matter_id: int) -> bool:
    matter = Matter.objects.select_for_update().get(pk=matter_id)
    end = pauses.runs_on_at(Clock.objects.get(pk=pk))  # somebody may have let it run on, or stopped it anew
    if end is None or end > clock.now():
        return False
    reason = gettext("The clock stood still as long as the rules allow; it runs on.")
    clocks.resume(actor=system("pause_limit"), matter=matter, reason=reason)
    return True
