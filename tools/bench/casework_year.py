"""A made-up year of a complaint center: 140,000 cases, with every invariant checked at the end.

`python tools/bench casework_year [CASES]`. In memory and without the database: what is simulated are people and offices;
every due moment is counted by the real clock (`kernel.logic.deadlines.replay`) with the real calendar, the shipped types
(`casework/data/types.csv`) and the shipped terms. Offices answer the earliest due first, a limited number a working day.
All shares of what happens to cases are guesses (see `Chances`); the seed is fixed.
"""

from __future__ import annotations

import csv
import heapq
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

SEED = 7
YEAR = 2026
CASES = 140_000
OFFICES = 40
DAY = timedelta(days=1)
TYPES = {
    "other": 0.42, "hazard": 0.16, "grievance": 0.14, "query_procedure": 0.12, "suggestion": 0.07,
    "query_law": 0.04, "information": 0.02, "waste": 0.01, "regulation": 0.01, "passive": 0.01,
}  # fmt: skip


class Chances:
    """Of a case (or part), what happens to it. Guesses."""

    transfer, again, third = 0.07, 0.2, 0.3
    supplement, lapse = 0.08, 0.15
    extend, overwork = 0.04, 0.01
    parts, withdrawn, reopened = 0.05, 0.03, 0.04
    spare = 1.12  # what offices can answer, times what they get on average


@dataclass(slots=True)
class Thing:
    """A case, or a part of one (`lead` is then its case)."""

    number: int
    type: str
    events: list[Any]
    offices: list[tuple[datetime, int]]
    lead: Thing | None = None
    parts: list[Thing] = field(default_factory=list)
    due: datetime | None = None
    state: str = "open"
    paused: bool = False
    ends: list[datetime] = field(default_factory=list)
    arbiter: bool = False


def run(root: Path, cases: int = CASES) -> None:
    sys.path.insert(0, str(root / "src"))
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.conf.settings")
    django.setup()
    began = time.perf_counter()
    year = Year(root, cases)
    year.live()
    lived = time.perf_counter()
    broken = year.check()
    year.report(broken, lived - began, time.perf_counter() - lived)
    if broken:
        raise SystemExit(1)


