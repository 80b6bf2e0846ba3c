"""Times during which the system was out of order: declared in public, left out of every clock they touch.

The declaration is one act with its entry in the log. The clocks follow in batches, each its own transaction
and each clock once, so a declaration may be killed in the middle and is finished by the worker.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import counting
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Clock, ClockEvent, Matter, Outage
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.domain import audit, rules
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.logic import deadlines
from madang.kernel.models import Rule

RULE = "matters.outage"
BATCH = 500
# Read from the law's articles, not from a judgement: marked as unchecked wherever it is shown.
DEFAULT_BODY: dict[str, Any] = {"whole_days": False}
DEFAULT_SOURCE = "민원 처리에 관한 법률 시행령 제20조, 행정절차법 시행령 제11조 (정보시스템 장애 기간은 처리기간에 넣지 않음)"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Outages that overlap or touch, as one. `end` is None while the last of them goes on."""

    start: datetime
    end: datetime | None
    outages: tuple[Outage, ...]


def standing() -> QuerySet[Outage]:
    """Outages whose declaration was not taken back."""
    return Outage.objects.filter(undone_at__isnull=True).select_related("rule")


def stretches(outages: Iterable[Outage]) -> list[Stretch]:
    """Outages merged where they overlap, newest first."""
    merged: list[Stretch] = []
    for row in sorted(outages, key=lambda outage: (outage.starts_at, outage.pk)):
        last = merged[-1] if merged else None
        if last and (last.end is None or row.starts_at <= last.end):
            end = None if last.end is None or row.ends_at is None else max(last.end, row.ends_at)
            merged[-1] = Stretch(last.start, end, (*last.outages, row))
        else:
            merged.append(Stretch(row.starts_at, row.ends_at, (row,)))
    return merged[::-1]


@transaction.atomic
def begin(*, actor: Actor, at: datetime, reason: str, source: str) -> Outage:
    """Declare an outage that has not ended. Asking twice changes nothing.

    Raises:
        RefusedError: 409 while another one is open; 422 without reason or source, or for a moment to come.
    """
    at = _whole_second(at)
    lasting = standing().select_for_update(of=("self",)).filter(ends_at__isnull=True).first()
    if lasting is not None:
        if lasting.starts_at == at:
            return lasting
        raise RefusedError(
            _("An outage is open already. End it first, then declare the other one."),
            "outage.open",
            status=409,
        )
    _sound(at, None, reason, source)
    return _write(actor, at, None, reason, source)


@transaction.atomic
def end(*, actor: Actor, at: datetime) -> Outage:
    """End the open outage. `recount()` then brings the clocks along.

    Raises:
        RefusedError: 409 when none is open, 422 for a moment before its beginning or to come.
    """
    row = standing().select_for_update(of=("self",)).filter(ends_at__isnull=True).first()
    if row is None:
        raise RefusedError(_("No outage is open."), "outage.none", status=409)
    at = _whole_second(at)
    _in_order(row.starts_at, at)
    row.ends_at = at
    row.save(update_fields=["ends_at"])
    _record(actor, "end", row)
    return row


@transaction.atomic
def declare(*, actor: Actor, start: datetime, end: datetime, reason: str, source: str) -> Outage:
    """Declare an outage that is over. The same times a second time change nothing.

    Raises:
        RefusedError: 422 without reason or source, or when the times are out of order or to come.
    """
    start, end = _whole_second(start), _whole_second(end)
    if known := standing().filter(starts_at=start, ends_at=end).first():
        return known
    _sound(start, end, reason, source)
    return _write(actor, start, end, reason, source)


@transaction.atomic
def undo(*, actor: Actor, pk: int, reason: str) -> Outage:
    """Take a declaration back; `recount()` then brings the clocks back. Undoing twice changes nothing.

    Raises:
        RefusedError: 404 for an unknown number, 422 without a reason.
    """
    row = Outage.objects.select_for_update(of=("self",)).select_related("rule").filter(pk=pk).first()
    if row is None:
        raise RefusedError(_("There is no outage of this number."), "outage.unknown", status=404)
    if row.undone_at is not None:
        return row
    if not reason.strip():
        raise RefusedError(_("Give a reason in a sentence; it is published."), "flow.reason", status=422)
    row.undone_at, row.undone_reason, row.counted_at = clock.now(), reason.strip(), None
    row.save(update_fields=["undone_at", "undone_reason", "counted_at"])
    _record(actor, "undo", row, reason=reason.strip())
    return row


def unfinished() -> list[Outage]:
    """Outages whose clocks were not all counted yet; one that lasts has nothing to count."""
    return list(Outage.objects.filter(counted_at__isnull=True, ends_at__isnull=False).select_related("rule"))


def recount(outage: Outage) -> int:
    """Write the outage (or its undoing) into every clock it concerns and count them anew.

    May be killed and repeated: a clock that has its event is passed over.

    Returns:
        How many due dates moved.
    """
    if outage.ends_at is None:
        Outage.objects.filter(pk=outage.pk, undone_at__isnull=False).update(counted_at=clock.now())
        return 0
    days, moved = counting.work_calendar(), 0
    while batch := list(_concerned(outage)[:BATCH]):
        moved += _recount_batch(outage, batch, days)
    Outage.objects.filter(pk=outage.pk).update(counted_at=clock.now())
    return moved


