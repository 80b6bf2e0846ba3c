"""A second extension needs the author's consent (decree art. 21): the office asks, she says yes or no, in the log."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import queries
from madang.commons.matters.domain import clocks, counting
from madang.commons.matters.enums import State
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Clock, Matter, MoreTime
from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.logic import deadlines


def needs_consent(running: Clock) -> bool:
    """Whether the next extension of this clock is one that only the author can grant."""
    rule = counting.clock_rule(running.rule)
    return rule.extensions <= running.extensions < rule.extensions + rule.extensions_with_consent


def open_request(matter_id: int) -> MoreTime | None:
    """What an office asks of the author of this matter; None where it asks for no time."""
    return MoreTime.objects.filter(matter=matter_id, state="open").select_related("matter", "office").first()


def open_to(actor: Actor) -> QuerySet[MoreTime]:
    """What offices ask this person to agree to, by account or by the receipts of this session; what ends first, first."""
    mine = queries.filed_by(actor).order_by().values("pk")
    return (
        MoreTime.objects.filter(matter__in=mine, state="open")
        .select_related("matter", "office")
        .order_by("matter__due_at", "pk")
    )


@transaction.atomic
def ask(*, actor: Actor, matter: Matter, reason_code: str, reason: str, amount: int) -> MoreTime:
    """The office asks; the clock runs on. The rules refuse what they would refuse an extension.

    Raises:
        RefusedError: 422 with the rule that forbids it, 409 where she is asked already.
    """
    fresh = Matter.objects.select_for_update().select_related("responsible").get(pk=matter.pk)
    policy.require("matters.matter.extend", actor, fresh)
    running = fresh.clocks.filter(state=Clock.State.RUNNING).select_related("rule").first()
    if fresh.state != State.ASSIGNED or running is None:
        raise RefusedError(_("No clock is running for this."), "clock.none", status=409)
    if MoreTime.objects.filter(matter=fresh, state="open").exists():
        raise RefusedError(
            _("The author is asked already. Wait for her answer."), "more_time.open", status=409
        )
    if not reason.strip():
        raise RefusedError(_("Give a reason in a sentence; it is published."), "flow.reason", status=422)
    if not needs_consent(running) and running.extensions == 0:
        raise RefusedError(_("The first extension needs no consent."), "more_time.first", status=422)
    now, unit = clock.now().replace(microsecond=0), clocks.answer_period(running.rule).unit
    wanted = deadlines.Extended(now, deadlines.Period(amount, unit), reason_code, consent=True)
    try:
        counting.replay(running, now=now, also=[wanted])
    except deadlines.ClockRefusedError as refusal:
        raise clocks.refused(refusal) from refusal
    row = MoreTime.objects.create(
        matter=fresh,
        reason_code=reason_code,
        reason=reason.strip(),
        amount=amount,
        unit=unit,
        at=now,
        office=fresh.responsible,
        by=actor.user,
    )
    audit.record(
        actor=actor,
        action="matters.more_time.ask",
        target=row.reference,
        reason_code=reason_code,
        reason=row.reason,
        organisation=fresh.responsible,
        is_public=fresh.is_public,
        payload={"matter": fresh.reference, "amount": amount, "unit": unit},
    )
    publish(MatterChanged(fresh.pk, "more_time_asked", actor.user.pk if actor.user else None))
    return row


@transaction.atomic
def agree(*, actor: Actor, request: MoreTime, words: str = "") -> MoreTime:
    """The author agrees; the period is longer from this moment on.

    Raises:
        RefusedError: 409 where it is not asked any more, 422 where the period has run out meanwhile.
    """
    matter = Matter.objects.select_for_update().get(pk=request.matter_id)
    fresh = _decide(actor, request, "agree", words)
    clocks.extend(
        actor=system("consent"),
        matter=matter,
        reason_code=fresh.reason_code,
        reason=fresh.reason,
        amount=fresh.amount,
        consent=fresh,
    )
    return fresh


@transaction.atomic
def refuse(*, actor: Actor, request: MoreTime, words: str = "") -> MoreTime:
    """The author does not agree; the period stays as it is."""
    matter = Matter.objects.select_for_update().get(pk=request.matter_id)
    fresh = _decide(actor, request, "refuse", words)
    publish(MatterChanged(matter.pk, "more_time_refused", actor.user.pk if actor.user else None))
    return fresh


def _decide(actor: Actor, request: MoreTime, step: str, words: str) -> MoreTime:
    words = text.clean(words)
    return move(
        request,
        step,
        actor=actor,
        payload={"matter": request.matter.reference},
        changes={"words": words, "decided_at": clock.now()},
    )


def close_stale(matter_id: int) -> None:
    """The matter left the office that asked, or ended: nothing is asked any more."""
    for row in MoreTime.objects.filter(matter=matter_id, state="open").select_related("matter"):
        if row.matter.state != State.ASSIGNED or row.matter.responsible_id != row.office_id:
            move(row, "close", actor=system("clock"))


def close_over() -> int:
    """Requests whose period has run out: silence is no consent. Each is moved once."""
    over = MoreTime.objects.filter(state="open", matter__due_at__lt=clock.now()).order_by("at")
    closed = 0
    for row in over.select_related("matter")[:200]:
        closed += _close_over(row)
    return closed


@transaction.atomic
def _close_over(row: MoreTime) -> bool:
    Matter.objects.select_for_update().get(pk=row.matter_id)
    if not MoreTime.objects.filter(pk=row.pk, state="open", matter__due_at__lt=clock.now()).exists():
        return False
    move(row, "close", actor=system("clock"))
    return True
