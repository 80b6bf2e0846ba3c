"""Saying in public, once, that an answer is late."""

from __future__ import annotations

from django.db import transaction

from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Matter
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.events import publish
from madang.kernel.models import Audit


@transaction.atomic
def announce(*, actor: Actor, matter: Matter) -> bool:
    """Write the act "overdue" for the running clock unless it is written already."""
    fresh = Matter.objects.select_for_update().get(pk=matter.pk)
    running = fresh.clocks.filter(stopped_at__isnull=True).first()
    if running is None or running.due_at >= clock.now():
        return False
    known = Audit.objects.filter(
        target=fresh.reference,
        action="matters.matter.overdue",
        # Announced before an outage moved the due date: said again when the new one has passed.
        at__gte=running.due_at,
    ).exists()
    if known:
        return False
    audit.record(
        actor=actor,
        action="matters.matter.overdue",
        target=fresh.reference,
        is_public=fresh.is_public,
        organisation=fresh.responsible,
        payload={"due": running.due_at.isoformat()},
    )
    publish(MatterChanged(fresh.pk, "overdue"))
    return True
