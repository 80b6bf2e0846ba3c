"""Cases that say the same: worked on as one, each answered by itself, nobody forgotten."""

from __future__ import annotations

import pytest

from madang.commons.matters.domain import answers, handling
from madang.commons.matters.models import Answer, Clock, Effect, Matter
from madang.commons.notices.models import Event
from madang.kernel import actors
from madang.kernel.errors import RefusedError
from madang.services.casework import desk_queries
from madang.services.casework.domain import clusters
from madang.services.casework.logic import sameness
from madang.services.casework.models import Case, Cluster, ClusterMember
from tests.casework import made
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
REASON = "현장을 확인했고 다음 주에 가로등을 고치기로 했습니다. 그동안 임시등을 켭니다."


@pytest.fixture
def town():
    office, officer, approver = made.office("lights")
    center = made.center()
    made.route(center, office)
    return center, officer, approver


def publish(case: Case, officer, approver, **fields) -> Answer:
    known = {"disposition": "rejected", "reason": REASON} | fields
    draft = answers.save(actor=officer, matter=case.matter, **known)
    return answers.publish(actor=approver, answer=answers.submit(actor=officer, answer=draft))


def filed(center, many: int, *, by=None, **fields) -> list[Case]:
    return [made.case(center, by=by or UserFactory(), **fields) for _ in range(many)]


def test_four_are_four_and_the_fifth_makes_one_row(town):
    center, officer, _approver = town
    filed(center, 4)
    assert not Cluster.objects.exists() and desk_queries.desk(officer).count() == 4
    filed(center, 1)
    assert (desk_queries.desk(officer).count(), Matter.objects.filter(state="assigned").count()) == (1, 5)
    row = desk_queries.rows_of(list(desk_queries.desk(officer).values_list("pk", flat=True)))[0]
    assert row.many == 5


def test_one_person_does_not_flood_the_desk_and_loses_nothing(town):
    center, officer, _approver = town
    cases = filed(center, 30, by=UserFactory())
    assert desk_queries.desk(officer).count() == 1
    assert Cluster.objects.get().kind == "repeated"
    assert len({case.matter.number for case in cases}) == 30
    assert Clock.objects.filter(state="running").count() == 30
    assert not Matter.objects.filter(state="merged").exists()


def test_nameless_ones_are_counted_as_people(town):
    center, officer, _approver = town
    for _ in range(6):
        made.filed(center, is_anonymous=True)
    assert desk_queries.desk(officer).count() == 1
    assert Cluster.objects.get().kind == "same"


def test_another_place_is_another_case(town):
    center, officer, _approver = town
    for number in range(6):
        made.case(center, by=UserFactory(), address=f"중앙로 {number}")
    assert desk_queries.desk(officer).count() == 6


def test_each_gets_the_answer_and_is_told_and_keeps_its_number(town):
    center, officer, approver = town
    cases = filed(center, 7)
    lead = Cluster.objects.get().lead
    publish(lead, officer, approver, reason=f"{lead.matter.number}: {REASON}", disposition="adopted",
            owner=lead.matter.responsible, promised_on=made.clock.today())  # fmt: skip
    assert Matter.objects.filter(state="answered").count() == 1
    assert clusters.settle() == 6
    for case in cases:
        matter = Matter.objects.get(pk=case.pk)
        answer = matter.answers.get(state="published")
        assert matter.state == "answered" and matter.number in answer.reason
        assert case == lead or lead.matter.number not in answer.reason
        assert Event.objects.filter(reference=matter.reference, kind="matters.answered").count() == 1
    assert Effect.objects.count() == 1
    assert not Cluster.objects.get().is_open and clusters.settle() == 0


def test_stopped_in_between_it_goes_on(town):
    center, officer, approver = town
    filed(center, 8)
    publish(Cluster.objects.get().lead, officer, approver)
    assert [clusters.settle(most=3), clusters.settle(most=3), clusters.settle(most=3)] == [3, 3, 1]
    assert Matter.objects.filter(state="answered").count() == Answer.objects.count() == 8


