"""Following a promise to its effect, from evidence."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import EffectState
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Effect, EffectReport
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish

STEP = {
    EffectState.PROMISED: "report",
    EffectState.UNDER_WAY: "begin",
    EffectState.DONE: "finish",
    EffectState.STOPPED: "stop",
}


@transaction.atomic
def report(*, actor: Actor, effect: Effect, state: str, text: str, evidence_url: str = "") -> Effect:
    """Say how a promise stands. "Done" needs evidence that a citizen can open.

    Raises:
        RefusedError: 422 without text, or done without evidence.
    """
    if state not in STEP:
        raise RefusedError(_("Choose how the promise stands."), "effect.state", status=422)
    if state == EffectState.DONE and not evidence_url:
        raise RefusedError(
            _("“Done” needs evidence: give a link to a photo, document or page that shows it."),
            "effect.evidence",
            status=422,
        )
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
