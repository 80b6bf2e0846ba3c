"""Correcting what a matter is under a rule of its service: another period, from the same first receipt."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import clocks
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Clock, Matter
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import Rule


@transaction.atomic
def reclassify(
    *, actor: Actor, matter: Matter, kind: str, rule: Rule, reason: str, payload: dict[str, Any] | None = None
) -> Matter:
    """Put it under another rule; office, officer, number, receipt and first day stay.

    The period of the new rule counts from the day on which the old one began, with every stop of the clock, so that a
    correction neither gives the office new days nor hides that it is late. Extensions of the old period end with it.

    Raises:
        RefusedError: 409 while the clock stands still; 403 by policy; 422 without a reason.
    """
    running = matter.clocks.filter(stopped_at__isnull=True).first()
    if running is not None and running.state == Clock.State.PAUSED:
        raise RefusedError(
            _(
                "The clock stands still, because something is asked. Let it run on first, then correct the type."
            ),
            "reclassify.paused",
            status=409,
        )
    fresh = move(matter, "reclassify", actor=actor, reason=reason, payload=payload, changes={"kind": kind})
    clocks.retime(matter=fresh, rule=rule, at=clock.now())
    publish(MatterChanged(fresh.pk, "reclassified", actor.user.pk if actor.user else None))
    return Matter.objects.get(pk=fresh.pk)
