"""Planning a meeting: make, change, open, move, call off, begin and end it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.meetings.domain import seating
from madang.commons.meetings.events import MeetingChanged
from madang.commons.meetings.models import About, Meeting
from madang.commons.notices import api as notices
from madang.kernel import clock, manifest, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.rules import next_number
from madang.kernel.domain.transitions import move as take_step
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import Organisation

PREFIX = "ME"
DETAILS = (
    "title_ko", "title_en", "summary_ko", "summary_en", "mode", "address", "district", "level",
    "speaking_rule", "speaking_seconds", "stream_url", "recording_url",
)  # fmt: skip


@transaction.atomic
def plan(
    *,
    actor: Actor,
    host: Organisation,
    starts_at: datetime,
    ends_at: datetime,
    about: Sequence[str] = (),
    **details: Any,
) -> Meeting:
    """Plan a meeting. Everybody sees it from now on; registration opens later.

    Args:
        about: references of public things it is about.
        details: the fields of `Meeting` that its office fills in.

    Raises:
        RefusedError: 403 without a mandate of the host; 422 when the moments are out of order or a reference leads
            nowhere.
    """
    policy.require("meetings.meeting.plan", actor, host)
    _check_moments(starts_at, ends_at)
    now = clock.now()
    meeting = Meeting.objects.create(
        number=next_number(PREFIX, at=now),
        host=host,
        starts_at=starts_at,
        ends_at=ends_at,
        made_at=now,
        **details,
    )
    _set_about(meeting, about)
    audit.record(
        actor=actor,
        action="meetings.meeting.plan",
        target=meeting.reference,
        after=meeting.state,
        organisation=host,
        payload={"starts_at": _told(starts_at), "ends_at": _told(ends_at), "about": list(about)},
    )
    publish(MeetingChanged(meeting.pk, "planned"))
    return meeting


@transaction.atomic
def change(
    *,
    actor: Actor,
    meeting: Meeting,
    seats: int | None,
    about: Sequence[str] | None = None,
    **details: Any,
) -> Meeting:
    """Change what does not move it: texts, links, seats. More seats let people from the waiting list in at once.

    Raises:
        RefusedError: 422 when fewer seats are given than are taken.
    """
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    policy.require("meetings.meeting.change", actor, locked)
    before = {name: getattr(locked, name) for name in (*DETAILS, "seats")}
    wanted = {name: details[name] for name in DETAILS if name in details} | {"seats": seats}
    changed = sorted(name for name, value in wanted.items() if before[name] != value)
    if seats is not None and seats != locked.seats:
        seating.shrink(locked, seats)
    fresh = take_step(
        locked, "change", actor=actor, organisation=locked.host, payload={"changed": changed}, changes=wanted
    )
    if about is not None:
        _set_about(fresh, about)
    seating.let_in(fresh)
    publish(MeetingChanged(fresh.pk, "changed"))
    return fresh


@transaction.atomic
def move(
    *,
    actor: Actor,
    meeting: Meeting,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    reason: str,
) -> Meeting:
    """Another time or another hall: everybody who registered, waits or follows is told old and new, once.

    Raises:
        RefusedError: 422 without a reason, when nothing would change, or when the new time lies in the past.
    """
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    _check_moments(starts_at, ends_at)
    if starts_at <= clock.now():
        raise RefusedError(
            _("The new time lies in the past. Choose a later one."), "meeting.past", status=422
        )
    before = {"starts_at": locked.starts_at, "ends_at": locked.ends_at, "place": locked.place}
    after = {"starts_at": starts_at, "ends_at": ends_at, "place": place}
    if before == after:
        raise RefusedError(
            _("Nothing would change. Choose another time or another hall."), "meeting.same", status=422
        )
    told = {
        "old": _told(locked.starts_at),
        "new": _told(starts_at),
        "old_place": locked.place,
        "new_place": place,
    }
    fresh = take_step(
        locked,
        "move",
        actor=actor,
        reason=reason,
        organisation=locked.host,
        payload=told,
        changes=after,
    )
    notices.tell(reference=fresh.reference, kind="meetings.moved", title=fresh.title_ko, data=told)
    publish(MeetingChanged(fresh.pk, "moved"))
    return fresh


@transaction.atomic
def cancel(*, actor: Actor, meeting: Meeting, reason: str) -> Meeting:
    """Call it off: everybody who registered, waits or follows is told."""
    fresh = take_step(meeting, "cancel", actor=actor, reason=reason, organisation=meeting.host)
    notices.tell(
        reference=fresh.reference,
        kind="meetings.cancelled",
        title=fresh.title_ko,
        data={"old": _told(fresh.starts_at)},
    )
    publish(MeetingChanged(fresh.pk, "cancelled"))
    return fresh


@transaction.atomic
def open_registration(*, actor: Actor, meeting: Meeting) -> Meeting:
    """From now on people can register. Those who follow it are told."""
    fresh = take_step(meeting, "open", actor=actor, organisation=meeting.host)
    notices.tell(
        reference=fresh.reference,
        kind="meetings.opened",
        title=fresh.title_ko,
        data={"new": _told(fresh.starts_at)},
    )
    publish(MeetingChanged(fresh.pk, "opened"))
    return fresh


@transaction.atomic
def start(*, actor: Actor, meeting: Meeting) -> Meeting:
    """It begins: registration ends, questions, speakers and notes are open."""
    fresh = take_step(
        meeting, "start", actor=actor, organisation=meeting.host, changes={"opened_at": clock.now()}
    )
    publish(MeetingChanged(fresh.pk, "started"))
    return fresh


@transaction.atomic
def close(*, actor: Actor, meeting: Meeting) -> Meeting:
    """It is over. What was written without a network may still come in; the minutes are drafted now."""
    fresh = take_step(
        meeting, "close", actor=actor, organisation=meeting.host, changes={"closed_at": clock.now()}
    )
    publish(MeetingChanged(fresh.pk, "closed"))
    return fresh


def _check_moments(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise RefusedError(
            _("It ends before it begins. Give an end after the beginning."), "meeting.order", status=422
        )


def _set_about(meeting: Meeting, references: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(references))
    manifest.require(wanted)
    meeting.about.exclude(reference__in=wanted).delete()
    known = set(meeting.about.values_list("reference", flat=True))
    About.objects.bulk_create(About(meeting=meeting, reference=one) for one in wanted if one not in known)


def _told(moment: datetime) -> str:
    return moment.astimezone(clock.UTC).isoformat(timespec="minutes")
