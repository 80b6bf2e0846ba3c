"""Half hours that mentors offer and teams book."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.notices import api as notices
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.services.hackathons.models import Mentor, Slot, Team
from madang.services.hackathons.models.hackathons import HALF_HOUR


@transaction.atomic
def offer(*, actor: Actor, mentor: Mentor, starts_at: datetime) -> Slot:
    """Offer half an hour. It begins at a full or half hour, so that two of a mentor never overlap.

    Raises:
        RefusedError: 422 where the moment is not one of these, has passed, or lies after the deadline; 409 twice.
    """
    policy.require("hackathons.slot.offer", actor, mentor)
    seconds = starts_at.timestamp()
    if seconds % HALF_HOUR:
        raise RefusedError(_("A slot begins at a full or a half hour."), "slot.grid", status=422)
    if not clock.now() < starts_at < mentor.hackathon.submits_until:
        raise RefusedError(
            _("Choose a moment from now until the submission deadline."), "slot.time", status=422
        )
    slot, is_new = Slot.objects.get_or_create(mentor=mentor, half_hour=int(seconds) // HALF_HOUR)
    if not is_new:
        raise RefusedError(_("You offer this half hour already."), "slot.twice", status=409)
    audit.record(
        actor=actor, action="hackathons.slot.offer", target=mentor.hackathon.reference, is_public=False
    )
    return slot


@transaction.atomic
def book(*, actor: Actor, team: Team, slot: Slot) -> Slot:
    """Book a free half hour. The team is locked, so that it never holds more than it may.

    Raises:
        RefusedError: 409 where another team was first; 422 where the team has as many as it may.
    """
    fresh = Team.objects.select_for_update(of=("self",)).select_related("hackathon").get(pk=team.pk)
    policy.require("hackathons.slot.book", actor, fresh)
    row = Slot.objects.select_for_update(of=("self",)).select_related("mentor").get(pk=slot.pk)
    if row.mentor.hackathon_id != fresh.hackathon_id or row.starts_at <= clock.now():
        raise RefusedError(_("This slot cannot be booked any more."), "slot.past", status=422)
    if row.team_id is not None:
        raise RefusedError(_("Another team was faster. Choose another slot."), "slot.taken", status=409)
    if fresh.slots.count() >= fresh.hackathon.slots_most:
        raise RefusedError(
            _("Your team has booked as many slots as it may. Cancel one first."), "slot.most", status=422
        )
    row.team = fresh
    try:
        with transaction.atomic():
            row.save(update_fields=["team"])
    except IntegrityError as error:
        raise RefusedError(
            _("Your team is with another mentor at that time."), "slot.overlap", status=422
        ) from error
    audit.record(actor=actor, action="hackathons.slot.book", target=fresh.reference, is_public=False)
    notices.tell(
        reference=fresh.reference, kind="hackathons.booked", title=fresh.name, not_user=actor.account
    )
    return row


@transaction.atomic
def cancel(*, actor: Actor, slot: Slot) -> Slot:
    """Give a booked half hour back; it is free for others at once."""
    row = Slot.objects.select_for_update(of=("self",)).select_related("mentor", "team").get(pk=slot.pk)
    policy.require("hackathons.slot.cancel", actor, row)
    team, row.team = row.team, None
    row.save(update_fields=["team"])
    if team is not None:
        audit.record(actor=actor, action="hackathons.slot.cancel", target=team.reference, is_public=False)
        notices.tell(
            reference=team.reference, kind="hackathons.cancelled", title=team.name, not_user=actor.account
        )
    return row
