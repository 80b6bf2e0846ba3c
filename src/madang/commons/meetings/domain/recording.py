"""The minutes: drafted by one, approved by another, published as an official act, linked to what was talked about."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from madang.commons.meetings.enums import Attending, Channel, MinutesState, Place, State
from madang.commons.meetings.events import MeetingChanged, MinutesPublished
from madang.commons.meetings.models import Meeting, Minutes, Note, Paragraph
from madang.commons.notices import api as notices
from madang.kernel import clock, manifest, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain.traces import draw
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish as publish_fact
from madang.kernel.models import Trace

FIELDS = ("text", "item", "question", "table", "reference", "second")


@transaction.atomic
def draft(*, actor: Actor, meeting: Meeting) -> Minutes:
    """The minutes in work; a new version begins with the words of the published one.

    Raises:
        RefusedError: 409 before the meeting is over.
    """
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    policy.require("meetings.meeting.organise", actor, locked)
    if locked.state not in (State.RUNNING, State.CLOSED, State.PUBLISHED):
        raise RefusedError(_("Minutes are written once the meeting has begun."), "minutes.early", status=409)
    known = locked.minutes.exclude(state=MinutesState.PUBLISHED).first()
    if known is not None:
        return known
    last = locked.minutes.last()
    made = Minutes.objects.create(
        meeting=locked,
        version=last.version + 1 if last else 1,
        missing=last.missing if last else "",
        drafted_by=actor.account,
        drafted_at=clock.now(),
    )
    for paragraph in last.paragraphs.all() if last else ():
        paragraph.pk, paragraph.minutes = None, made
        paragraph.save()
    return made


@transaction.atomic
def take_notes(*, actor: Actor, minutes: Minutes) -> int:
    """The notes of the tables become paragraphs at the end; how many. Those taken before are left out."""
    locked = _open(actor, minutes)
    have = set(locked.paragraphs.values_list("text", flat=True))
    notes = Note.objects.filter(table__meeting=locked.meeting).select_related("table")
    rows = [note for note in notes.order_by("table__place", "at", "pk") if note.text not in have]
    for note in rows:
        _append(locked, {"text": note.text, "table": note.table, "item": note.table.item})
    return len(rows)


@transaction.atomic
def add(*, actor: Actor, minutes: Minutes, **fields: Any) -> Paragraph:
    """One more paragraph at the end.

    Raises:
        RefusedError: 422 empty, or about something that is not public.
    """
    locked = _open(actor, minutes)
    return _append(locked, _checked(fields))


@transaction.atomic
def change(*, actor: Actor, paragraph: Paragraph, seen: int, **fields: Any) -> Paragraph:
    """Change a paragraph as it was seen in version `seen`.

    Raises:
        RefusedError: 409 when somebody else changed it meanwhile; nothing is written then.
    """
    locked = _open(actor, paragraph.minutes)
    fresh = Paragraph.objects.select_for_update().get(pk=paragraph.pk, minutes=locked)
    if fresh.version != seen:
        raise RefusedError(
            _(
                "Somebody else changed this paragraph meanwhile. Both texts are below: decide, then save again."
            ),
            "minutes.changed",
            status=409,
        )
    for name, value in _checked(fields).items():
        setattr(fresh, name, value)
    fresh.language, fresh.version = text.language_of(fresh.text), fresh.version + 1
    fresh.save()
    return fresh


@transaction.atomic
def remove(*, actor: Actor, paragraph: Paragraph) -> None:
    """Take a paragraph out of the draft."""
    _open(actor, paragraph.minutes)
    Paragraph.objects.filter(pk=paragraph.pk).delete()


@transaction.atomic
def say_missing(*, actor: Actor, minutes: Minutes, words: str) -> Minutes:
    """Who was missing in the room."""
    locked = _open(actor, minutes)
    locked.missing = words
    locked.save(update_fields=["missing"])
    return locked


@transaction.atomic
def submit(*, actor: Actor, minutes: Minutes) -> Minutes:
    """Hand them to the approver.

    Raises:
        RefusedError: 422 without a paragraph.
    """
    if not minutes.paragraphs.exists():
        raise RefusedError(_("The minutes are empty. Write a paragraph first."), "minutes.empty", status=422)
    return move(
        minutes, "submit", actor=actor, organisation=minutes.meeting.host, changes={"return_note": ""}
    )


@transaction.atomic
def give_back(*, actor: Actor, minutes: Minutes, reason: str) -> Minutes:
    return move(
        minutes,
        "give_back",
        actor=actor,
        organisation=minutes.meeting.host,
        reason=reason,
        changes={"return_note": reason},
    )


@transaction.atomic
def publish(*, actor: Actor, minutes: Minutes) -> Minutes:
    """Approve and publish: attendance is counted, arrows are drawn to everything they name, everybody is told.

    Raises:
        RefusedError: 403 not an approver, or her own draft; 409 not submitted, or the meeting is not over.
    """
    meeting = Meeting.objects.select_for_update().get(pk=minutes.meeting_id)
    if meeting.state not in (State.CLOSED, State.PUBLISHED):
        raise RefusedError(_("End the meeting first."), "minutes.running", status=409)
    now = clock.now()
    fresh = move(
        minutes,
        "publish",
        actor=actor,
        organisation=meeting.host,
        changes={"approved_by": actor.user, "published_at": now, "attendance": attendance(meeting)},
    )
    if meeting.state == State.CLOSED:
        meeting = move(
            meeting,
            "publish",
            actor=actor,
            organisation=meeting.host,
            payload={"minutes": fresh.reference, "attendance": fresh.attendance},
        )
    named = _named(meeting, fresh)
    for reference in named:
        draw(actor=actor, kind=Trace.Kind.DISCUSSES, source=meeting.reference, target=reference)
    notices.tell(
        reference=meeting.reference,
        kind="meetings.minutes",
        title=meeting.title_ko,
        also_references=named,
    )
    publish_fact(MeetingChanged(meeting.pk, "minutes"))
    publish_fact(MinutesPublished(meeting.pk, tuple(named)))
    return fresh


def attendance(meeting: Meeting) -> dict[str, int]:
    """Who was there, by the way they came. Numbers of people, from check-ins; online: who registered to take part."""
    live = Q(state=Place.SEATED)
    here = live & Q(attending=Attending.ON_SITE) & ~Q(channel=Channel.DOOR)
    counts: dict[str, int] = meeting.registrations.aggregate(
        registered=Count("pk", here),
        came=Count("check_in", Q(attending=Attending.ON_SITE) & ~Q(channel=Channel.DOOR)),
        door=Count("check_in", Q(channel=Channel.DOOR)),
        online=Count("pk", live & Q(attending=Attending.ONLINE)),
        waited=Count("pk", Q(state=Place.WAITING)),
    )
    return counts


def _named(meeting: Meeting, minutes: Minutes) -> list[str]:
    found = [
        *meeting.about.values_list("reference", flat=True),
        *meeting.agenda.filter(removed_at=None).values_list("reference", flat=True),
        *minutes.paragraphs.values_list("reference", flat=True),
    ]
    return [one for one in dict.fromkeys(found) if one and one != meeting.reference]


def _open(actor: Actor, minutes: Minutes) -> Minutes:
    locked = Minutes.objects.select_for_update().get(pk=minutes.pk)
    policy.require("meetings.minutes.draft", actor, locked)
    if locked.state != MinutesState.DRAFT:
        raise RefusedError(
            _("The minutes are with the approver or published. Nothing was changed."),
            "minutes.state",
            status=409,
        )
    return locked


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    if not fields.get("text"):
        raise RefusedError(_("Write what was said."), "minutes.empty_paragraph", status=422)
    manifest.require([fields["reference"]] if fields.get("reference") else [])
    return fields


def _append(minutes: Minutes, fields: dict[str, Any]) -> Paragraph:
    last: int | None = minutes.paragraphs.aggregate(last=Max("order"))["last"]
    return Paragraph.objects.create(
        minutes=minutes, order=(last or 0) + 1, language=text.language_of(fields["text"]), **fields
    )