def recount_lasting() -> int:
    """While an outage lasts: move the due dates that would pass during it, as if it ended now."""
    row = standing().filter(ends_at__isnull=True).first()
    now = clock.now()
    if row is None or now <= row.starts_at:
        return 0
    lasting = deadlines.Outage(row.starts_at, now, row.rule.body.get("whole_days", False))
    days, moved = counting.work_calendar(), 0
    passed = Clock.objects.filter(
        state=Clock.State.RUNNING, due_at__gte=row.starts_at, due_at__lt=now
    ).select_related("rule")
    for running in passed.prefetch_related("events").iterator(chunk_size=BATCH):
        before = running.due_at
        if counting.put(running, counting.replay(running, now=now, days=days, lasting=lasting)):
            dates = {"due_at": running.due_at, "office_due_at": running.office_due_at}
            with transaction.atomic():
                Clock.objects.filter(pk=running.pk, due_at=before).update(**dates)
                Matter.objects.filter(pk=running.matter_id, due_at=before).update(**dates)
            moved += 1
    return moved


def _concerned(outage: Outage) -> QuerySet[Clock]:
    """Clocks that ran during the outage and have no event of it yet. Those late before it began stay late."""
    kind = ClockEvent.Kind
    mine = ClockEvent.objects.filter(clock=OuterRef("pk"), outage=outage)
    has, undone = Exists(mine.filter(kind=kind.OUTAGE)), Exists(mine.filter(kind=kind.UNDONE))
    if outage.undone_at is not None:
        found = Clock.objects.filter(has).exclude(undone)
    else:
        ran = Q(stopped_at__isnull=True) | Q(stopped_at__gt=outage.starts_at)
        could_matter = Q(due_at__gte=outage.starts_at) | Q(state=Clock.State.PAUSED)
        found = Clock.objects.filter(ran & could_matter, started_at__lt=outage.ends_at).exclude(has)
    return found.select_related("rule").order_by("pk")


@transaction.atomic
def _recount_batch(outage: Outage, batch: list[Clock], days: Any) -> int:
    locked = list(
        Clock.objects.filter(pk__in=[row.pk for row in batch])
        .select_related("rule")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    if outage.undone_at is None:
        events = [counting.outage_event(row, outage) for row in locked]
    else:
        kind, at = ClockEvent.Kind.UNDONE, outage.undone_at
        events = [
            ClockEvent(clock=row, kind=kind, at=at, outage=outage, reason=outage.undone_reason)
            for row in locked
        ]
    # Another worker may have come to the same clocks first: its events stand.
    ClockEvent.objects.bulk_create(events, ignore_conflicts=True)
    fresh = Clock.objects.filter(pk__in=[row.pk for row in locked]).select_related("rule")
    moved = []
    for row in fresh.prefetch_related("events"):
        if counting.put(row, counting.replay(row, now=row.stopped_at, days=days)):
            moved.append(row)
    Clock.objects.bulk_update(moved, ["due_at", "office_due_at"], batch_size=BATCH)
    running = {row.matter_id: row for row in moved if row.state == Clock.State.RUNNING}
    matters = list(Matter.objects.filter(pk__in=running))
    for matter in matters:
        matter.due_at, matter.office_due_at = running[matter.pk].due_at, running[matter.pk].office_due_at
    Matter.objects.bulk_update(matters, ["due_at", "office_due_at"], batch_size=BATCH)
    for matter in matters:
        publish(MatterChanged(matter.pk, "outage"))
    Outage.objects.filter(pk=outage.pk).update(moved=F("moved") + len(moved))
    return len(moved)


def _write(actor: Actor, start: datetime, end: datetime | None, reason: str, source: str) -> Outage:
    row = Outage.objects.create(
        starts_at=start,
        ends_at=end,
        reason=reason.strip(),
        source=source.strip(),
        rule=_rule(clock.seoul(start).date()),
        declared_at=clock.now(),
    )
    _record(actor, "declare" if end else "begin", row)
    return row


def _record(actor: Actor, step: str, row: Outage, reason: str = "") -> None:
    audit.record(
        actor=actor,
        action=f"matters.outage.{step}",
        target=row.reference,
        reason=reason,
        payload={
            "from": row.starts_at.isoformat(),
            "to": row.ends_at.isoformat() if row.ends_at else None,
            "reason": row.reason,
            "source": row.source,
            "rule": f"{row.rule.code}:{row.rule.version}",
        },
    )


def _rule(on: date) -> Rule:
    """The rule in force on the day the outage began; the first time it is written down as read from the law."""
    return rules.in_force_or_first(
        code=RULE,
        on=on,
        body=DEFAULT_BODY,
        source=DEFAULT_SOURCE,
        by="outage",
        missing=RefusedError(_("No rule for outages was in force on that day."), "outage.rule", status=422),
    )


def _sound(start: datetime, end: datetime | None, reason: str, source: str) -> None:
    if not reason.strip() or not source.strip():
        raise RefusedError(
            _("Say why the system was out of order and where that is on record; both are published."),
            "outage.words",
            status=422,
        )
    _in_order(start, end)


def _in_order(start: datetime, end: datetime | None) -> None:
    if start > clock.now() or (end and (end > clock.now() or end <= start)):
        raise RefusedError(
            _("An outage begins before it ends, and neither lies in the future."), "outage.times", status=422
        )


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
