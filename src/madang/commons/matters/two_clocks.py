"""The two clocks of one matter, as pages and programs show them: the resident's and that of the office.

The resident's is always first and cannot be left out: whoever renders the office's has the resident's in the same value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from madang.commons.matters.domain import counting, site_rules
from madang.commons.matters.enums import State
from madang.commons.matters.logic.handings import Passing, Stay, passings
from madang.commons.matters.models import Assignment, Clock, ClockEvent, Matter, Progress
from madang.commons.matters.web import words
from madang.kernel import clock
from madang.kernel.logic.deadlines import ClockState, Gap, Step
from madang.kernel.models import Organisation, Rule


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a count, in words."""

    day: datetime
    reason: str
    counts: bool
    running: str
    extended: bool


@dataclass(frozen=True, slots=True)
class Count:
    """One clock: since when, until when, and day by day why."""

    since: datetime
    due: datetime
    is_late: bool
    days: list[Day]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A time that the count leaves out. `until` is None while it goes on."""

    reason: str
    since: datetime
    until: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class TwoClocks:
    """Everything that is shown of a matter's time.

    `office` is None where no transfer restarted a count. `left_out` names each stop with its reason.
    """

    resident: Count
    office: Count | None
    office_name: str
    office_rule: Rule | None
    is_paused: bool
    is_stopped: bool
    in_hours: bool
    rule: Rule
    period: str
    extensions: int
    left_out: list[LeftOut]
    left_out_rule: Rule
    told: list[Progress]
    number: str


def both_clocks(matter: Matter) -> TwoClocks | None:
    """The clock that runs, else the last one; None where no answer was ever owed."""
    row = (
        matter.clocks.select_related("rule")
        .prefetch_related("events__office", "events__rule", "progress")
        .order_by("-started_at", "-pk")
        .first()
    )
    return of_clock(matter, row) if row is not None else None


def of_clock(matter: Matter, row: Clock) -> TwoClocks:
    """The same for one clock of the matter."""
    stands = counting.replay(row)
    in_hours = stands.counting == "working_seconds"
    received = [
        event for event in row.events.all() if event.kind == ClockEvent.Kind.RECEIVED and event.restarts
    ]
    now = row.stopped_at or clock.now()
    office = None
    if received:
        office = _count(stands.office_since, stands.office_due, stands.office_steps, now, in_hours)
    last = received[-1] if received else None
    return TwoClocks(
        resident=_count(clock.seoul(row.started_at), stands.due, stands.steps, now, in_hours),
        office=office,
        office_name=last.office.name if last and last.office else "",
        office_rule=last.rule if last else None,
        is_paused=row.state == Clock.State.PAUSED,
        is_stopped=row.state == Clock.State.STOPPED,
        in_hours=in_hours,
        rule=row.rule,
        period=_period(row),
        extensions=stands.extensions,
        left_out=_left_out(row, stands),
        left_out_rule=site_rules.peek(site_rules.EXCLUDED, clock.seoul(row.started_at).date()),
        told=list(row.progress.all()),
        number=matter.number or "",
    )


UNITS = {
    "working_hours": lambda n: _("%(n)s hours of work") % {"n": n},
    "days": lambda n: _("%(n)s days, as the law counts") % {"n": n},
    "weeks": lambda n: _("%(n)s weeks") % {"n": n},
    "months": lambda n: _("%(n)s months") % {"n": n},
    "years": lambda n: _("%(n)s years") % {"n": n},
    "calendar_days": lambda n: _("%(n)s days by the calendar") % {"n": n},
}


def _period(row: Clock) -> str:
    period = counting.answer_period(row.rule)
    return UNITS[period.unit](period.amount)


def _count(since: datetime, due: datetime, steps: Sequence[Step], now: datetime, in_hours: bool) -> Count:
    language = get_language() or "ko"
    days = [
        Day(
            day=datetime.combine(step.day, datetime.min.time(), clock.SEOUL),
            reason=words.day(step.reason, step.day, language),
            counts=step.counted,
            running=f"{step.running / 3600:.1f}" if in_hours else str(step.running),
            extended=step.extended,
        )
        for step in steps
    ]
    return Count(since, due, now > due, days)


def _left_out(row: Clock, stands: ClockState) -> list[LeftOut]:
    said = [event for event in row.events.all() if event.kind == ClockEvent.Kind.PAUSED]
    open_since = clock.seoul(said[-1].at) if said and row.state == Clock.State.PAUSED else None
    return [_gap(gap, said, open_since) for gap in stands.excluded]


def _gap(gap: Gap, said: Iterable[ClockEvent], open_since: datetime | None) -> LeftOut:
    reason = str(words.REASONS.get(gap.reason, words.DAYS.get(gap.reason, gap.reason)))
    why = [event.reason for event in said if clock.seoul(event.at) == gap.start]
    is_open = gap.start == open_since and gap.reason != "outage"
    return LeftOut(reason, gap.start, None if is_open else gap.end, why[0] if why else "")


# --- who had it, and how quickly it was passed on ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeldBy:
    """An office that had it: from when to when, why it came there, and how it kept the limit for passing on."""

    office: str
    since: datetime
    until: datetime | None
    reason: str
    limit: str
    passing: Passing | None


LIMITS = {
    "to_owner": lambda n: (
        pgettext("transfer limit", "%(n)s hour of work to give it to the office that answers") % {"n": n}
    ),
    "within_agency": lambda n: (
        pgettext("transfer limit", "%(n)s hours of work to pass it on within the agency") % {"n": n}
    ),
    "to_another_agency": lambda n: (
        pgettext("transfer limit", "%(n)s hours of work to pass it to another agency") % {"n": n}
    ),
}


def held_by(matter: Matter, assignments: Sequence[Assignment]) -> tuple[list[HeldBy], Rule]:
    """Every office that had it, in order, with the limits in force when it came in."""
    first = matter.clocks.order_by("started_at", "pk").first()
    since = first.started_at if first else None
    rule = site_rules.peek(site_rules.TRANSFER_LIMITS, clock.seoul(since or matter.filed_at).date())
    agencies = _agencies()
    stays = [
        Stay(
            row.organisation.code,
            str(agencies.get(row.organisation_id, row.organisation_id)),
            row.started_at,
            row.ended_at,
            is_intake=place == 0 or row.organisation_id == matter.host_id,
        )
        for place, row in enumerate(assignments)
    ]
    found = passings(
        stays,
        rule.body,
        counting.work_calendar(),
        owed_since=since,
        now=clock.now(),
        waits=matter.state == State.TRIAGE,
    )
    held = [
        HeldBy(
            row.organisation.name,
            row.started_at,
            row.ended_at,
            " · ".join(filter(None, [str(row.get_reason_code_display()), row.reason])),
            LIMITS[passing.within](passing.limit) if passing else "",
            passing,
        )
        for row, passing in zip(assignments, found, strict=True)
    ]
    return held, rule


def _agencies() -> dict[int, int]:
    """The agency of each office: the government above it, or the topmost body where there is none."""
    rows = {
        pk: (parent, kind) for pk, parent, kind in Organisation.objects.values_list("pk", "parent_id", "kind")
    }
    found: dict[int, int] = {}
    for pk in rows:
        top, seen = pk, set()
        while top not in seen and rows[top][1] != Organisation.Kind.GOVERNMENT and rows[top][0] in rows:
            seen.add(top)
            top = rows[top][0]
        found[pk] = top
    return found