class Year:
    def __init__(self, root: Path, cases: int) -> None:
        from madang.kernel import calendar
        from madang.kernel.logic import deadlines
        from madang.services.casework.domain.types import TERMS
        from madang.services.casework.logic import arrivals

        self.d, self.days = deadlines, calendar.calendar()
        self.random = np.random.default_rng(SEED)
        with (root / "src/madang/services/casework/data/types.csv").open(encoding="utf-8") as file:
            rows = {row["code"]: row for row in csv.DictReader(file)}
        self.periods = {
            code: deadlines.Period(int(rows[code]["amount"]), rows[code]["unit"]) for code in TYPES
        }
        terms = TERMS["clock"]
        self.rule = deadlines.Rule(
            "casework", "1", frozenset(terms["pause_reasons"]), frozenset(terms["extension_reasons"]),
            frozenset(terms["barred_reasons"]),
        )  # fmt: skip
        start = datetime(YEAR, 1, 1, tzinfo=deadlines.SEOUL)
        self.arrivals = arrivals.year(
            count=cases, start=start, days=365, shares=TYPES, districts=[f"{at}" for at in range(12)],
            is_off=lambda day: not self.days.is_working_day(day), seed=SEED,
        )  # fmt: skip
        self.things: list[Thing] = []
        self.cases: list[Thing] = []
        self.queues: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
        self.later: dict[date, list[tuple[str, Thing]]] = defaultdict(list)
        self.refused: Counter[str] = Counter()
        self.passed: Counter[tuple[int, int]] = Counter()

    # The year

    def live(self) -> None:
        """Day after day: what comes in, what offices do, what they answer."""
        by_day: dict[date, list[Any]] = defaultdict(list)
        for one in self.arrivals:
            by_day[one.at.date()].append(one)
        slow = sum(1 for one in self.arrivals if self.periods[one.category].unit != "working_hours")
        working = sum(self.days.is_working_day(date(YEAR, 1, 1) + at * DAY) for at in range(365))
        self.capacity = slow * (1 + Chances.parts) * Chances.spare / working / OFFICES
        for at in range(365):
            day = date(YEAR, 1, 1) + at * DAY
            for one in by_day[day]:
                self.file(one)
            for what, thing in self.later.pop(day, ()):
                getattr(self, what)(thing, self.next(thing, self.hour(day)))
            if self.days.is_working_day(day):
                self.work(day)

    def hour(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 9, tzinfo=self.d.SEOUL) + timedelta(
            seconds=int(self.random.integers(0, 8 * 3600))
        )

    def next(self, thing: Thing, at: datetime) -> datetime:
        """That moment, or right after what happened last."""
        return max(at, thing.events[-1].at + timedelta(seconds=1), thing.offices[-1][0])

    def made(self, kind: str, at: datetime, lead: Thing | None = None) -> Thing:
        period = self.periods[kind]
        # Large offices have more cases and more people; here all are alike.
        office = int(self.random.integers(OFFICES))
        thing = Thing(len(self.things), kind, [self.d.Started(at, period, self.rule)], [(at, office)], lead)
        self.things.append(thing)
        self.count(thing, at)
        return thing

    def count(self, thing: Thing, now: datetime) -> None:
        thing.due = self.d.replay(thing.events, self.days, now=now).due

    def file(self, one: Any) -> None:
        at = one.at.replace(microsecond=0)
        thing = self.made(one.category, at)
        self.cases.append(thing)
        random = self.random
        if self.periods[one.category].unit == "working_hours":
            self.at_once(thing, at)
            return
        if random.random() < Chances.parts:
            thing.parts = [self.made("grievance", at, thing) for _ in range(int(random.integers(1, 3)))]
        for each in (thing, *thing.parts):
            self.plan(each, at)

    def at_once(self, thing: Thing, at: datetime) -> None:
        """Everyday matters: somebody at the counter does it in an hour or so of office time."""
        hours = float(self.random.gamma(2.0, 0.45))
        end = self.d.explain(at, self.d.Period(1, "working_hours"), self.days)[0] - timedelta(hours=1)
        self.answer(thing, max(at, end + timedelta(hours=hours)))

    def plan(self, thing: Thing, at: datetime) -> None:
        """What will happen to it, by day; and from the next day on it waits to be answered."""
        random, first = self.random, at.date()
        if random.random() < Chances.transfer:
            self.later[first + int(random.integers(1, 5)) * DAY].append(("transfer", thing))
        if random.random() < Chances.supplement:
            self.later[first + int(random.integers(1, 6)) * DAY].append(("ask", thing))
        if random.random() < Chances.extend:
            self.later[first + int(random.integers(5, 12)) * DAY].append(("extend", thing))
        if random.random() < Chances.overwork:
            self.later[first + int(random.integers(5, 12)) * DAY].append(("plead", thing))
        if thing.lead is None and random.random() < Chances.withdrawn:
            self.later[first + int(random.integers(1, 20)) * DAY].append(("withdraw", thing))
        self.wait(thing)

    def wait(self, thing: Thing) -> None:
        assert thing.due is not None
        heapq.heappush(self.queues[thing.offices[-1][1]], (thing.due, thing.number))

    def is_live(self, thing: Thing) -> bool:
        return thing.state == "open"

    def transfer(self, thing: Thing, at: datetime) -> None:
        if not self.is_live(thing) or thing.paused:
            return
        count = sum(1 for _ in thing.offices) - 1
        giver = thing.offices[-1][1]
        taker = int((giver + 1 + self.random.integers(OFFICES - 1)) % OFFICES)
        if count >= 2:  # the third is not carried out: an arbiter names the office
            thing.arbiter = True
        thing.offices.append((at, taker))
        self.passed[giver, taker] += 1
        if not thing.arbiter and self.random.random() < (Chances.again if count == 0 else Chances.third):
            self.later[at.date() + int(self.random.integers(1, 6)) * DAY].append(("transfer", thing))
        self.wait(thing)

    def ask(self, thing: Thing, at: datetime) -> None:
        if not self.is_live(thing) or thing.paused:
            return
        thing.paused = True
        thing.events.append(self.d.Paused(at, "supplement"))
        self.later[at.date() + int(self.random.integers(1, 16)) * DAY].append(("told", thing))

    def told(self, thing: Thing, at: datetime) -> None:
        if not self.is_live(thing) or not thing.paused:
            return
        thing.paused = False
        thing.events.append(self.d.Resumed(at))
        self.count(thing, at)
        self.wait(thing)

    def extend(self, thing: Thing, at: datetime) -> None:
        if not self.is_live(thing) or thing.paused or (thing.due and at > thing.due):
            return
        reason = ("cooperation", "fact_check", "force_majeure")[int(self.random.integers(3))]
        self.try_to(thing, at, reason)

    def plead(self, thing: Thing, at: datetime) -> None:
        """An office without time asks for more: the rule says no."""
        if self.is_live(thing) and not thing.paused:
            self.try_to(thing, at, "overwork")

    def try_to(self, thing: Thing, at: datetime, reason: str) -> None:
        event = self.d.Extended(at, self.periods[thing.type], reason)
        try:
            state = self.d.replay([*thing.events, event], self.days, now=at)
        except self.d.ClockRefusedError as refusal:
            self.refused[refusal.code] += 1
            return
        thing.events.append(event)
        thing.due = state.due
        self.wait(thing)

    def withdraw(self, thing: Thing, at: datetime) -> None:
        if not self.is_live(thing):
            return
        for each in (thing, *thing.parts):
            if self.is_live(each):
                self.stop(each, self.next(each, at), "withdrawn")

    def stop(self, thing: Thing, at: datetime, state: str) -> None:
        if thing.paused:
            thing.paused = False
            thing.events.append(self.d.Resumed(at))
        thing.events.append(self.d.Stopped(at))
        thing.state = state
        thing.ends.append(at)

    def answer(self, thing: Thing, at: datetime) -> None:
        self.stop(thing, at, "answered")
        self.count(thing, at)
        if thing.lead is None and self.random.random() < Chances.reopened:
            self.later[at.date() + int(self.random.integers(1, 12)) * DAY].append(("reopen", thing))

    def reopen(self, thing: Thing, at: datetime) -> None:
        """Its author says that it is not settled: the office owes another answer, on a clock of its own."""
        again = self.made(thing.type, at)
        again.offices = [(at, thing.offices[-1][1])]
        again.lead = thing
        thing.state = "reopened"
        if self.periods[thing.type].unit == "working_hours":
            self.at_once(again, at)
        else:
            self.wait(again)

    def work(self, day: date) -> None:
        """Each office answers what is due first, as many as it can."""
        for office in range(OFFICES):
            queue = self.queues[office]
            left = int(self.random.poisson(self.capacity))
            put_off = []
            while left and queue:
                due, number = heapq.heappop(queue)
                thing = self.things[number]
                if (
                    not self.is_live(thing)
                    or thing.paused
                    or thing.offices[-1][1] != office
                    or thing.due != due
                ):
                    continue
                at = self.hour(day)
                if (
                    at < thing.offices[-1][0]
                    or at <= thing.events[-1].at
                    or not all(part.ends and part.ends[0] <= at for part in thing.parts)
                ):
                    put_off.append((due, number))
                    continue
                self.answer(thing, at)
                left -= 1
            for one in put_off:
                heapq.heappush(queue, one)

    # Afterwards

    def check(self) -> Counter[str]:
        """Every invariant of every case; what is broken, by name."""
        broken: Counter[str] = Counter()
        end = datetime(YEAR + 1, 1, 1, tzinfo=self.d.SEOUL)
        for thing in self.things:
            times = [at for at, _office in thing.offices]
            moments = [event.at for event in thing.events]
            broken["an office from the first moment on"] += times[0] != moments[0]
            broken["offices one after the other"] += times != sorted(times)
            broken["events in their order"] += moments != sorted(moments)
            again = self.d.replay(list(thing.events), self.days, now=end)
            broken["the due moment can be recomputed"] += (
                again.due != thing.due and thing.state != "withdrawn" and not thing.paused
            )
            broken["due not before the receipt"] += again.due < moments[0]
            stops = sum(isinstance(one, self.d.Stopped) for one in thing.events)
            broken["stopped once exactly where it ended"] += stops != (thing.state != "open")
            broken["nothing after the end"] += stops == 1 and not isinstance(thing.events[-1], self.d.Stopped)
            broken["pauses end"] += thing.state != "open" and sum(
                isinstance(one, self.d.Paused) for one in thing.events
            ) != sum(isinstance(one, self.d.Resumed) for one in thing.events)
            broken["at most one extension without consent"] += (
                sum(isinstance(one, self.d.Extended) for one in thing.events) > 1
            )
            broken["no extension for overwork"] += any(
                isinstance(one, self.d.Extended) and one.reason == "overwork" for one in thing.events
            )
            broken["the third transfer went to the arbiter"] += (len(thing.offices) > 3) != thing.arbiter
            if thing.ends:
                broken["no combined answer before every part's"] += thing.state == "answered" and any(
                    not part.ends or part.ends[0] > thing.ends[0] for part in thing.parts
                )
            due = again.due
            broken["days end on working days"] += self.periods[
                thing.type
            ].counting == "working_days" and not self.days.is_working_day(due.date())
        states = Counter(one.state for one in self.cases)
        broken["as many as came in"] += sum(states.values()) != len(self.arrivals)
        broken["numbers are given once"] += len({one.number for one in self.things}) != len(self.things)
        return +broken

    def report(self, broken: Counter[str], lived: float, checked: float) -> None:
        from madang.kernel.logic.intervals import wilson

        print(
            f"{len(self.cases):,} cases, {len(self.things) - len(self.cases):,} parts and second answers, {lived:.0f} s to live, {checked:.0f} s to check"
        )
        states = Counter(one.state for one in self.cases)
        print("states at the end:", ", ".join(f"{state} {count:,}" for state, count in states.most_common()))
        print("\n| type | clocks stopped by an answer | in time | 95 % |\n|---|---|---|---|")
        rows: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for thing in self.things:
            if thing.ends and thing.state != "withdrawn" and thing.due is not None:
                for key in (thing.type, "all"):
                    rows[key][0] += thing.ends[-1] <= thing.due
                    rows[key][1] += 1
        for kind in (*TYPES, "all"):
            hit, of = rows[kind]
            low, high = wilson(hit, of)
            if of:
                print(f"| {kind} | {of:,} | {hit / of * 100:.1f} % | {low * 100:.1f} to {high * 100:.1f} |")
        passed = Counter(len(one.offices) - 1 for one in self.things)
        late = sum(
            one.state == "open" and one.due is not None and one.due.date() >= date(YEAR + 1, 1, 1)
            for one in self.things
        )
        print(
            "\ntransfers:",
            ", ".join(f"{count:,} passed on {times} times" for times, count in sorted(passed.items())),
        )
        print(
            f"busiest way between two offices: {self.passed.most_common(1)}; refused by the rule: {dict(self.refused)}"
        )
        print(f"open at the end: {sum(map(self.is_live, self.things)):,}, of these due next year: {late:,}")
        print("\nEvery invariant holds." if not broken else f"\nBROKEN: {dict(broken)}")
