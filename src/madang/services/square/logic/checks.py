"""What is wrong or doubtful in a grid before it is published. Plain Python: codes and facts, no words.

An error stands in the way of publishing; a warning is shown and may be published over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from madang.services.square.logic.grid import RANK, Address, Grid, Phase, Process, read

ERROR, WARNING = "error", "warning"
LONGEST_ANSWER_DAYS = 31
"""A citizen's suggestion is decided within a month (Decree on Citizen Suggestions)."""
SHORT_ANSWER_DAYS = 7
SHORT_DISCUSSION_DAYS = 7
DAYS = {
    "calendar_days": 1.0,
    "days": 1.4,
    "weeks": 7.0,
    "months": 30.4,
    "years": 365.0,
    "working_hours": 0.06,
}
"""About how many calendar days a unit of a period has."""


@dataclass(frozen=True, slots=True)
class Finding:
    level: str
    code: str
    address: Address = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Around:
    """What a check has to know besides the document."""

    now: datetime
    today: date
    notice_days: int
    """How long before the first change it has to be published."""
    answers: bool = True
    """Whether the host has an officer and an approver today, two people."""
    retypes: bool = True
    """Whether the rules for questions and complaints are in force."""
    history: Sequence[int] = ()
    """Likes or supporters of earlier items, to see whether a threshold can be reached at all."""
    live: Mapping[str, Any] | None = None
    """The document that residents are under now; None for a new space."""
    used: frozenset[Address] = frozenset()
    """Processes and categories under which something has been filed."""


def check(document: Mapping[str, Any], around: Around) -> list[Finding]:
    """All findings, errors first."""
    grid = read(document)
    found = [
        *_words(grid),
        *_time(grid),
        *_cells(grid),
        *_rules(grid, around),
        *_office(around),
        *(_past(document, around.live, around) if around.live is not None else ()),
        *_notice(document, around),
    ]
    return sorted(found, key=lambda one: one.level != ERROR)


def _words(grid: Grid) -> Iterator[Finding]:
    named: list[tuple[Address, Any, str]] = [(("space",), grid.words, "")]
    named += [(("phases", one.key), one.words, one.words.title_ko) for one in grid.phases]
    for process in grid.processes:
        named.append((("processes", process.slug), process.words, process.words.title_ko))
        named += [
            (("categories", process.slug, one.slug), one.words, one.words.title_ko)
            for one in process.categories
        ]
    for address, words, name in named:
        if not words.title_ko:
            yield Finding(ERROR, "words.korean", address, {"name": name or words.title_en})
        if not words.title_en:
            yield Finding(ERROR, "words.english", address, {"name": name})
        if words.summary_ko and not words.summary_en:
            yield Finding(WARNING, "words.summary", address, {"name": name or words.title_ko})


def _time(grid: Grid) -> Iterator[Finding]:
    if not grid.phases:
        yield Finding(ERROR, "phases.none")
    for before, after in zip(grid.phases, grid.phases[1:], strict=False):
        facts = {"before": before.words, "after": after.words}
        address = ("phases", after.key)
        if after.starts_at is None:
            yield Finding(ERROR, "phases.open_start", address, facts)
        elif before.ends_at is None:
            yield Finding(ERROR, "phases.open_end", ("phases", before.key), facts)
        elif before.ends_at > after.starts_at:
            yield Finding(ERROR, "phases.overlap", address, facts)
        elif before.ends_at < after.starts_at:
            yield Finding(
                WARNING, "phases.gap", address, {**facts, "from": before.ends_at, "to": after.starts_at}
            )


def _cells(grid: Grid) -> Iterator[Finding]:
    if not grid.processes:
        yield Finding(ERROR, "processes.none")
    for process in grid.processes:
        address = ("processes", process.slug)
        name = {"process": process.words}
        row = [(phase, grid.cell(process.slug, phase.key)) for phase in grid.phases]
        if grid.phases and all(cell.is_empty for _phase, cell in row):
            yield Finding(ERROR, "cells.none", address, name)
            continue
        for place, (phase, cell) in enumerate(row):
            here = ("cells", process.slug, phase.key)
            facts = {**name, "phase": phase.words}
            if cell.file and not any(later.support for _phase, later in row[place:]):
                yield Finding(ERROR, "cells.no_support", here, facts)
            elif cell.file and not cell.support:
                yield Finding(WARNING, "cells.support_later", here, facts)
            elif cell.file and RANK[cell.support] < RANK[cell.file]:
                yield Finding(WARNING, "cells.level", here, facts)
        yield from _cut(process, row)


def _cut(process: Process, row: Sequence[tuple[Phase, Any]]) -> Iterator[Finding]:
    """Support ends before the discussion of what was filed last could."""
    files = [phase for phase, cell in row if cell.file]
    supports = [phase for phase, cell in row if cell.support]
    if not files or not supports or not process.discussion_days:
        return
    last_filing, last_support = files[-1].ends_at, supports[-1].ends_at
    if last_support is None or last_filing is None:
        return
    days = (last_support - last_filing).days
    if days < process.discussion_days:
        yield Finding(
            WARNING,
            "discussion.cut",
            ("processes", process.slug),
            {"process": process.words, "days": max(days, 0), "wanted": process.discussion_days},
        )


