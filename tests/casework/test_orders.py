"""Whatever happens in whatever order: one responsible office for every matter, one deadline that can be recomputed."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from madang.commons.matters.domain import answers, clocks, handling
from madang.commons.matters.enums import OWED
from madang.commons.matters.models import Assignment, Clock, Matter
from madang.kernel import actors, clock
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.services.casework.domain import feedback, joining, parts, retyping
from madang.services.casework.enums import CaseType
from madang.services.casework.models import Case, Part
from tests.casework import made
from tests.factories import UserFactory, official


class World:
    """Three offices, an arbiter, a triage desk, two cases; each event picks who and what by its numbers."""

    def __init__(self) -> None:
        self.center = made.center()
        self.offices = [made.office(code) for code in ("roads", "lamps", "water")]
        made.route(self.center, self.offices[0][0])
        self.author = UserFactory()
        self.triage = made.triage_of(self.center)
        self.arbiter = actors.person(official(Role.ARBITER, self.center.host))
        kinds = ("grievance", "suggestion")
        self.cases = [made.case(self.center, by=self.author, case_type=kind) for kind in kinds]

    def matters(self) -> list[Matter]:
        return list(Matter.objects.select_related("responsible").order_by("pk"))

    def people_of(self, matter: Matter) -> tuple[Actor, Actor]:
        known = {office.pk: (officer, head) for office, officer, head in self.offices}
        return known.get(matter.responsible_id, (self.triage, self.triage))


Event = Callable[[World, random.Random], Any]


def _case(world: World, pick: random.Random) -> Case:
    return Case.objects.select_related("matter").get(pk=pick.choice(world.cases).pk)


def _matter(world: World, pick: random.Random) -> Matter:
    return pick.choice(world.matters())


def split(world: World, pick: random.Random) -> None:
    parts.split(
        actor=world.triage, case=_case(world, pick), what="한 가지 일", office=pick.choice(world.offices)[0]
    )


def transfer(world: World, pick: random.Random) -> None:
    matter = _matter(world, pick)
    officer, _head = world.people_of(matter)
    office = pick.choice(world.offices)[0]
    handling.transfer(actor=officer, matter=matter, office=office, reason_code="other", reason="다른 부서 일")


def settle(world: World, pick: random.Random) -> None:
    matter = _matter(world, pick)
    handling.settle(
        actor=world.arbiter, matter=matter, office=pick.choice(world.offices)[0], reason="이 부서입니다"
    )


def retype(world: World, pick: random.Random) -> None:
    case = _case(world, pick)
    to = pick.choice(CaseType.values)
    retyping.retype(actor=world.triage, case=case, to=to, reason="유형을 바로잡습니다")


def pause(world: World, pick: random.Random) -> None:
    matter = _matter(world, pick)
    clocks.pause(
        actor=world.people_of(matter)[0],
        matter=matter,
        reason_code="expert_review",
        reason="전문가에게 묻습니다",
    )


def resume(world: World, pick: random.Random) -> None:
    matter = _matter(world, pick)
    clocks.resume(actor=world.people_of(matter)[0], matter=matter)


def answer(world: World, pick: random.Random) -> None:
    matter = _matter(world, pick)
    officer, head = world.people_of(matter)
    draft = answers.save(
        actor=officer,
        matter=matter,
        disposition="rejected",
        reason="현장을 보았고 이상이 없었습니다. 다시 살피겠습니다.",
    )
    answers.publish(actor=head, answer=answers.submit(actor=officer, answer=draft))


def outstanding(world: World, pick: random.Random) -> None:
    part = Part.objects.select_related("case__matter").order_by("?").first()
    if part is not None:
        lead = world.people_of(part.case.matter)[0]
        until = clock.today() + timedelta(days=9)
        parts.name_outstanding(actor=lead, part=part, reason="자재를 기다립니다", until=until)


def again(world: World, pick: random.Random) -> None:
    case = _case(world, pick)
    chosen = list(case.parts.select_related("matter"))
    feedback.not_fixed(actor=actors.person(world.author), case=case, reason="아직 그대로예요", parts=chosen)


def take_out(world: World, pick: random.Random) -> None:
    part = Part.objects.select_related("case__matter").first()
    if part is not None:
        parts.take_out(actor=world.triage, part=part, reason="필요하지 않습니다")


def join(world: World, pick: random.Random) -> None:
    joining.join(actor=actors.person(None), case=_case(world, pick))


def merge(world: World, pick: random.Random) -> None:
    one, other = (case.matter for case in pick.sample(world.cases, 2))
    handling.merge(actor=world.triage, matter=one, into=other, reason="같은 일")


def withdraw(world: World, pick: random.Random) -> None:
    handling.give_up(actor=actors.person(world.author), matter=_case(world, pick).matter)


def wait(world: World, pick: random.Random) -> None:
    """Nothing but time."""


EVENTS: tuple[Event, ...] = (
    split, split, split, transfer, transfer, settle, retype, pause, resume, answer, answer, outstanding, again, take_out,
    join, merge, withdraw, wait,
)  # fmt: skip


def look(world: World) -> None:
    """The invariants."""
    for matter in world.matters():
        rows = list(Assignment.objects.filter(matter=matter, ended_at__isnull=True))
        assert [row.organisation_id for row in rows] == [matter.responsible_id], matter
        running = Clock.objects.filter(matter=matter, stopped_at__isnull=True).select_related("rule")
        assert len(running) == (1 if matter.state in OWED else 0), (matter.state, len(running))
        for row in running:
            if row.state == Clock.State.PAUSED:  # what it shows moves with every day that it stands still
                assert matter.due_at is None
            else:
                assert matter.due_at == row.due_at == clocks.replay(row).due
    for case in Case.objects.select_related("matter"):
        if case.matter.state == "answered":
            # Nothing is left that was not named: what came after it was answered cannot be.
            last = case.matter.answers.filter(state="published").latest("version")
            left = [part for part in case.parts.all() if part.matter.state in OWED]
            assert all(part.outstanding_reason for part in left if part.added_at < last.published_at)
        numbers = list(case.parts.values_list("number", flat=True))
        assert len(numbers) == len(set(numbers))


@pytest.mark.django_db
@settings(
    max_examples=40,
    # An example costs half a second: making a failing one shorter would take longer than the whole suite.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(st.integers(0, len(EVENTS) - 1), st.integers(0, 10_000)), max_size=14))
def test_any_order_of_events_gives_one_office_and_one_deadline(order: list[tuple[int, int]]) -> None:
    done = 0
    with transaction.atomic():
        moment = clock.datetime.fromisoformat(made.MONDAY)
        with clock.at(moment):
            world = World()
        for place, (event, number) in enumerate(order, start=1):
            with clock.at(moment + timedelta(hours=5 * place)):
                try:
                    with transaction.atomic():
                        EVENTS[event](world, random.Random(number))
                    done += 1
                except RefusedError:
                    pass  # not allowed now: then nothing may have changed
                look(world)
        transaction.set_rollback(True)
    assert done <= len(order)
