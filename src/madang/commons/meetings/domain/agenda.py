"""The agenda. Two facilitators who edit one item at once: nothing that either wrote is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from madang.commons.meetings.events import MeetingChanged
from madang.commons.meetings.logic.merging import merge_fields
from madang.commons.meetings.models import AgendaItem, AgendaVersion, Meeting
from madang.kernel import clock, manifest, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish

FIELDS = ("title", "note", "minutes", "reference")


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save: the item, whether another change was joined in, and the fields both changed differently.

    With `conflicts` nothing was written: `mine` holds the joined fields with her words, to be decided and sent again
    as a change of `item.version`.
    """

    item: AgendaItem
    joined: bool = False
    conflicts: tuple[str, ...] = ()
    mine: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def add(*, actor: Actor, meeting: Meeting, **fields: Any) -> AgendaItem:
    """Add an item at the end."""
    locked = _locked(actor, meeting)
    last: int | None = locked.agenda.aggregate(last=Max("order"))["last"]
    manifest.require([fields["reference"]] if fields.get("reference") else [])
    item = AgendaItem.objects.create(meeting=locked, order=(last or 0) + 1, **fields)
    _keep(actor, item)
    _log(actor, locked, {"added": item.title})
    return item


@transaction.atomic
def save(*, actor: Actor, item: AgendaItem, seen: int, **fields: Any) -> Saved:
    """Change an item as it was seen in version `seen`.

    Where somebody else saved meanwhile, changes of different fields are joined. Where both changed the same field,
    nothing is written and both are given back.

    Raises:
        RefusedError: 409 when the item was removed meanwhile or `seen` is no version of it.
    """
    meeting = _locked(actor, item.meeting)
    fresh = AgendaItem.objects.select_for_update().get(pk=item.pk)
    base = AgendaVersion.objects.filter(item=fresh, version=seen).first()
    if fresh.removed_at is not None or base is None:
        raise RefusedError(
            _("Somebody removed this item meanwhile. What you typed is below; add it as a new item."),
            "agenda.removed",
            status=409,
        )
    theirs = {name: getattr(fresh, name) for name in FIELDS}
    mine = {name: fields.get(name, getattr(base, name)) for name in FIELDS}
    joined, both = merge_fields({name: getattr(base, name) for name in FIELDS}, theirs, mine)
    if both:
        return Saved(fresh, conflicts=tuple(both), mine=joined)
    if joined == theirs:
        return Saved(fresh)
    manifest.require([joined["reference"]] if joined["reference"] else [])
    for name, value in joined.items():
        setattr(fresh, name, value)
    fresh.version += 1
    fresh.save(update_fields=[*FIELDS, "version"])
    _keep(actor, fresh)
    _log(actor, meeting, {"changed": fresh.title})
    return Saved(fresh, joined=joined != mine)


@transaction.atomic
def shift(*, actor: Actor, item: AgendaItem, up: bool) -> None:
    """Change places with the neighbour; at the end of the list nothing happens."""
    meeting = _locked(actor, item.meeting)
    rows = list(meeting.agenda.filter(removed_at=None))
    place = next((place for place, row in enumerate(rows) if row.pk == item.pk), None)
    other = None if place is None else place + (-1 if up else 1)
    if place is None or other is None or not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for order, row in enumerate(rows, start=1):
        AgendaItem.objects.filter(pk=row.pk).exclude(order=order).update(order=order)
    _log(actor, meeting, {"shifted": item.title})


@transaction.atomic
def remove(*, actor: Actor, item: AgendaItem) -> None:
    """Take an item off; its history stays."""
    meeting = _locked(actor, item.meeting)
    if AgendaItem.objects.filter(pk=item.pk, removed_at=None).update(removed_at=clock.now()):
        _log(actor, meeting, {"removed": item.title})


def begin_item(*, item: AgendaItem, at: datetime) -> bool:
    """The item is on now, and the one before it ended. False when it had begun already. Under the meeting's lock."""
    fresh = AgendaItem.objects.select_for_update().get(pk=item.pk)
    if fresh.started_at is not None:
        return False
    running = item.meeting.agenda.filter(started_at__isnull=False, ended_at=None)
    running.update(ended_at=at)
    fresh.started_at = at
    fresh.save(update_fields=["started_at"])
    return True


def end_item(*, item: AgendaItem, at: datetime) -> bool:
    """The item is over. False when it was not on."""
    return bool(
        AgendaItem.objects.filter(pk=item.pk, started_at__isnull=False, ended_at=None).update(ended_at=at)
    )


def _locked(actor: Actor, meeting: Meeting) -> Meeting:
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    policy.require("meetings.meeting.organise", actor, locked)
    return locked


def _keep(actor: Actor, item: AgendaItem) -> None:
    AgendaVersion.objects.create(
        item=item,
        version=item.version,
        title=item.title,
        note=item.note,
        minutes=item.minutes,
        reference=item.reference,
        by=actor.user,
        at=clock.now(),
    )


def _log(actor: Actor, meeting: Meeting, what: dict[str, str]) -> None:
    audit.record(
        actor=actor,
        action="meetings.agenda.change",
        target=meeting.reference,
        organisation=meeting.host,
        payload=what,
    )
    publish(MeetingChanged(meeting.pk, "agenda"))
