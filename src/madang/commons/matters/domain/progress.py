"""Telling the author how it stands, every thirty days after receipt until the end (decree art. 23).

The row, the act in the log, the news and the next date are one transaction, and a row for one clock and number exists
once: a worker that is killed neither loses a notice nor sends it twice. After a long outage one notice is sent, not all
that were missed.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from madang.commons.matters.domain import site_rules
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Clock, Matter, Progress
from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.domain import audit
from madang.kernel.events import publish

BATCH = 500


def tell_due() -> int:
    """Tell the authors of all matters whose time has come. Each is told once."""
    due = Clock.objects.filter(progress_at__lte=clock.now(), stopped_at__isnull=True).order_by(
        "progress_at", "pk"
    )
    return sum(_tell(pk, matter_id) for pk, matter_id in due.values_list("pk", "matter_id")[:BATCH])


@transaction.atomic
def _tell(pk: int, matter_id: int) -> bool:
    matter = Matter.objects.select_for_update(of=("self",)).select_related("responsible").get(pk=matter_id)
    row, now = Clock.objects.get(pk=pk), clock.now()
    if row.stopped_at is not None or row.progress_at is None or row.progress_at > now:
        return False  # answered, or another worker came first
    every = _every(row)
    number = max(1, (now - row.started_at) // every)
    Progress.objects.create(clock=row, number=number, at=now, office=matter.responsible, due_at=matter.due_at)
    Clock.objects.filter(pk=pk).update(progress_at=row.started_at + (number + 1) * every)
    audit.record(
        actor=system("progress"),
        action="matters.matter.progress",
        target=matter.reference,
        organisation=matter.responsible,
        is_public=matter.is_public,
        payload={
            "number": number,
            "days": number * every.days,
            "due": matter.due_at.isoformat() if matter.due_at else None,
        },
    )
    publish(MatterChanged(matter.pk, "progress"))
    return True


def _every(row: Clock) -> timedelta:
    """How long between two notices, by the rule in force when the matter was received."""
    rule = site_rules.in_force(site_rules.PROGRESS, clock.seoul(row.started_at).date())
    return timedelta(days=int(rule.body["every_days"]))
