"""Following a promise to its effect, from evidence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import EffectState
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Effect, EffectReport, Matter
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.traces import draw
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import Organisation, Trace

STEP = {
    EffectState.PROMISED: "report",
    EffectState.UNDER_WAY: "begin",
    EffectState.DONE: "finish",
    EffectState.STOPPED: "stop",
}
ENDS = (EffectState.DONE, EffectState.STOPPED)


_kept_elsewhere: list[Callable[[Effect], str | Promise]] = []


def is_kept_elsewhere(knows: Callable[[Effect], str | Promise]) -> None:
    """A service says why a promise cannot be brought to its end yet: it ends with something else. Empty where it can."""
    _kept_elsewhere.append(knows)


@transaction.atomic
def promise(*, actor: Actor, matter: Matter, owner: Organisation, what: str, promised_on: date) -> Effect:
    """An office promises something for a matter outside of an answer, as after a vote. Followed as any other promise."""
    effect = Effect(matter=matter, owner=owner, what=what, promised_on=promised_on)
    policy.require("matters.effect.promise", actor, effect)
    effect.save()
    audit.record(
        actor=actor,
        action="matters.effect.promise",
        target=effect.reference,
        after=effect.state,
        organisation=owner,
        is_public=effect.is_public,
        payload={"matter": matter.reference, "promised_on": promised_on.isoformat()},
    )
    draw(actor=actor, kind=Trace.Kind.BECOMES, source=matter.reference, target=effect.reference)
    publish(MatterChanged(matter.pk, "effect", actor.user.pk if actor.user else None))
    return effect


@transaction.atomic
def report(*, actor: Actor, effect: Effect, state: str, text: str, evidence_url: str = "") -> Effect:
    """Say how a promise stands. "Done" needs evidence that a citizen can open.

    Raises:
        RefusedError: 422 without text, or done without evidence; 409 where it ends with something else that goes on.
    """
    if state not in STEP:
        raise RefusedError(_("Choose how the promise stands."), "effect.state", status=422)
    if state == EffectState.DONE and not evidence_url:
        raise RefusedError(
            _("“Done” needs evidence: give a link to a photo, document or page that shows it."),
            "effect.evidence",
            status=422,
        )
    if state in ENDS:
        why = next((said for knows in _kept_elsewhere if (said := knows(effect))), "")
        if why:
            raise RefusedError(why, "effect.elsewhere", status=409)
    step = STEP[EffectState(state)]
    if step == "begin" and effect.state == EffectState.UNDER_WAY:
        step = "report"
    fresh = move(
        effect,
        step,
        actor=actor,
        reason=text,
        payload={"evidence": evidence_url},
        changes={"done_on": clock.today()} if state == EffectState.DONE else {},
    )
    EffectReport.objects.create(
        effect=fresh, at=clock.now(), state=fresh.state, text=text, evidence_url=evidence_url, by=actor.user
    )
    publish(MatterChanged(fresh.matter_id, "effect", actor.user.pk if actor.user else None))
    return fresh
