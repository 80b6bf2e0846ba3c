"""The answer clock: started, paused, extended and stopped by events that anyone can replay."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import pauses
from madang.commons.matters.enums import ExtensionReason, PauseReason
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Clock, ClockEvent, Inquiry, Matter, Outage
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.calendar import SpecialDay, calendar
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.logic import deadlines
from madang.kernel.models import CalendarDay, Rule

CLAIMED = ("amount", "unit", "with_consent")
WHOLE_DAYS = "whole_days"
SUPPLEMENT_DAYS = 14
REFUSALS = {
    "extension_reason_barred": _(
        "The rules do not allow this reason: too much work or an absent officer never lengthens the period."
    ),
    "extension_reason_not_permitted": _("The rules do not know this reason for an extension."),
    "no_extension_left": _("The period has been extended as often as the rules allow."),
    "extension_needs_consent": _("A second extension needs the author's consent."),
    "extension_too_long": _("An extension may not be longer than the original period."),
    "extension_too_late": _("The period has already run out; it can no longer be extended."),
    "pause_reason_not_permitted": _("The rules do not know this reason for stopping the clock."),
    "already_paused": _("The clock is stopped already."),
    "not_paused": _("The clock is running."),
}


def work_calendar() -> Any:
    """The calendar with the days that were declared since its data file."""
    extra = [
        SpecialDay(row.date, row.kind, row.name_ko, row.name_en, row.source, True)  # type: ignore[arg-type]
        for row in CalendarDay.objects.order_by("date")
    ]
    return calendar(extra)


def clock_rule(rule: Rule) -> deadlines.Rule:
    """The part of a frozen rule that concerns clocks."""
    terms = rule.body.get("clock", {})
    return deadlines.Rule(
        code=rule.code,
        version=str(rule.version),
        pause_reasons=frozenset(terms.get("pause_reasons", PauseReason.values)),
        extension_reasons=frozenset(
            terms.get("extension_reasons", ["cooperation", "fact_check", "force_majeure"])
        ),
        barred_reasons=frozenset(
            terms.get("barred_reasons", [ExtensionReason.OVERWORK.value, ExtensionReason.ABSENT.value])
        ),
        extensions=terms.get("extensions", 1),
        extensions_with_consent=terms.get("extensions_with_consent", 1),
    )


def answer_period(rule: Rule) -> deadlines.Period:
    """How long the institution has, e.g. `{"amount": 30, "unit": "calendar_days"}`."""
    terms = rule.body["answer"]
    return deadlines.Period(terms["amount"], terms["unit"])


def _as_event(row: ClockEvent, rule: deadlines.Rule) -> deadlines.Event:
    kinds = ClockEvent.Kind
    if row.kind == kinds.STARTED:
        return deadlines.Started(row.at, deadlines.Period(row.amount or 1, row.unit), rule)  # type: ignore[arg-type]
    if row.kind == kinds.PAUSED:
        return deadlines.Paused(row.at, row.reason_code)
    if row.kind == kinds.RESUMED:
        return deadlines.Resumed(row.at)
    if row.kind == kinds.EXTENDED:
        period = deadlines.Period(row.amount or 1, row.unit)  # type: ignore[arg-type]
        return deadlines.Extended(row.at, period, row.reason_code, row.with_consent)
    if row.kind == kinds.OUTAGE:
        return deadlines.Outage(row.at, row.until or row.at, row.unit == WHOLE_DAYS)
    return deadlines.Stopped(row.at)


def replay(
    row: Clock,
    *,
    now: datetime | None = None,
    days: Any = None,
    lasting: deadlines.Outage | None = None,
) -> deadlines.ClockState:
    """Recompute a clock from its events: where it stands, and day by day why.

    Args:
        days: the work calendar, for who replays many clocks.
        lasting: an outage that has not ended, as if it ended now.
    """
    rule, rows = clock_rule(row.rule), list(row.events.all())
    kinds = ClockEvent.Kind
    undone = {event.outage_id for event in rows if event.kind == kinds.UNDONE}
    events = [
        _as_event(event, rule)
        for event in rows
        if event.kind != kinds.UNDONE and not (event.kind == kinds.OUTAGE and event.outage_id in undone)
    ]
    if lasting:
        events.append(lasting)
    return deadlines.replay(events, days or work_calendar(), now=now or clock.now())


def outage_event(row: Clock, outage: Outage) -> ClockEvent:
    """The unsaved event by which a clock leaves out an outage that has ended."""
    whole = outage.rule.body.get("whole_days", False)
    return ClockEvent(
        clock=row,
        kind=ClockEvent.Kind.OUTAGE,
        at=outage.starts_at,
        until=outage.ends_at,
        outage=outage,
        unit=WHOLE_DAYS if whole else "",
    )


@transaction.atomic
def recount(*, day: date) -> int:
    """Count the running clocks anew after a day changed its kind; whoever follows is told of a moved date.

    Returns:
        How many due dates moved.
    """
    moved = 0
    running = Clock.objects.filter(state=Clock.State.RUNNING, started_at__date__lte=day)
    for row in running.select_related("rule", "matter").select_for_update(of=("self",)):
        due = replay(row).due
        if due != row.due_at:
            Clock.objects.filter(pk=row.pk).update(due_at=due)
            Matter.objects.filter(pk=row.matter_id).update(due_at=due)
            publish(MatterChanged(row.matter_id, "recounted"))
            moved += 1
    return moved


def start(*, matter: Matter, rule: Rule, at: datetime) -> Clock:
    """Start the clock on the institution (inside the caller's transaction)."""
    period = answer_period(rule)
    at = at.replace(microsecond=0)
    row = Clock.objects.create(
        matter=matter, rule=rule, started_at=at, due_at=deadlines.due(at, period, work_calendar())
    )
    ClockEvent.objects.create(
        clock=row, kind=ClockEvent.Kind.STARTED, at=at, amount=period.amount, unit=period.unit
    )
    # What is entered late, from paper, may have begun before an outage that was declared already.
    known = Outage.objects.filter(undone_at__isnull=True, ends_at__gt=at).select_related("rule")
    if missed := [outage_event(row, outage) for outage in known]:
        ClockEvent.objects.bulk_create(missed)
        row.due_at = replay(row, now=at).due
        row.save(update_fields=["due_at"])
    Matter.objects.filter(pk=matter.pk).update(due_at=row.due_at)
    return row


def stop(*, matter: Matter, at: datetime) -> None:
    """Stop the running clock, if there is one."""
    row = matter.clocks.filter(stopped_at__isnull=True).first()
    if row is None:
        return
    at = at.replace(microsecond=0)
    if row.state == Clock.State.PAUSED:
        ClockEvent.objects.create(clock=row, kind=ClockEvent.Kind.RESUMED, at=at)
    ClockEvent.objects.create(clock=row, kind=ClockEvent.Kind.STOPPED, at=at)
    row.due_at = replay(row, now=at).due
    row.state, row.stopped_at = Clock.State.STOPPED, at
    row.save(update_fields=["state", "stopped_at", "due_at"])
    Matter.objects.filter(pk=matter.pk).update(due_at=None)


def _turn(
    matter: Matter, step: str, *, actor: Actor, state: str, what: str, event: dict[str, Any], reason: str = ""
) -> Clock:
    """Add an event to the running clock under the matter's lock; the rule may refuse it."""
    fresh = move(
        matter,
        step,
        actor=actor,
        reason_code=event.get("reason_code", ""),
        reason=reason,
        # What the office claims (how much, and with the author's consent) is bound by the public log.
        payload={"clock": event["kind"], **{name: event[name] for name in CLAIMED if name in event}},
    )
    row = fresh.clocks.filter(stopped_at__isnull=True).select_related("rule").first()
    if row is None:
        raise RefusedError(_("No clock is running for this."), "clock.none", status=409)
    now = clock.now().replace(microsecond=0)
    ClockEvent.objects.create(clock=row, at=now, reason=reason, by=actor.user, **event)
    try:
        stands = replay(row, now=now)
    except deadlines.ClockRefusedError as refusal:
        raise RefusedError(
            REFUSALS.get(refusal.code.removeprefix("clock."), _("The rules do not allow this now.")),
            refusal.code,
            status=422,
        ) from refusal
    row.state, row.due_at, row.extensions = state, stands.due, stands.extensions
    row.save(update_fields=["state", "due_at", "extensions"])
    # A paused clock has no due date; it comes back when the clock runs again.
    Matter.objects.filter(pk=fresh.pk).update(due_at=None if state == Clock.State.PAUSED else row.due_at)
    publish(MatterChanged(fresh.pk, what, actor.user.pk if actor.user else None))
    return row


@transaction.atomic
def pause(*, actor: Actor, matter: Matter, reason_code: str, reason: str) -> Clock:
    """Stop the clock for a permitted reason and for so long at most; the author is told what is asked of her."""
    event = {"kind": ClockEvent.Kind.PAUSED, "reason_code": reason_code}
    row = _turn(
        matter, "pause", actor=actor, state=Clock.State.PAUSED, what="paused", event=event, reason=reason
    )
    stop = row.events.filter(kind=ClockEvent.Kind.PAUSED).order_by("at", "pk").last()
    if stop and (until := pauses.require_time(row, reason_code, stop.at)):
        ClockEvent.objects.filter(pk=stop.pk).update(until=until)
    if reason_code == PauseReason.SUPPLEMENT:
        ask(actor=actor, matter=matter, question=reason)
    return row


def ask(*, actor: Actor, matter: Matter, question: str) -> Inquiry:
    """Write down what the author is asked, inside the act that stopped the clock; see `inquiries`."""
    fresh = Matter.objects.select_related("rule", "responsible").get(pk=matter.pk)
    now = clock.now()
    return Inquiry.objects.create(
        matter=fresh,
        question=question,
        at=now,
        due_at=now + timedelta(days=int(fresh.rule.body.get("supplement_days", SUPPLEMENT_DAYS))),
        office=fresh.responsible,
        by=actor.user,
    )


@transaction.atomic
def resume(*, actor: Actor, matter: Matter, reason: str = "") -> Clock:
    """Let the clock run on."""
    event = {"kind": ClockEvent.Kind.RESUMED}
    return _turn(
        matter, "resume", actor=actor, state=Clock.State.RUNNING, what="resumed", event=event, reason=reason
    )


@transaction.atomic
def extend(
    *, actor: Actor, matter: Matter, reason_code: str, reason: str, amount: int, with_consent: bool = False
) -> Clock:
    """Lengthen the period once, for a permitted reason, within the original period.

    Raises:
        RefusedError: 422 with the rule that forbids it; nothing is written.
    """
    row = matter.clocks.filter(stopped_at__isnull=True).select_related("rule").first()
    unit = answer_period(row.rule).unit if row else "calendar_days"
    event = {
        "kind": ClockEvent.Kind.EXTENDED,
        "reason_code": reason_code,
        "amount": amount,
        "unit": unit,
        "with_consent": with_consent,
    }
    return _turn(
        matter,
        "extend",
        actor=actor,
        state=row.state if row else "running",
        what="extended",
        event=event,
        reason=reason,
    )
