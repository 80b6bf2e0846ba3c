"""The floor and the questions: ask, support, call, answer, merge, take down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from madang.commons.meetings import queries, room
from madang.commons.meetings.enums import Asked, HideReason, Stance, Turn
from madang.commons.meetings.models import Meeting, Question, QuestionSupport, Registration, Speaker
from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.rows import insert_once

BODY_MIN, BODY_MAX = 5, 400


@transaction.atomic
def ask_to_speak(
    *,
    actor: Actor,
    registration: Registration,
    stance: str = Stance.OTHER,
    label: str = "",
) -> Speaker:
    """Somebody on the list asks for the floor. `label` is what the room reads; empty without her consent.

    Raises:
        RefusedError: 403 not on the list or not the time; 409 she waits already.
    """
    policy.require("meetings.room.take_part", actor, registration)
    meeting = Meeting.objects.select_for_update().get(pk=registration.meeting_id)
    if meeting.speakers.filter(registration=registration, state=Turn.WAITING).exists():
        raise RefusedError(_("You are on the speakers' list already."), "speaker.twice", status=409)
    return line_up(meeting=meeting, registration=registration, stance=stance, label=label, at=clock.now())


def line_up(
    *, meeting: Meeting, registration: Registration | None, stance: str, label: str, at: datetime
) -> Speaker:
    """Put somebody on the speakers' list; the caller has asked the policy and holds the lock of the meeting."""
    last: int | None = meeting.speakers.aggregate(last=Max("place"))["last"]
    item = meeting.agenda.filter(removed_at=None, started_at__isnull=False, ended_at=None).first()
    return Speaker.objects.create(
        meeting=meeting,
        item=item,
        registration=registration,
        stance=stance if stance in Stance.values else Stance.OTHER,
        place=(last or 0) + 1,
        label=text.clean_line(label)[:40],
        asked_at=at,
    )


@transaction.atomic
def call_next(*, actor: Actor, meeting: Meeting, at: datetime | None = None) -> Speaker:
    """Whoever speaks has finished, and the next by the meeting's rule has the floor.

    Raises:
        RefusedError: 403 not a facilitator; 409 nobody waits.
    """
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    policy.require("meetings.meeting.run", actor, locked)
    waiting = room.line(locked, queries.speakers(locked))
    if not waiting:
        raise RefusedError(_("Nobody is on the speakers' list."), "speaker.none", status=409)
    return call(actor=actor, speaker=waiting[0], at=at)


@transaction.atomic
def call(*, actor: Actor, speaker: Speaker, at: datetime | None = None) -> Speaker:
    """Give this one the floor; whoever had it has finished."""
    moment = at or clock.now()
    Meeting.objects.select_for_update().get(pk=speaker.meeting_id)
    for other in Speaker.objects.filter(meeting=speaker.meeting_id, state=Turn.SPEAKING):
        move(other, "finish", actor=actor, changes={"ended_at": moment})
    return move(speaker, "call", actor=actor, changes={"called_at": moment})


@transaction.atomic
def finish(*, actor: Actor, speaker: Speaker, at: datetime | None = None) -> Speaker:
    return move(speaker, "finish", actor=actor, changes={"ended_at": at or clock.now()})


@transaction.atomic
def leave(*, actor: Actor, speaker: Speaker, at: datetime | None = None) -> Speaker:
    """Off the list, by herself or by the facilitator."""
    return move(speaker, "leave", actor=actor, changes={"ended_at": at or clock.now(), "label": ""})


@transaction.atomic
def ask(*, actor: Actor, registration: Registration, body: str) -> Question:
    """A question from somebody on the list. She counts as its first supporter.

    Raises:
        RefusedError: 403 not on the list or not the time; 422 too short or too long.
    """
    policy.require("meetings.room.take_part", actor, registration)
    question = put(meeting=registration.meeting, registration=registration, body=body, at=clock.now())
    insert_once(QuestionSupport(question=question, registration=registration, at=question.at))
    return question


def put(*, meeting: Meeting, registration: Registration | None, body: str, at: datetime) -> Question:
    """Write a question down; the caller has asked the policy."""
    words = text.clean_line(body)
    if not BODY_MIN <= len(words) <= BODY_MAX:
        raise RefusedError(
            _("A question has between %(low)s and %(high)s characters; this one has %(have)s.")
            % {"low": BODY_MIN, "high": BODY_MAX, "have": len(words)},
            "question.length",
            status=422,
        )
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    last: int | None = locked.questions.aggregate(last=Max("place"))["last"]
    return Question.objects.create(
        meeting=locked,
        place=(last or 0) + 1,
        registration=registration,
        body=words,
        language=text.language_of(words),
        at=at,
    )


@transaction.atomic
def support(*, actor: Actor, registration: Registration, question: Question) -> bool:
    """One participant wants it answered. Once: a second press changes nothing and is no error. Whether it is new."""
    policy.require("meetings.room.take_part", actor, registration)
    if question.meeting_id != registration.meeting_id or question.state != Asked.OPEN:
        raise RefusedError(
            _("This question is answered or was taken down meanwhile."), "question.state", status=409
        )
    return insert_once(QuestionSupport(question=question, registration=registration, at=clock.now()))


@transaction.atomic
def answer(*, actor: Actor, question: Question) -> Question:
    """It was answered in the room."""
    return move(question, "answer", actor=actor, changes={"answered_at": clock.now()})


@transaction.atomic
def reopen(*, actor: Actor, question: Question) -> Question:
    return move(question, "reopen", actor=actor, changes={"answered_at": None})


@transaction.atomic
def merge(*, actor: Actor, question: Question, into: Question) -> Question:
    """It asks the same as another one: who stands behind it stands behind that one, each once.

    Raises:
        RefusedError: 422 into itself, into another meeting's or into one that is not open.
    """
    if question.pk == into.pk or question.meeting_id != into.meeting_id or into.state != Asked.OPEN:
        raise RefusedError(_("Choose another open question of this meeting."), "question.merge", status=422)
    fresh = move(question, "merge", actor=actor, changes={"merged_into": into}, payload={"into": into.place})
    for row in fresh.supports.all():
        insert_once(QuestionSupport(question=into, registration_id=row.registration_id, at=row.at))
    return fresh


@transaction.atomic
def hide(*, actor: Actor, question: Question, code: str, reason: str) -> Question:
    """Take it down, for one of the published reasons.

    Raises:
        RefusedError: 422 without a reason.
    """
    if code not in HideReason.values:
        raise RefusedError(_("Choose why it is taken down."), "question.reason", status=422)
    return move(
        question,
        "hide",
        actor=actor,
        reason_code=code,
        reason=reason or str(HideReason(code).label),
        changes={"hide_reason": code},
    )


@transaction.atomic
def restore(*, actor: Actor, question: Question, reason: str) -> Question:
    return move(question, "restore", actor=actor, reason=reason, changes={"hide_reason": ""})
