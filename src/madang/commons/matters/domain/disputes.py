"""Disputing "done": a citizen says it is not done, the office replies, an arbiter who reported nothing decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import EffectState
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Dispute, Effect, EffectReport
from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish

REPLY_DAYS = 14


def _tell(dispute: Dispute, what: str, actor: Actor) -> None:
    publish(MatterChanged(dispute.effect.matter_id, what, actor.user.pk if actor.user else None))


@transaction.atomic
def open_one(*, actor: Actor, effect: Effect, reason: str, evidence_url: str = "") -> Dispute:
    """Say that a promise is not done though it is reported so. The office has the days of the rules to reply.

    Raises:
        RefusedError: 409 where one is open already, or this person disputed the same report before.
    """
    effect = Effect.objects.select_for_update(of=("self",)).select_related("matter__rule").get(pk=effect.pk)
    policy.require("matters.effect.dispute", actor, effect)
    reason = text.clean(reason)
    if not reason or effect.done_on is None:
        raise RefusedError(_("Say what is not done."), "dispute.reason", status=422)
    now = clock.now()
    days = int(effect.matter.rule.body.get("dispute_reply_days", REPLY_DAYS))
    try:
        with transaction.atomic():
            row = Dispute.objects.create(
                effect=effect,
                done_on=effect.done_on,
                by=actor.account,
                at=now,
                reason=reason,
                evidence_url=evidence_url,
                due_at=now + timedelta(days=days),
            )
    except IntegrityError as clash:
        raise RefusedError(
            _("It is disputed already, or you have disputed this report before."), "dispute.twice", status=409
        ) from clash
    audit.record(
        actor=actor,
        action="matters.dispute.open",
        target=row.reference,
        is_public=row.is_public,
        reason=reason,
        payload={"effect": effect.reference, "done_on": effect.done_on.isoformat(), "evidence": evidence_url},
    )
    _tell(row, "disputed", actor)
    return row


@transaction.atomic
def reply(*, actor: Actor, dispute: Dispute, words: str) -> Dispute:
    """The office that owns the promise says how it stands."""
    words = text.clean(words)
    changes = {"reply": words, "replied_at": clock.now()}
    fresh = move(dispute, "reply", actor=actor, reason=words, changes=changes)
    _tell(fresh, "dispute_replied", actor)
    return fresh


@transaction.atomic
def take_back(*, actor: Actor, dispute: Dispute) -> Dispute:
    """Whoever disputed it is satisfied."""
    fresh = move(dispute, "take_back", actor=actor)
    _tell(fresh, "dispute_taken_back", actor)
    return fresh


@transaction.atomic
def decide(*, actor: Actor, dispute: Dispute, is_upheld: bool, reason: str) -> Dispute:
    """The arbiter decides. Upheld: the promise is under way again, and its day of completion goes."""
    reason = text.clean(reason)
    # The promise first, then the dispute: the order in which opening one locks.
    effect = Effect.objects.select_for_update(of=("self",)).get(pk=dispute.effect_id)
    changes: dict[str, Any] = {
        "decision": reason,
        "decided_at": clock.now(),
        "decided_by": actor.user,
    }
    step = "uphold" if is_upheld else "refuse"
    fresh = move(dispute, step, actor=actor, reason=reason, changes=changes)
    if is_upheld:
        move(effect, "reopen", actor=actor, reason=reason, changes={"done_on": None})
        EffectReport.objects.create(
            effect=effect, at=clock.now(), state=EffectState.UNDER_WAY, text=reason, by=actor.user
        )
    _tell(fresh, "dispute_upheld" if is_upheld else "dispute_refused", actor)
    return fresh
