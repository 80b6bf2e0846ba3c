"""Handling in the domain: each refusal is proven to change nothing."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from madang.commons.matters.domain import clocks, handling
from madang.commons.matters.enums import TransferReason
from madang.commons.matters.models import Assignment, Matter
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Mandate
from tests import factories as make
from tests.matters.conftest import whole

pytestmark = pytest.mark.django_db


def refused(matter, act):
    """Run an act that must be refused; nothing in the database may differ afterwards."""
    before = whole(matter)
    with pytest.raises(RefusedError) as caught:
        act()
    assert whole(matter) == before
    return caught.value


def test_database_keeps_one_responsible_office(city):
    matter = city.matter("assigned")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(matter=matter, organisation=city.other, started_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Matter.objects.filter(pk=matter.pk).update(responsible=None)
    assert matter.assignments.filter(ended_at__isnull=True).get().organisation == city.office


def test_every_act_keeps_exactly_one_open_assignment(city):
    matter = city.matter("arbitration")
    handling.settle(
        actor=make.actor(city.arbiter), matter=matter, office=city.host, reason="여기가 소관입니다."
    )
    rows = list(matter.assignments.order_by("pk"))
    assert [row.organisation.code for row in rows] == ["host", "roads", "parks", "roads", "host"]
    assert [row.ended_at is None for row in rows] == [False, False, False, False, True]


def test_third_transfer_goes_to_the_arbiter_and_moves_nothing(city):
    matter = city.matter("arbitration")
    assert (matter.transfers, matter.state, matter.responsible) == (3, "arbitration", city.office)
    refusal = refused(
        matter,
        lambda: handling.transfer(
            actor=make.actor(city.officer),
            matter=matter,
            office=city.other,
            reason_code="other",
            reason="또 보냅니다.",
        ),
    )
    assert (refusal.code, refusal.status) == ("flow.state", 409)


def test_a_stale_row_does_not_win_a_transfer(city):
    """The count of transfers is read under the lock, not from the row a tab was opened with."""
    stale = city.matter("assigned")
    first = handling.transfer(
        actor=make.actor(city.officer),
        matter=stale,
        office=city.other,
        reason_code="other",
        reason="소관이 다릅니다.",
    )
    handling.transfer(
        actor=make.actor(city.stranger),
        matter=first,
        office=city.office,
        reason_code="other",
        reason="아닙니다.",
    )
    third = handling.transfer(
        actor=make.actor(city.officer),
        matter=stale,
        office=city.other,
        reason_code="other",
        reason="다시 보냅니다.",
    )
    assert (third.state, third.transfers) == ("arbitration", 3)


@pytest.mark.parametrize("reason_code", [*TransferReason.values])
def test_transfer_needs_words_whatever_the_code(city, reason_code):
    matter = city.matter("assigned")
    refusal = refused(
        matter,
        lambda: handling.transfer(
            actor=make.actor(city.officer),
            matter=matter,
            office=city.other,
            reason_code=reason_code,
            reason="  ",
        ),
    )
    assert (refusal.code, refusal.status) == ("flow.reason", 422)


def test_transfer_to_itself_and_without_code(city):
    matter, actor = city.matter("assigned"), make.actor(city.officer)
    same = refused(
        matter,
        lambda: handling.transfer(
            actor=actor, matter=matter, office=city.office, reason_code="other", reason="그냥"
        ),
    )
    assert same.code == "transfer.same"
    vague = refused(
        matter,
        lambda: handling.transfer(
            actor=actor, matter=matter, office=city.other, reason_code="lazy", reason="그냥"
        ),
    )
    assert vague.code == "transfer.reason"


def test_unfinished_draft_does_not_travel(city):
    matter = city.matter("assigned")
    city.submitted(matter)
    handling.transfer(
        actor=make.actor(city.officer),
        matter=matter,
        office=city.other,
        reason_code="other",
        reason="소관이 다릅니다.",
    )
    assert not matter.answers.exists()


def test_mandate_counts_at_the_moment_of_the_act(city):
    matter = city.matter("triage")
    Mandate.objects.filter(user=city.triage).update(valid_to=make.later(-1))
    refusal = refused(
        matter, lambda: handling.assign(actor=make.actor(city.triage), matter=matter, office=city.office)
    )
    assert (refusal.code, refusal.status) == ("mandate.triage", 403)
    future = make.official("triage", city.host)
    Mandate.objects.filter(user=future).update(valid_from=make.later(1))
    refused(matter, lambda: handling.assign(actor=make.actor(future), matter=matter, office=city.office))


def test_retyping_keeps_number_date_and_receipt(city):
    matter = city.matter("assigned")
    kept = Matter.objects.filter(pk=matter.pk).values("number", "filed_at", "code_hash", "rule").get()
    fresh = handling.retype(
        actor=make.actor(city.officer), matter=matter, kind="question", reason="물음입니다."
    )
    assert Matter.objects.filter(pk=matter.pk).values("number", "filed_at", "code_hash", "rule").get() == kept
    assert (fresh.state, fresh.kind, fresh.responsible) == ("triage", "question", city.host)
    running = fresh.clocks.get(stopped_at__isnull=True)
    assert running.rule.code == "matters.answer.question"
    refusal = refused(
        fresh,
        lambda: handling.retype(
            actor=make.actor(city.triage), matter=fresh, kind="question", reason="그대로입니다."
        ),
    )
    assert refusal.code == "retype.same"


def test_merge_refusals(city):
    one, other, ended = city.matter("open"), city.matter("triage"), city.matter("answered")
    triage = make.actor(city.triage)
    assert (
        refused(one, lambda: handling.merge(actor=triage, matter=one, into=one, reason="같음")).code
        == "merge.self"
    )
    assert (
        refused(ended, lambda: handling.merge(actor=triage, matter=ended, into=one, reason="같음")).status
        == 409
    )
    assert (
        refused(one, lambda: handling.merge(actor=triage, matter=one, into=other, reason=" ")).code
        == "flow.reason"
    )
    refused(
        one, lambda: handling.merge(actor=make.actor(city.officer), matter=one, into=other, reason="같음")
    )


def test_merging_into_the_desk_of_others_needs_their_mandate(city):
    one, other = city.matter("open"), city.matter("open")
    Matter.objects.filter(pk=other.pk).update(host=city.other)
    refusal = refused(
        one,
        lambda: handling.merge(
            actor=make.actor(city.triage), matter=one, into=other, reason="같은 제안입니다."
        ),
    )
    assert refusal.code == "mandate.triage"


def test_assigning_twice_is_refused_calmly(city):
    matter = city.matter("triage")
    handling.assign(actor=make.actor(city.triage), matter=matter, office=city.office)
    refusal = refused(
        matter, lambda: handling.assign(actor=make.actor(city.triage), matter=matter, office=city.other)
    )
    assert (refusal.code, refusal.status) == ("flow.state", 409)
    assert clocks.replay(matter.clocks.get()).state == "running"
