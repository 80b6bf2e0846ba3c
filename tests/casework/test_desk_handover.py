"""Somebody leaves: what she worked on falls back at that moment, nothing is without an owner, authors are told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from madang.commons.matters.domain import handling
from madang.commons.matters.models import Assignment, Clock, Matter
from madang.commons.notices.models import Event
from madang.kernel import actors, clock
from madang.kernel.domain import offices
from madang.kernel.errors import RefusedError
from madang.kernel.models import Mandate, Role
from madang.services.casework.domain import handover
from madang.services.casework.models import Handover
from tests.casework import made
from tests.factories import UserFactory, official

pytestmark = pytest.mark.django_db


@pytest.fixture
def work():
    office, officer, approver = made.office("lights")
    center = made.center()
    made.route(center, office)
    cases = [made.case(center, by=UserFactory(), title=f"가로등 {number}") for number in range(3)]
    for case in cases:
        handling.take(actor=approver, matter=case.matter, officer=officer.user)
    return office, officer, approver, cases


def end(officer, office):
    mandate = Mandate.objects.get(user=officer.user)
    return offices.end(actor=actors.person(official(Role.ADMIN, office)), mandate=mandate, reason="전보")


def test_at_the_moment_of_ending_everything_falls_back(work):
    office, officer, _approver, cases = work
    dates = dict(Matter.objects.values_list("pk", "due_at"))
    end(officer, office)
    rows = Matter.objects.filter(pk__in=[one.pk for one in cases])
    assert {(row.officer, row.responsible, row.state) for row in rows} == {(None, office, "assigned")}
    assert dict(Matter.objects.values_list("pk", "due_at")) == dates
    assert Assignment.objects.filter(ended_at__isnull=True).count() == 3
    assert Clock.objects.filter(state="running").count() == 3
    assert {(row.of, row.named_at) for row in Handover.objects.all()} == {(officer.user, None)}
    assert Event.objects.filter(kind="matters.fell_back").count() == 3
    assert handover.release() == 0


def test_a_mandate_that_runs_out_is_found_by_the_job(work):
    _office, officer, _approver, _cases = work
    Mandate.objects.filter(user=officer.user).update(valid_to=clock.now() + timedelta(hours=1))
    assert handover.release() == 0
    with clock.at(clock.now() + timedelta(hours=2)):
        assert handover.release() == 3


def test_who_still_has_another_mandate_there_keeps_them(work):
    office, officer, _approver, _cases = work
    other = Mandate.objects.filter(post__role="approver", post__organisation=office).get().post
    Mandate.objects.create(user=officer.user, post=other, valid_from=clock.now() - timedelta(days=1))
    offices.end(
        actor=actors.person(official(Role.ADMIN, office)),
        mandate=Mandate.objects.get(user=officer.user, post__role="officer"),
        reason="겸직 해제",
    )
    assert not Handover.objects.exists()


def test_the_new_one_is_named_at_once_and_the_authors_are_told(work):
    office, officer, approver, _cases = work
    end(officer, office)
    stranger = made.office("else")[1].user
    with pytest.raises(RefusedError):
        handover.name(actor=approver, rows=Handover.objects.all(), officer=stranger)
    with pytest.raises(RefusedError):
        handover.name(actor=approver, rows=Handover.objects.all(), officer=officer.user)
    assert Handover.objects.filter(named_at__isnull=True).count() == 3
    heir = official(Role.OFFICER, office)
    assert handover.name(actor=approver, rows=Handover.objects.all(), officer=heir) == 3
    assert set(Matter.objects.values_list("officer", flat=True)) == {heir.pk}
    assert Event.objects.filter(kind="matters.officer").count() == 3
    assert {(row.to, row.named_at is None) for row in Handover.objects.all()} == {(heir, False)}


def test_taken_one_by_one_it_is_closed_by_the_job(work):
    office, officer, approver, cases = work
    end(officer, office)
    heir = official(Role.OFFICER, office)
    handling.take(actor=approver, matter=cases[0].matter, officer=heir)
    assert handover.settle() == 1 and handover.settle() == 0
    assert Handover.objects.get(matter=cases[0].matter).to == heir
    assert handover.of_offices(approver).filter(named_at__isnull=True).count() == 2


def test_another_office_sees_none_of_it(work):
    office, officer, _approver, _cases = work
    end(officer, office)
    assert not handover.of_offices(made.office("else")[1]).exists()
