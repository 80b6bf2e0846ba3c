"""A holiday declared late moves the clocks that are running."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from madang.commons.matters.models import Clock, Matter
from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.domain import days
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, CalendarDay
from tests import factories

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 2, 10, 0, tzinfo=clock.SEOUL)  # a Monday


def running() -> Clock:
    process = factories.process(answer={"amount": 10, "unit": "days"})
    with clock.at(START):
        idea = factories.idea(process)
        factories.supporters(idea, 3)
    return Clock.objects.get(matter=idea.pk)


def declare(day: date, kind: str = "holiday") -> None:
    with clock.at(START + timedelta(days=1)):
        days.declare(
            actor=system("test"), day=day, name_ko="임시", name_en="Extra", source="Gazette", kind=kind
        )


def test_a_holiday_within_moves_the_due_date_by_a_day() -> None:
    before = running()
    assert before.due_at.astimezone(clock.SEOUL).date() == date(2026, 11, 13)
    declare(date(2026, 11, 5))
    after = Clock.objects.get(pk=before.pk)
    assert after.due_at.astimezone(clock.SEOUL).date() == date(2026, 11, 16)
    assert Matter.objects.get(pk=before.matter_id).due_at == after.due_at


def test_a_holiday_outside_moves_nothing() -> None:
    before = running()
    declare(date(2026, 11, 20))
    assert Clock.objects.get(pk=before.pk).due_at == before.due_at


def test_declaring_twice_is_refused_and_changes_nothing() -> None:
    clock_row = running()
    declare(date(2026, 11, 5))
    moved, audits = Clock.objects.get(pk=clock_row.pk).due_at, Audit.objects.count()
    with pytest.raises(RefusedError):
        declare(date(2026, 11, 5), kind="workday")
    assert (Clock.objects.get(pk=clock_row.pk).due_at, Audit.objects.count()) == (moved, audits)
    assert CalendarDay.objects.get().kind == "holiday"
