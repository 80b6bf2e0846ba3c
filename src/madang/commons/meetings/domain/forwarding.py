"""What the hall page sends, at once or after hours without a network: each act once, in order, at its own time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from madang.commons.meetings.domain import agenda, door, noting, talking
from madang.commons.meetings.domain.registering import read_ticket
from madang.commons.meetings.enums import Act, Outcome, State, Turn
from madang.commons.meetings.models import AgendaItem, HallAct, Meeting, Speaker, Table
from madang.kernel import clock, policy, saying
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError

EARLIEST = timedelta(hours=48)
"""How long a device may have been without a network; an older moment is a wrong clock, and the arrival counts."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One act as the page sent it."""

    key: UUID
    kind: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of it. `sentence` is for the person at the page; `value` what the page has to know."""

    key: UUID
    outcome: str
    sentence: str = ""
    value: Mapping[str, Any] | None = None


def forward(*, actor: Actor, meeting: Meeting, acts: Sequence[Sent]) -> list[Result]:
    """Take acts in, in the order they were sent; each in a transaction of its own, so that one refusal stops no other.

    An act whose key is known already gives the result of the first time.
    """
    return [_take(actor, meeting, act) for act in acts]


def _take(actor: Actor, meeting: Meeting, sent: Sent) -> Result:
    try:
        with transaction.atomic():
            # The lock of the meeting makes the second of two equal keys wait, and then find the first.
            locked = Meeting.objects.select_for_update(of=("self",)).select_related("host").get(pk=meeting.pk)
            known = HallAct.objects.filter(key=sent.key).first()
            if known is not None:
                return _known(known, locked)
            result = _do(actor, locked, sent)
            _record(actor, locked, sent, result)
            return result
    except RefusedError as refusal:
        outcome = Outcome.REFUSED if refusal.status in (403, 422) else Outcome.CONFLICT
        result = Result(sent.key, outcome, str(refusal))
        if refusal.status != 403:
            # Kept to be looked at; what a stranger sends is not.
            with transaction.atomic():
                if not HallAct.objects.filter(key=sent.key).exists():
                    _record(actor, meeting, sent, result, said=saying.in_each(refusal.reason))
        return result


def _known(known: HallAct, meeting: Meeting) -> Result:
    if known.meeting_id != meeting.pk:
        raise RefusedError(_("This was sent to another meeting."), "act.meeting", status=403)
    value = known.detail.get("value")
    return Result(known.key, known.outcome, known.detail.get("sentence", ""), value)


def _record(
    actor: Actor, meeting: Meeting, sent: Sent, result: Result, said: Mapping[str, str] | None = None
) -> None:
    HallAct.objects.create(
        meeting=meeting,
        key=sent.key,
        kind=sent.kind,
        at=moment_of(sent.at),
        received_at=clock.now(),
        by=actor.user,
        by_pass=noting.pass_of(actor, meeting.pk),
        outcome=result.outcome,
        detail={
            "sent": dict(sent.data),
            "sentence": result.sentence,
            "said": said or {},
            "value": result.value,
        },
    )


def moment_of(at: datetime) -> datetime:
    """The moment on the device, unless its clock is plainly wrong: never in the future, never long ago."""
    now = clock.now()
    return at if now - EARLIEST <= at <= now else now


def _do(actor: Actor, meeting: Meeting, sent: Sent) -> Result:
    act = _ACTS.get(sent.kind)
    if act is None:
        raise RefusedError(_("The page sent something unknown. Reload it."), "act.kind", status=422)
    return act(actor, meeting, sent, moment_of(sent.at))


def _text(sent: Sent, name: str, longest: int = 4000) -> str:
    value = sent.data.get(name, "")
    return value[: longest + 1] if isinstance(value, str) else ""


def _number(sent: Sent, name: str) -> int:
    value = sent.data.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0


def _check_in(actor: Actor, meeting: Meeting, sent: Sent, at: datetime) -> Result:
    came = door.check_in(actor=actor, meeting=meeting, ticket=_text(sent, "ticket", 400), at=at)
    sentence = _("Checked in before already. All is well.") if came.again else _("Checked in.")
    return Result(sent.key, Outcome.DONE, sentence, {"ticket": came.registration.ticket, "again": came.again})


def _walk_in(actor: Actor, meeting: Meeting, sent: Sent, at: datetime) -> Result:
    came = door.walk_in(actor=actor, meeting=meeting, at=at)
    ticket = came.registration.ticket
    return Result(
        sent.key,
        Outcome.DONE,
        _("Let in. Ticket for questions: %(ticket)s") % {"ticket": f"{ticket[:4]}-{ticket[4:]}"},
        {"ticket": ticket},
    )


def _item(meeting: Meeting, sent: Sent) -> AgendaItem:
    found = meeting.agenda.filter(pk=_number(sent, "item"), removed_at=None).first()
    if found is None:
        raise RefusedError(_("This agenda item is not there any more."), "act.item", status=409)
    return found


def _start_item(actor: Actor, meeting: Meeting, sent: Sent, at: datetime) -> Result:
    policy.require("meetings.meeting.run", actor, meeting)
    item = _item(meeting, sent)
    if not agenda.begin_item(item=item, at=at):
        return Result(sent.key, Outcome.DONE, _("Somebody else had begun it already."))
    return Result(sent.key, Outcome.DONE)


def _end_item(actor: Actor, meeting: Meeting, sent: Sent, at: datetime) -> Result:
    policy.require("meetings.meeting.run", actor, meeting)
    if not agenda.end_item(item=_item(meeting, sent), at=at):
        return Result(sent.key, Outcome.DONE, _("It had ended already."))
    return Result(sent.key, Outcome.DONE)


def _require_running(meeting: Meeting) -> None:
    if meeting.state not in (State.RUNNING, State.CLOSED):
        raise RefusedError(_("Begin the meeting first."), "act.not_running", status=409)


def _ask_to_speak(actor: Actor, meeting: Meeting, sent: Sent, at: datetime) -> Result:
    policy.require("meetings.meeting.run", actor, meeting)
    _require_running(meeting)
    ticket = read_ticket(_text(sent, "ticket", 400))
    registration = meeting.registrations.filter(ticket=ticket).first() if ticket else None
    if registration and meeting.speakers.filter(registration=registration, state=Turn.WAITING).exists():
        raise RefusedError(_("This person is on the speakers' list already."), "speaker.twice", status=409)
    speaker = talking.line_up(
        meeting=meeting,
        registration=registration,
        stance=_text(sent, "stance", 8),
        label=_text(sent, "label", 40),
        at=at,
    )
    return Result(sent.key, Outcome.DONE, "", {"place": speaker.place})


def _speaker(meeting: Meeting, sent: Sent) -> Speaker:
    place = _number(sent, "place")
    if not place and sent.data.get("of"):
        # Put on the list by the same page without a network: known by the key of that act.
        first = HallAct.objects.filter(meeting=meeting, key=_uuid(sent, "of")).first()
        place = (first.detail.get("value") or {}).get("place", 0) if first is not None else 0
    found = meeting.speakers.filter(place=place).select_related("meeting", "registration").first()
    if found is None:
        raise RefusedError(_("This speaker is not on the list."), "act.speaker", status=409)
    return found


def _uuid(sent: Sent, name: str) -> UUID:
    try:
        return UUID(_text(sent, name, 40))
    except ValueError as error:
        raise RefusedError(_("The page sent something unknown. Reload it."), "act.key", status=422) from error


def _call(actor: Actor, meeting: Meeting, sent: Sent, at: datetime) -> Result:
    """Without a place: the next by the rule. With one that somebody else called meanwhile: nothing twice."""
    if not sent.data.get("place") and not sent.data.get("of"):
        speaker = talking.call_next(actor=actor, meeting=meeting, at=at)
    else:
        speaker = _speaker(meeting, sent)
        if speaker.state in (Turn.SPEAKING, Turn.SPOKEN):
            return Result(sent.key, Outcome.DONE, _("Somebody else had called them already."))
        speaker = talking.call(actor=actor, speaker=speaker, at=at)
    return Result(sent.key, Outcome.DONE, "", {"place": speaker.place})


def _finish(actor: Actor, meeting: Meeting, sent: Sent, at: datetime) -> Result:
    speaker = _speaker(meeting, sent)
    if speaker.state == Turn.SPOKEN:
        return Result(sent.key, Outcome.DONE, _("They had finished already."))
    talking.finish(actor=actor, speaker=speaker, at=at)
    return Result(sent.key, Outcome.DONE)


def _leave(actor: Actor, meeting: Meeting, sent: Sent, at: datetime) -> Result:
    speaker = _speaker(meeting, sent)
    if speaker.state == Turn.LEFT:
        return Result(sent.key, Outcome.DONE)
    talking.leave(actor=actor, speaker=speaker, at=at)
    return Result(sent.key, Outcome.DONE)


def _ask(actor: Actor, meeting: Meeting, sent: Sent, at: datetime) -> Result:
    policy.require("meetings.meeting.run", actor, meeting)
    question = talking.put(meeting=meeting, registration=None, body=_text(sent, "body", 400), at=at)
    return Result(sent.key, Outcome.DONE, "", {"place": question.place})


def _note(actor: Actor, meeting: Meeting, sent: Sent, at: datetime) -> Result:
    table = (
        Table.objects.filter(meeting=meeting, place=_number(sent, "table")).select_related("meeting").first()
    )
    if table is None:
        raise RefusedError(_("There is no such table."), "act.table", status=409)
    written = noting.write(
        actor=actor,
        table=table,
        body=_text(sent, "body"),
        key=_uuid(sent, "note"),
        seen=_number(sent, "seen"),
        at=at,
    )
    value = {"note": str(written.note.key), "version": written.note.version, "text": written.note.text}
    if written.conflict:
        return Result(
            sent.key,
            Outcome.CONFLICT,
            _("Somebody else changed the same lines. Both texts stand beside each other at the table."),
            value,
        )
    return Result(
        sent.key, Outcome.DONE, _("Joined with what somebody else wrote.") if written.joined else "", value
    )


_ACTS: dict[str, Callable[[Actor, Meeting, Sent, datetime], Result]] = {
    Act.CHECK_IN: _check_in,
    Act.WALK_IN: _walk_in,
    Act.START_ITEM: _start_item,
    Act.END_ITEM: _end_item,
    Act.ASK_TO_SPEAK: _ask_to_speak,
    Act.CALL: _call,
    Act.FINISH: _finish,
    Act.LEAVE: _leave,
    Act.ASK: _ask,
    Act.NOTE: _note,
}


@transaction.atomic
def settle(*, actor: Actor, meeting: Meeting, key: UUID) -> None:
    """Somebody has looked at a conflict."""
    policy.require("meetings.meeting.run", actor, meeting)
    HallAct.objects.filter(meeting=meeting, key=key, settled_at=None).update(settled_at=clock.now())