def test_members_go_where_the_lead_goes(town):
    center, officer, _approver = town
    parks, gardener, _third = made.office("parks")
    filed(center, 5)
    lead = Cluster.objects.get().lead
    handling.transfer(actor=officer, matter=lead.matter, office=parks, reason_code="other", reason="소관")
    clusters.settle()
    assert set(Matter.objects.values_list("responsible", flat=True)) == {parks.pk}
    assert set(Matter.objects.exclude(pk=lead.pk).values_list("transfers", flat=True)) == {0}
    assert desk_queries.desk(officer).count() == 0 and desk_queries.desk(gardener).count() == 1


def test_the_lead_taken_back_leaves_the_others_with_a_lead(town):
    center, officer, _approver = town
    cases = filed(center, 6)
    lead = Cluster.objects.get().lead
    handling.withdraw(actor=actors.person(lead.matter.author), matter=lead.matter)
    clusters.settle()
    assert Cluster.objects.get().lead in cases and Cluster.objects.get().lead != lead
    assert desk_queries.desk(officer).count() == 1
    assert clusters.waiting(Cluster.objects.get()).count() == 4


def test_who_takes_her_own_back_is_not_answered_and_stops_nobody(town):
    center, officer, approver = town
    filed(center, 6)
    member = ClusterMember.objects.select_related("case__matter").first()
    handling.withdraw(actor=actors.person(member.case.matter.author), matter=member.case.matter)
    publish(Cluster.objects.get().lead, officer, approver)
    clusters.settle()
    assert Matter.objects.get(pk=member.case_id).state == "withdrawn"
    assert Matter.objects.filter(state="answered").count() == 5 and not Cluster.objects.get().is_open


def test_an_objection_is_hers_alone(town):
    center, officer, approver = town
    filed(center, 5)
    publish(Cluster.objects.get().lead, officer, approver)
    clusters.settle()
    member = ClusterMember.objects.select_related("case__matter").first()
    answers.object_to(
        actor=actors.person(member.case.matter.author), matter=member.case.matter, reason="아직 어두움"
    )
    assert Matter.objects.filter(state="assigned").count() == 1
    assert desk_queries.desk(officer).count() == 1


def test_by_hand_from_as_many_as_the_rule_says(town):
    center, officer, approver = town
    cases = [made.case(center, by=UserFactory(), title=f"가로등 {n}") for n in range(5)]
    with pytest.raises(RefusedError) as refused:
        clusters.put_together(actor=officer, lead=cases[0], cases=cases[:4], reason="같은 취지")
    assert refused.value.code == "cluster.few" and not Cluster.objects.exists()
    with pytest.raises(RefusedError):
        clusters.put_together(actor=actors.person(None), lead=cases[0], cases=cases, reason="같은 취지")
    clusters.put_together(actor=officer, lead=cases[0], cases=cases, reason="같은 취지")
    assert desk_queries.desk(officer).count() == 1
    member = ClusterMember.objects.first()
    clusters.take_out(actor=officer, member=member, reason="다른 곳임")
    assert desk_queries.desk(officer).count() == 2
    publish(cases[0], officer, approver)
    clusters.settle()
    assert Matter.objects.get(pk=member.case_id).state == "assigned"


def test_what_is_equal_is_told_from_what_is_alike():
    one = sameness.digest("가로등!", "꺼졌어요.", address="중앙로 12")
    assert one == sameness.digest(" 가로등 ", "꺼졌 어요", address="중앙로12")
    assert one != sameness.digest("가로등", "켜졌어요", address="중앙로 12")
    assert (
        sameness.alike("가로등이 꺼졌어요", "가로등이 꺼졌어요.")
        == 100
        > sameness.alike("가로등", "쓰레기")
        == 0
    )
