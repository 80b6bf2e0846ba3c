"""A matter that is answered together with another one which says the same: it keeps receipt, clock and author."""

from __future__ import annotations

from django.db import transaction

from madang.commons.matters.domain import clocks, handling
from madang.commons.matters.enums import State
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Answer, Matter
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.domain.traces import draw
from madang.kernel.domain.transitions import move
from madang.kernel.events import publish
from madang.kernel.models import Trace


@transaction.atomic
def follow(*, actor: Actor, matter: Matter, lead: Matter) -> Matter:
    """Go to the office that has the lead. It counts as no transfer: the office that answers is told once."""
    office = lead.responsible
    moves = matter.responsible_id != office.pk
    fresh = move(
        matter,
        "follow",
        actor=actor,
        organisation=office,
        payload={"office": office.code},
        changes={"responsible": office, "officer": lead.officer},
    )
    if moves:
        handling.hand_to(fresh, office, actor=actor, at=clock.now(), step="follow")
        fresh.answers.exclude(state=Answer.State.PUBLISHED).delete()
    publish(MatterChanged(fresh.pk, "assigned"))
    return fresh


@transaction.atomic
def answer_with(*, actor: Actor, matter: Matter, answer: Answer, reason: str = "") -> Answer:
    """Give a matter the published answer of the one it goes with; its own clock stops and its author is told.

    What the answer promises is followed at the lead alone: one promise, not as many as there are authors.

    Args:
        reason: the words, where they are not the same to the letter.
    """
    assert answer.state == Answer.State.PUBLISHED
    now = clock.now()
    fresh = Matter.objects.select_for_update().get(pk=matter.pk)
    fresh.answers.exclude(state=Answer.State.PUBLISHED).delete()
    words = reason or answer.reason
    if fresh.state != State.ASSIGNED or fresh.responsible_id != answer.office_id:
        # Nothing is answered by an office that never had it.
        fresh = follow(actor=actor, matter=fresh, lead=answer.matter)
    made = Answer.objects.create(
        matter=fresh,
        version=fresh.answers.count() + 1,
        office=answer.office,
        state=Answer.State.PUBLISHED,
        disposition=answer.disposition,
        reason=words,
        next_step=answer.next_step,
        owner=answer.owner,
        promised_on=answer.promised_on,
        drafted_by=answer.drafted_by,
        drafted_at=answer.drafted_at,
        approved_by=answer.approved_by,
        published_at=now,
    )
    made.writers.set(answer.writers.all())
    fresh = move(
        fresh,
        "answer_with",
        actor=actor,
        organisation=answer.office,
        reason_code=answer.disposition,
        reason=words,
        payload={"answer": made.reference, "disposition": answer.disposition},
        changes={"disposition": answer.disposition, "ended_at": now},
    )
    clocks.stop(matter=fresh, at=now)
    draw(actor=actor, kind=Trace.Kind.ANSWERS, source=made.reference, target=fresh.reference)
    publish(MatterChanged(fresh.pk, "answered"))
    return made


@transaction.atomic
def reconsider(*, actor: Actor, matter: Matter, reason: str) -> Matter:
    """A board has the office answer again, with a new clock."""
    fresh = move(
        matter, "reconsider", actor=actor, reason=reason, changes={"disposition": "", "ended_at": None}
    )
    last = fresh.clocks.last()
    clocks.start(matter=fresh, rule=last.rule if last else fresh.rule, at=clock.now())
    publish(MatterChanged(fresh.pk, "reconsidered", actor.user.pk if actor.user else None))
    return fresh


@transaction.atomic
def cover(*, actor: Actor, matter: Matter, title: str, body: str, reason: str, parts: int) -> Matter:
    """Put a copy with covered parts in the place of the words. The caller keeps the original."""
    fresh = move(
        matter,
        "cover",
        actor=actor,
        reason=reason,
        payload={"parts": parts},
        changes={"title": title, "body": body},
    )
    publish(MatterChanged(fresh.pk, "covered", actor.user.pk if actor.user else None))
    return fresh


@transaction.atomic
def fall_back(*, actor: Actor, matter: Matter) -> Matter:
    """Its officer cannot go on: it waits for another one of the same office; date and clock stay."""
    fresh = move(matter, "fall_back", actor=actor, organisation=matter.responsible, changes={"officer": None})
    publish(MatterChanged(fresh.pk, "fell_back"))
    return fresh