def _rules(grid: Grid, around: Around) -> Iterator[Finding]:
    for process in grid.processes:
        address, name = ("processes", process.slug), {"process": process.words}
        amount, unit = process.answer
        days = amount * DAYS.get(unit, 1.0)
        if process.threshold < 1:
            yield Finding(ERROR, "threshold.none", address, name)
        elif around.history and process.threshold > max(around.history):
            facts = {
                "threshold": process.threshold,
                "most": max(around.history),
                "items": len(around.history),
            }
            yield Finding(WARNING, "threshold.unreachable", address, {**name, **facts})
        if amount < 1:
            yield Finding(ERROR, "answer.none", address, name)
        elif days > LONGEST_ANSWER_DAYS:
            yield Finding(WARNING, "answer.long", address, {**name, "days": round(days)})
        elif days < SHORT_ANSWER_DAYS:
            yield Finding(WARNING, "answer.short", address, {**name, "days": max(1, round(days))})
        if process.discussion_days is None:
            yield Finding(WARNING, "discussion.endless", address, name)
        elif process.discussion_days < SHORT_DISCUSSION_DAYS:
            yield Finding(WARNING, "discussion.short", address, {**name, "days": process.discussion_days})
        if not process.source:
            yield Finding(WARNING, "rule.source", address, name)


def _office(around: Around) -> Iterator[Finding]:
    if not around.answers:
        yield Finding(ERROR, "office.none")
    if not around.retypes:
        yield Finding(WARNING, "rules.retype")


def _past(document: Mapping[str, Any], live: Mapping[str, Any], around: Around) -> Iterator[Finding]:
    """After publication only the future may change: what has begun stays as it was announced."""
    old, new = read(live), read(document)
    phases = {phase.key: phase for phase in new.phases}
    for phase in old.phases:
        if not phase.has_begun(around.now):
            continue
        address, facts = ("phases", phase.key), {"phase": phase.words}
        now = phases.get(phase.key)
        if now is None:
            yield Finding(ERROR, "past.phase_gone", address, facts)
            continue
        if (
            now.starts_at != phase.starts_at
            or now.is_narrative != phase.is_narrative
            or (phase.has_ended(around.now) and now.ends_at != phase.ends_at)
        ):
            yield Finding(ERROR, "past.phase", address, facts)
        elif now.ends_at != phase.ends_at and now.has_ended(around.now):
            yield Finding(ERROR, "past.end", address, facts)
        for process in new.processes:
            if new.cell(process.slug, phase.key) != old.cell(process.slug, phase.key):
                yield Finding(
                    ERROR,
                    "past.cell",
                    ("cells", process.slug, phase.key),
                    {**facts, "process": process.words},
                )
    known = {phase.key for phase in old.phases}
    for phase in new.phases:
        if phase.key not in known and (phase.starts_at is None or phase.starts_at <= around.now):
            yield Finding(ERROR, "past.new_phase", ("phases", phase.key), {"phase": phase.words})
    slugs = {process.slug for process in new.processes}
    for process in old.processes:
        if process.slug not in slugs and ("processes", process.slug) in around.used:
            yield Finding(ERROR, "used.process", ("processes", process.slug), {"process": process.words})
        kept = {one.slug for other in new.processes if other.slug == process.slug for one in other.categories}
        for category in process.categories:
            field_of = ("categories", process.slug, category.slug)
            if process.slug in slugs and category.slug not in kept and field_of in around.used:
                yield Finding(ERROR, "used.category", field_of, {"category": category.words})
    before = {process.slug: process for process in old.processes}
    for process in new.processes:
        last = before.get(process.slug)
        is_soon = process.valid_from is None or process.valid_from <= around.today
        if last is not None and terms(last) != terms(process) and is_soon:
            yield Finding(ERROR, "past.rule", ("processes", process.slug), {"process": process.words})


def terms(process: Process) -> tuple[Any, ...]:
    """What makes a version of a rule another one."""
    return dict(process.rule), process.source, process.checked


def first_change(
    document: Mapping[str, Any], live: Mapping[str, Any] | None, now: datetime
) -> datetime | None:
    """When residents first meet something of this that they were not told before; None: never.

    Days begin at midnight of the time zone of `now`.
    """
    new = read(document)
    old = read(live) if live is not None else None
    known = {phase.key: phase for phase in old.phases} if old is not None else {}
    moments = []
    for phase in new.phases:
        was = known.get(phase.key)
        row = [new.cell(one.slug, phase.key) for one in new.processes]
        before = [old.cell(one.slug, phase.key) for one in new.processes] if old is not None else []
        if was is None or was.starts_at != phase.starts_at or row != before:
            moments.append(max(phase.starts_at or now, now))
        elif was.ends_at != phase.ends_at:
            ends = [moment for moment in (was.ends_at, phase.ends_at) if moment is not None]
            moments += [min(ends)] if ends else []
    gone = set(known) - {phase.key for phase in new.phases}
    moments += [max(known[key].starts_at or now, now) for key in gone]
    for process in new.processes:
        if old is not None and process.valid_from is not None:
            last = next((one for one in old.processes if one.slug == process.slug), None)
            if last is not None and terms(last) != terms(process):
                day = datetime.combine(process.valid_from, time(), tzinfo=now.tzinfo)
                moments.append(max(day, now))
    return min(moments, default=None)


def _notice(document: Mapping[str, Any], around: Around) -> Iterator[Finding]:
    first = first_change(document, around.live, around.now)
    if first is not None and first < around.now + timedelta(days=around.notice_days):
        yield Finding(WARNING, "notice.short", (), {"first": first, "days": around.notice_days})
