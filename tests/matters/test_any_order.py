"""Whatever happens to a matter, in whatever order: one responsible office, and one deadline that anyone recomputes.

Acts are drawn at random with the time between them, by whoever may do them; what the rules refuse must change nothing.
After each act the rows are compared with the replay of the events, and with the file read by the standard library.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from madang.commons.matters import clock_files
from madang.commons.matters.domain import (
    clocks,
    handling,
    inquiries,
    more_time,
    outages,
    running_on,
)
from madang.commons.matters.enums import ENDED
from madang.commons.matters.models import Clock, ClockEvent, Inquiry, Matter, MoreTime, Outage
from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.calendar import calendar
from madang.kernel.domain import days
from madang.kernel.errors import RefusedError
from madang.kernel.logic import clock_file
from madang.kernel.logic.deadlines import (
    CIVIL_PETITIONS,
    ClockRefusedError,
    Event,
    Extended,
    Paused,
    Period,
    Received,
    Resumed,
    Started,
    Stopped,
    Unit,
    replay,
)
from madang.kernel.logic.deadlines import (
    Outage as OutageEvent,
)
from madang.kernel.models import Rule
from tests import factories as make
from tests.matters.conftest import City

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 9, 14, 10, 0, tzinfo=clock.SEOUL)  # Chuseok and three substitutes lie ahead

PERIODS = [
    {"amount": 7, "unit": "days"},
    {"amount": 14, "unit": "days"},
    {"amount": 3, "unit": "days"},
    {"amount": 3, "unit": "working_hours"},
    {"amount": 1, "unit": "months"},
    {"amount": 30, "unit": "calendar_days"},
]
ACTS = [
    "assign", "transfer", "settle", "pause", "ask", "answer", "resume", "extend", "ask_more", "agree", "refuse",
    "outage", "undo", "holiday", "lapse", "run_on", "retype", "withdraw",
]  # fmt: skip


class Life:
    """One matter and what may happen to it."""

    def __init__(self, city: City, matter: Matter) -> None:
        self.city, self.pk = city, matter.pk
        self.who = {
            city.office.pk: city.officer,
            city.other.pk: city.stranger,
            city.host.pk: city.host_officer,
        }  # type: ignore[attr-defined]

    @property
    def matter(self) -> Matter:
        return Matter.objects.get(pk=self.pk)

    @property
    def officer(self):
        return make.actor(self.who[self.matter.responsible_id])

    def other_office(self):
        city = self.city
        return city.other if self.matter.responsible_id == city.office.pk else city.office

    def do(self, act: str) -> None:
        city, matter, now = self.city, self.matter, clock.now()
        asked = Inquiry.objects.filter(matter=matter, state="open").first()
        wanted = MoreTime.objects.filter(matter=matter, state="open").first()
        why = {"reason_code": "cooperation", "reason": "다른 기관과 협의합니다.", "amount": 1}
        if act == "assign":
            handling.assign(actor=make.actor(city.triage), matter=matter, office=city.office)
        elif act == "transfer":
            handling.transfer(
                actor=self.officer,
                matter=matter,
                office=self.other_office(),
                reason_code="not_competent",
                reason="소관이 다릅니다.",
            )
        elif act == "settle":
            handling.settle(
                actor=make.actor(city.arbiter), matter=matter, office=self.other_office(), reason="정합니다."
            )
        elif act == "pause":
            clocks.pause(actor=self.officer, matter=matter, reason_code="hearing", reason="의견을 듣습니다.")
        elif act == "ask":
            clocks.pause(
                actor=self.officer, matter=matter, reason_code="supplement", reason="사진이 필요합니다."
            )
        elif act == "answer" and asked:
            inquiries.answer(actor=make.actor(city.author), inquiry=asked, words="보냅니다.")
        elif act == "resume":
            clocks.resume(actor=self.officer, matter=matter)
        elif act == "extend":
            clocks.extend(actor=self.officer, matter=matter, **why)
        elif act == "ask_more":
            more_time.ask(actor=self.officer, matter=matter, **why)
        elif act == "agree" and wanted:
            more_time.agree(actor=make.actor(city.author), request=wanted)
        elif act == "refuse" and wanted:
            more_time.refuse(actor=make.actor(city.author), request=wanted)
        elif act == "outage":
            outages.recount(
                outages.declare(
                    actor=system("test"),
                    start=now - timedelta(hours=30),
                    end=now - timedelta(hours=3),
                    reason="전산실 화재",
                    source="시 누리집",
                )
            )
        elif act == "undo" and (row := Outage.objects.filter(undone_at=None).first()):
            outages.recount(outages.undo(actor=system("test"), pk=row.pk, reason="잘못 적었습니다."))
        elif act == "holiday":
            days.declare(
                actor=system("test"),
                day=clock.today() + timedelta(days=2),
                name_ko="임시공휴일",
                name_en="Temporary holiday",
                source="국무회의",
            )
        elif act == "lapse":
            inquiries.lapse()
            more_time.close_over()
        elif act == "run_on":
            running_on.run_on()
        elif act == "retype":
            kind = "complaint" if matter.kind == "question" else "question"
            handling.retype(actor=self.officer, matter=matter, kind=kind, reason="다른 유형입니다.")
        elif act == "withdraw":
            handling.withdraw(actor=make.actor(city.author), matter=matter)

    def check(self) -> None:
        matter = self.matter
        open_now = matter.assignments.filter(ended_at__isnull=True)
        assert [row.organisation_id for row in open_now] == [matter.responsible_id]
        rows = list(matter.clocks.prefetch_related("events__office", "events__rule").select_related("rule"))
        running = [row for row in rows if row.stopped_at is None]
        assert len(running) == (0 if matter.state in ENDED else 1)
        assert len({row.started_at for row in rows}) == 1  # the resident's clock was never restarted
        for row in rows:
            stands = clocks.replay(row, now=row.stopped_at or clock.now())
            is_paused = row.state == Clock.State.PAUSED
            if not is_paused:
                assert row.due_at == stands.due
                assert (row.office_due_at or row.due_at) == stands.office_due >= stands.due
            file = clock_file.read(json.dumps(clock_files.file_of(matter, row)))
            counted = file.count()
            assert file.agrees(counted)
            assert (counted.due, counted.office_due) == (stands.due, stands.office_due)
        for row in running:
            shows = row.state == Clock.State.RUNNING
            assert (matter.due_at, matter.office_due_at) == (
                (row.due_at, row.office_due_at) if shows else (None, None)
            )
        if not running:
            assert (matter.due_at, matter.office_due_at) == (None, None)


def frozen(pk: int) -> tuple[object, ...]:
    return (
        Matter.objects.filter(pk=pk).values().get(),
        list(Clock.objects.filter(matter=pk).values()),
        list(ClockEvent.objects.filter(clock__matter=pk).values()),
        list(Inquiry.objects.filter(matter=pk).values()),
        list(MoreTime.objects.filter(matter=pk).values()),
    )


class RollbackError(Exception):
    """Takes one example back."""


steps = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 6 * 24 * 60)), min_size=4, max_size=14)


@settings(
    max_examples=40,
    deadline=None,
    # An example costs half a second: making a failing one shorter would take longer than the whole suite.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(PERIODS), steps, st.sampled_from([True, True, True, False]))
def test_any_order_of_acts_leaves_one_office_and_one_deadline_that_anyone_recomputes(
    city: City, period: dict[str, object], acts: list[tuple[str, int]], begins_assigned: bool
) -> None:
    try:
        with transaction.atomic():
            _live(city, period, acts, begins_assigned=begins_assigned)
            raise RollbackError
    except RollbackError:
        pass


def _live(
    city: City, period: dict[str, object], acts: list[tuple[str, int]], *, begins_assigned: bool
) -> None:
    city.host_officer = make.official("officer", city.host)  # type: ignore[attr-defined]
    now = BEGIN
    with clock.at(now):
        for kind in ("question", "complaint"):
            Rule.objects.filter(code=f"matters.answer.{kind}").update(body={"answer": period})
        matter = city.matter("triage")
        handling.retype(
            actor=make.actor(city.triage), matter=matter, kind="question", reason="묻는 글입니다."
        )
        life = Life(city, matter)
        life.check()
        if begins_assigned:
            life.do("assign")
    for act, minutes in acts:
        now += timedelta(minutes=minutes)
        with clock.at(now):
            before = frozen(life.pk)
            try:
                life.do(act)
            except RefusedError:
                assert frozen(life.pk) == before, f"{act} was refused and changed something"
            life.check()


# --- the same without a database, over far more histories -------------------------------------------------

UNITS: list[Unit] = ["working_hours", "days", "weeks", "months", "calendar_days"]
moments = st.integers(0, 60 * 24 * 60).map(lambda n: BEGIN + timedelta(minutes=n))
kinds = st.sampled_from(["received", "paused", "resumed", "extended", "consented", "outage", "stopped"])


def event(kind: str, at: datetime, period: Period) -> Event:
    return {
        "received": Received(at),
        "paused": Paused(at, "supplement"),
        "resumed": Resumed(at),
        "extended": Extended(at, period, "cooperation"),
        "consented": Extended(at, period, "cooperation", consent=True),
        "outage": OutageEvent(at - timedelta(hours=9), at),
        "stopped": Stopped(at),
    }[kind]


@settings(max_examples=400)
@given(
    st.builds(Period, st.integers(1, 14), st.sampled_from(UNITS)),
    st.lists(st.tuples(moments, kinds), max_size=12),
    st.sets(st.dates(date(2026, 9, 1), date(2026, 12, 31)), max_size=12),
)
def test_any_order_of_events_has_one_deadline_and_its_file_gives_the_same(
    period: Period, drawn: list[tuple[datetime, str]], declared: set[date]
) -> None:
    from madang.kernel.calendar import SpecialDay

    extra = [SpecialDay(day, "temporary", "임시", "temporary", "test") for day in sorted(declared)]
    work, now = calendar(extra), BEGIN + timedelta(days=70)
    kept: list[Event] = [Started(BEGIN, period, CIVIL_PETITIONS)]
    for at, kind in sorted(drawn):
        try:
            replay([*kept, event(kind, at, period)], work, now=now)
        except ClockRefusedError:
            continue  # what the rule refuses is no event
        kept.append(event(kind, at, period))
    stands = replay(kept, work, now=now)
    assert stands.office_due >= stands.due
    data = {
        "schema": clock_file.SCHEMA,
        "as_of": now.isoformat(),
        "rule": clock_file.rule_row(CIVIL_PETITIONS),
        "events": [clock_file.event_row(it) for it in kept],
        "calendar": clock_file.calendar_row(
            work.hours,
            BEGIN.date(),
            max(stands.due, stands.office_due, now).date() + timedelta(days=30),
            [
                {"date": day.isoformat()}
                for day in sorted(work.holidays)
                if BEGIN.year <= day.year <= BEGIN.year + 3
            ],
            [],
        ),
        "stated": {"due": stands.due.isoformat(), "office_due": stands.office_due.isoformat()},
    }
    file = clock_file.read(json.dumps(data))
    assert file.count() == stands and file.agrees(stands)
