"""The answer clock: started, paused, extended and stopped by events that anyone can replay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import pauses, site_rules
from madang.commons.matters.domain.counting import (
    answer_period,
    clock_rule,
    keep,
    outage_event,
    put,
    replay,
    show,
    work_calendar,
)
from madang.commons.matters.enums import PauseReason
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Clock, ClockEvent, Matter, MoreTime, Outage
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.logic import deadlines
from madang.kernel.models import Organisation, Rule

__all__ = [
    "REFUSALS",
    "answer_period",
    "clock_rule",
    "extend",
    "outage_event",
    "pause",
    "received",
    "recount",
    "refused",
    "replay",
    "resume",
    "retime",
    "start",
    "stop",
    "work_calendar",
]

CLAIMED = ("amount", "unit", "with_consent")
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


@transaction.atomic
def recount(*, day: date) -> int:
    """Count clocks anew after a day changed its kind; whoever follows is told of a moved date.

    A stopped clock whose period had not run out on that day is counted too: anyone who replays it reads the same calendar.

    Returns:
        How many due dates moved.
    """
    moved = 0
    began = Clock.objects.filter(started_at__date__lte=day).exclude(state=Clock.State.PAUSED)
    open_then = Q(state=Clock.State.RUNNING) | Q(due_at__date__gte=day) | Q(office_due_at__date__gte=day)
    for row in began.filter(open_then).select_related("rule", "matter").select_for_update(of=("self",)):
        if not put(row, replay(row, now=row.stopped_at)):
            continue
        moved += 1
        if row.stopped_at is not None:
            row.save(update_fields=["due_at", "office_due_at"])
            continue
        keep(row)
        publish(MatterChanged(row.matter_id, "recounted"))
    return moved


@dataclass(frozen=True, slots=True)
class Plan:
    """A clock before it is started: read and counted by who must not keep others waiting afterwards."""

    rule: Rule
    period: deadlines.Period
    started_at: datetime
    due_at: datetime
    progress_at: datetime
    outages: tuple[Outage, ...]
    """Declared already and not over when it starts: what is entered late, from paper, may have begun before them."""


def plan(*, rule: Rule, at: datetime) -> Plan:
    """The clock that a matter of this rule gets at a moment."""
    period = answer_period(rule)
    at = at.replace(microsecond=0)
    every = int(site_rules.peek(site_rules.PROGRESS, clock.seoul(at).date()).body["every_days"])
    known = Outage.objects.filter(undone_at__isnull=True, ends_at__gt=at).select_related("rule")
    return Plan(
        rule, period, at, deadlines.due(at, period, work_calendar()), at + timedelta(days=every), tuple(known)
    )


def begin(*, matter: Matter, planned: Plan) -> Clock:
    """Start the clock on the institution (inside the caller's transaction), and tell `matter` its dates.

    Its row has them already where it was made with `planned.due_at`; only an outage moves them then.
    """
    row = Clock.objects.create(
        matter=matter,
        rule=planned.rule,
        started_at=planned.started_at,
        due_at=planned.due_at,
        progress_at=planned.progress_at,
    )
    ClockEvent.objects.create(
        clock=row,
        kind=ClockEvent.Kind.STARTED,
        at=planned.started_at,
        amount=planned.period.amount,
        unit=planned.period.unit,
    )
    if planned.outages:
        ClockEvent.objects.bulk_create([outage_event(row, outage) for outage in planned.outages])
        put(row, replay(row, now=planned.started_at))
        keep(row)
    matter.due_at, matter.office_due_at = row.due_at, row.office_due_at
    return row


def start(*, matter: Matter, rule: Rule, at: datetime) -> Clock:
    """Start a clock on a matter that is there (inside the caller's transaction)."""
    row = begin(matter=matter, planned=plan(rule=rule, at=at))
    show(row)
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
    put(row, replay(row, now=at))
    row.state, row.stopped_at, row.progress_at = Clock.State.STOPPED, at, None
    row.save(update_fields=["progress_at"])
    keep(row)


def received(*, matter: Matter, office: Organisation, step: str, at: datetime) -> None:
    """Another office has it now, inside the act that gave it: the resident's count goes on, the office's may restart."""
    row = matter.clocks.filter(stopped_at__isnull=True).select_related("rule").first()
    if row is None:
        return
    # Never before what happened last: a receipt may be dated later than this machine's clock says.
    last = row.events.exclude(kind=ClockEvent.Kind.OUTAGE).order_by("at").last()
    at = max(at.replace(microsecond=0), last.at if last else row.started_at)
    rule = site_rules.in_force(site_rules.OFFICE_CLOCK, clock.seoul(at).date())
    ClockEvent.objects.create(
        clock=row,
        kind=ClockEvent.Kind.RECEIVED,
        at=at,
        office=office,
        restarts=step in rule.body.get("steps", ()),
        rule=rule,
    )
    put(row, replay(row, now=at))
    keep(row)


def retime(*, matter: Matter, rule: Rule, at: datetime) -> Clock:
    """Another rule holds for it: its period counts from the first receipt, with every stop there was.

    Inside the act that changes what the matter is. Extensions were of the other period and are not taken along. Without
    a running clock the period begins now.
    """
    at = at.replace(microsecond=0)
    old = matter.clocks.filter(stopped_at__isnull=True).select_related("rule").first()
    if old is None:
        return start(matter=matter, rule=rule, at=at)
    stop(matter=matter, at=at)
    row = start(matter=matter, rule=rule, at=old.started_at)
    kinds, known, skips = ClockEvent.Kind, clock_rule(rule).pause_reasons, False
    for event in old.events.filter(kind__in=[kinds.PAUSED, kinds.RESUMED, kinds.RECEIVED]):
        if event.kind == kinds.PAUSED:
            skips = event.reason_code not in known  # the other rule does not stop for this
        if skips and event.kind != kinds.RECEIVED:
            continue
        event.pk, event.clock, event._state.adding = None, row, True
        event.save()
    put(row, replay(row, now=at))
    row.progress_at = old.progress_at
    row.save(update_fields=["progress_at"])
    keep(row)
    return row


def refused(refusal: deadlines.ClockRefusedError) -> RefusedError:
    """What the rules of clocks refuse, in the words of the site."""
    said = REFUSALS.get(refusal.code.removeprefix("clock."), _("The rules do not allow this now."))
    return RefusedError(said, refusal.code, status=422)


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
        raise refused(refusal) from refusal
    row.state = state
    put(row, stands)
    keep(row)
    publish(MatterChanged(fresh.pk, what, actor.user.pk if actor.user else None))
    return row


@transaction.atomic
def pause(*, actor: Actor, matter: Matter, reason_code: str, reason: str, days: int | None = None) -> Clock:
    """Stop the clock for a permitted reason and for so long at most; the author is told what is asked of her.

    Args:
        days: how long the author has to answer what she is asked; without it as the rule says.
    """
    event = {"kind": ClockEvent.Kind.PAUSED, "reason_code": reason_code}
    row = _turn(
        matter, "pause", actor=actor, state=Clock.State.PAUSED, what="paused", event=event, reason=reason
    )
    stop = row.events.filter(kind=ClockEvent.Kind.PAUSED).order_by("at", "pk").last()
    if stop and (until := pauses.require_time(row, reason_code, stop.at)):
        ClockEvent.objects.filter(pk=stop.pk).update(until=until)
    if reason_code == PauseReason.SUPPLEMENT:
        from madang.commons.matters.domain import (
            supplements,  # which needs this module to let the clock run on
        )

        supplements.ask(actor=actor, matter=matter, question=reason, days=days)
    return row


@transaction.atomic
def resume(*, actor: Actor, matter: Matter, reason: str = "") -> Clock:
    """Let the clock run on."""
    event = {"kind": ClockEvent.Kind.RESUMED}
    return _turn(
        matter, "resume", actor=actor, state=Clock.State.RUNNING, what="resumed", event=event, reason=reason
    )


@transaction.atomic
def extend(
    *,
    actor: Actor,
    matter: Matter,
    reason_code: str,
    reason: str,
    amount: int,
    consent: MoreTime | None = None,
) -> Clock:
    """Lengthen the period once, for a permitted reason, within the original period.

    Args:
        consent: the author's own yes to a second time (`more_time`); nobody can claim it for her.

    Raises:
        RefusedError: 422 with the rule that forbids it; nothing is written.
    """
    row = matter.clocks.filter(stopped_at__isnull=True).select_related("rule").first()
    unit = answer_period(row.rule).unit if row else "calendar_days"
    agreed = consent is not None and consent.state == "agreed" and consent.matter_id == matter.pk
    event = {
        "kind": ClockEvent.Kind.EXTENDED,
        "reason_code": reason_code,
        "amount": amount,
        "unit": unit,
        "with_consent": agreed,
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
