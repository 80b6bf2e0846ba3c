"""Draft, submit, approve, publish; and the objection that asks for another answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import clocks
from madang.commons.matters.enums import ADOPTING, answers_to
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Answer, Effect, Matter
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain.traces import draw
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish as publish_fact
from madang.kernel.models import Organisation, Trace

REASON_MIN = 20


@transaction.atomic
def save(
    *,
    actor: Actor,
    matter: Matter,
    disposition: str = "",
    reason: str = "",
    next_step: str = "",
    owner: Organisation | None = None,
    promised_on: date | None = None,
) -> Answer:
    """Keep the office's draft, complete or not. The first save makes it, later ones change it."""
    fresh = Matter.objects.select_for_update().get(pk=matter.pk)
    if fresh.state != "assigned":
        raise RefusedError(_("This is not with your office any more."), "answer.state", status=409)
    fields: dict[str, Any] = {
        "disposition": disposition,
        "reason": reason,
        "next_step": next_step,
        "owner": owner,
        "promised_on": promised_on,
    }
    answer = fresh.answers.exclude(state=Answer.State.PUBLISHED).first()
    if answer is None:
        draft = Answer(
            matter=fresh,
            version=fresh.answers.count() + 1,
            office=fresh.responsible,
            drafted_by=actor.user,
            drafted_at=clock.now(),
            **fields,
        )
        policy.require("matters.answer.save", actor, draft)
        draft.save()
        draft.writers.add(actor.account)
        if fresh.officer_id is None:
            fresh.officer = actor.user
            fresh.save(update_fields=["officer"])
        return draft
    policy.require("matters.answer.save", actor, answer)
    if answer.state != Answer.State.DRAFT:
        raise RefusedError(
            _("The draft is with the approver. Wait until it comes back."), "answer.submitted", status=409
        )
    # Keeping a draft moves no state and is the office's own: it is not an act for the ledger.
    for name, value in fields.items():
        setattr(answer, name, value)
    answer.save()
    answer.writers.add(actor.account)
    return answer


def problems(answer: Answer) -> dict[str, Any]:
    """What an answer still lacks, by field."""
    missing: dict[str, Any] = {}
    if answer.disposition not in answers_to(answer.matter.kind):
        missing["disposition"] = _("Choose how the matter is decided.")
    if len(answer.reason.strip()) < REASON_MIN:
        missing["reason"] = _("Give the reason in plain words, at least 20 characters.")
    if answer.disposition in ADOPTING:
        if answer.owner_id is None:
            missing["owner"] = _("Name the office that will carry it out.")
        if answer.promised_on is None:
            missing["promised_on"] = _("Give the day by which it is promised.")
        elif answer.promised_on < clock.today():
            missing["promised_on"] = _("The promised day lies in the past. Choose a day from today on.")
    return missing


_also_lacks: list[Callable[[Answer], list[str | Promise]]] = []


def also_lacks(knows: Callable[[Answer], list[str | Promise]]) -> None:
    """A service says what an answer to one of its matters lacks beside what every answer needs."""
    _also_lacks.append(knows)


def _require_whole(answer: Answer) -> None:
    missing = [*problems(answer).values(), *(said for knows in _also_lacks for said in knows(answer))]
    if missing:
        raise RefusedError(" ".join(str(reason) for reason in missing), "answer.incomplete", status=422)


@transaction.atomic
def submit(*, actor: Actor, answer: Answer) -> Answer:
    """Hand the draft to the approver. It must be whole."""
    fresh = move(answer, "submit", actor=actor, changes={"return_note": ""})
    _require_whole(fresh)
    return fresh


@transaction.atomic
def give_back(*, actor: Actor, answer: Answer, reason: str) -> Answer:
    """The approver returns the draft with a reason that the drafter reads.

    The act keeps the words that were returned, so that the next version can be compared with them.
    """
    answer = Answer.objects.select_for_update().get(pk=answer.pk)
    returned = {
        "disposition": answer.disposition,
        "reason": answer.reason,
        "next_step": answer.next_step,
        "owner": answer.owner.code if answer.owner else None,
        "promised_on": answer.promised_on.isoformat() if answer.promised_on else None,
    }
    return move(
        answer,
        "give_back",
        actor=actor,
        reason=reason,
        payload={"returned": returned},
        changes={"return_note": reason},
    )


@transaction.atomic
def publish(*, actor: Actor, answer: Answer) -> Answer:
    """Approve and publish: the clock stops, the disposition stands, everybody concerned is told.

    What is adopted becomes a promise with owner and date that is followed until it is done or stopped.
    """
    # The matter first, then the answer: the order in which passing it on locks them.
    Matter.objects.select_for_update().get(pk=answer.matter_id)
    now = clock.now()
    fresh = move(answer, "publish", actor=actor, changes={"approved_by": actor.user, "published_at": now})
    _require_whole(fresh)
    matter = move(
        fresh.matter,
        "answer",
        actor=actor,
        organisation=fresh.office,
        reason_code=fresh.disposition,
        reason=fresh.reason,
        payload={
            "answer": fresh.reference,
            "disposition": fresh.disposition,
            "promised_on": fresh.promised_on.isoformat() if fresh.promised_on else None,
        },
        changes={"disposition": fresh.disposition, "ended_at": now},
    )
    clocks.stop(matter=matter, at=now)
    draw(actor=actor, kind=Trace.Kind.ANSWERS, source=fresh.reference, target=matter.reference)
    if fresh.disposition in ADOPTING and fresh.owner is not None:
        effect = Effect.objects.create(
            matter=matter,
            answer=fresh,
            owner=fresh.owner,
            what=fresh.next_step or fresh.reason,
            promised_on=fresh.promised_on,
        )
        draw(actor=actor, kind=Trace.Kind.BECOMES, source=matter.reference, target=effect.reference)
    publish_fact(MatterChanged(matter.pk, "answered", actor.user.pk if actor.user else None))
    return fresh


def objection_until(matter: Matter) -> date | None:
    """The last day on which the author may object to the latest answer, or None if she may not."""
    answer = matter.answers.filter(state=Answer.State.PUBLISHED).order_by("-version").first()
    limit = int(matter.rule.body.get("objections", 1))
    if matter.state != "answered" or answer is None or answer.published_at is None or answer.version > limit:
        return None
    return clock.seoul(answer.published_at).date() + timedelta(
        days=int(matter.rule.body.get("objection_days", 15))
    )


@transaction.atomic
def object_to(*, actor: Actor, matter: Matter, reason: str) -> Matter:
    """The author asks for another answer. It goes back to the same office, with a new clock.

    Raises:
        RefusedError: 422 after the last day or a second time.
    """
    until = objection_until(matter)
    if until is None or clock.today() > until:
        raise RefusedError(_("The time for an objection is over."), "objection.over", status=422)
    fresh = move(matter, "object", actor=actor, reason=reason, changes={"disposition": "", "ended_at": None})
    last = fresh.clocks.last()
    clocks.start(matter=fresh, rule=last.rule if last else fresh.rule, at=clock.now())
    publish_fact(MatterChanged(fresh.pk, "objected", actor.user.pk if actor.user else None))
    return fresh
