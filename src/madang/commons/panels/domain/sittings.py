"""Sessions of a panel, and who came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.panels.models import Panel, Presence, Seat, Sitting
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError


@transaction.atomic
def plan(*, actor: Actor, panel: Panel, title: str, place: str, at: datetime) -> Sitting:
    """Announce a session.

    Raises:
        RefusedError: not the office's, not drawn yet, or the panel has ended.
    """
    fresh = Panel.objects.select_for_update().get(pk=panel.pk)
    policy.require("panels.panel.sitting", actor, fresh)
    if fresh.state != Panel.State.SEATED:
        raise RefusedError(
            _("A panel sits when it is drawn and until it ends."), "panels.not_seated", status=409
        )
    sitting = Sitting.objects.create(
        panel=fresh, number=fresh.sittings.count() + 1, title=title, place=place, at=at
    )
    audit.record(
        actor=actor,
        action="panels.panel.sitting",
        target=fresh.reference,
        payload={"number": sitting.number, "title": title, "place": place, "at": at.isoformat()},
        organisation=fresh.host,
        is_public=fresh.is_public,
    )
    return sitting


@transaction.atomic
def record(*, actor: Actor, sitting: Sitting, came: Collection[int]) -> Sitting:
    """Note who came, by key of the seat; a later record takes the place of the one before.

    Raises:
        RefusedError: not the office's, before the session, or somebody who has no seat.
    """
    fresh = Sitting.objects.select_for_update(of=("self",)).select_related("panel__host").get(pk=sitting.pk)
    policy.require("panels.panel.sitting", actor, fresh.panel)
    if fresh.panel.state != Panel.State.SEATED:
        raise RefusedError(_("This panel has ended."), "panels.closed", status=409)
    if fresh.at > clock.now():
        raise RefusedError(_("This session has not begun yet."), "sitting.early", status=409)
    known = set(fresh.presences.values_list("seat_id", flat=True))
    seats = known | set(
        Seat.objects.filter(round__panel=fresh.panel, state=Seat.State.ACCEPTED).values_list("pk", flat=True)
    )
    if not set(came) <= seats:
        raise RefusedError(
            _("Somebody has given the seat back meanwhile. Reload the page."), "sitting.seats", status=409
        )
    fresh.presences.all().delete()
    Presence.objects.bulk_create(
        Presence(sitting=fresh, seat_id=pk, came=pk in set(came)) for pk in sorted(seats)
    )
    fresh.recorded_at, fresh.recorded_by = clock.now(), actor.account
    fresh.save(update_fields=["recorded_at", "recorded_by"])
    audit.record(
        actor=actor,
        action="panels.panel.attendance",
        target=fresh.panel.reference,
        payload={"number": fresh.number, "came": len(set(came)), "of": len(seats)},
        organisation=fresh.panel.host,
        is_public=fresh.panel.is_public,
    )
    return fresh
