"""The clock replays from its events; the rules refuse what they do not know."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from madang.commons.matters.domain import clocks, lateness
from madang.commons.matters.models import Clock, Matter
from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.domain.audit import commitment
from madang.kernel.models import Audit, Outbox
from tests import factories as make
from tests.matters.conftest import in_days
from tests.matters.test_handling import refused

pytestmark = pytest.mark.django_db


def extend(city, matter, **change):
    terms = {"reason_code": "fact_check", "reason": "현장을 확인합니다.", "amount": 5} | change
    return clocks.extend(actor=make.actor(city.officer), matter=matter, **terms)


def test_due_is_the_replay_of_the_events(city):
    matter = city.matter("assigned")
    extend(city, matter)
    row = Clock.objects.get(matter=matter)
    assert clocks.replay(row).due == row.due_at == Matter.objects.get(pk=matter.pk).due_at


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason_code": "overwork"}, "clock.extension_reason_barred"),
        ({"reason_code": "absent_officer"}, "clock.extension_reason_barred"),
        ({"reason_code": "holiday_plans"}, "clock.extension_reason_not_permitted"),
        ({"amount": 31}, "clock.extension_too_long"),
    ],
)
def test_refused_extensions_change_nothing(city, change, code):
    matter = city.matter("assigned")
    refusal = refused(matter, lambda: extend(city, matter, **change))
    assert (refusal.code, refusal.status) == (code, 422)


def test_second_extension_needs_consent_and_a_third_is_none(city):
    matter = city.matter("assigned")
    extend(city, matter)
    assert refused(matter, lambda: extend(city, matter)).code == "clock.extension_needs_consent"
    extend(city, matter, with_consent=True)
    assert refused(matter, lambda: extend(city, matter, with_consent=True)).code == "clock.no_extension_left"


def test_what_an_office_claims_of_an_extension_is_in_the_log(city):
    """The leaf commits to the payload, so nobody can say later that no consent was claimed, or less time."""
    matter = city.matter("assigned")
    extend(city, matter)
    extend(city, matter, with_consent=True)
    first, second = Audit.objects.filter(action="matters.matter.extend").order_by("pk")
    assert (first.payload["data"]["with_consent"], second.payload["data"]["with_consent"]) == (False, True)
    assert second.payload["data"]["amount"] > 0
    leaf = json.loads(bytes(Outbox.objects.get(audit=second).leaf))
    assert leaf["commit"] == commitment(bytes(second.salt), second.payload)


def test_no_extension_once_it_is_late(city):
    matter = city.matter("assigned")
    with in_days(40):
        assert refused(matter, lambda: extend(city, matter)).code == "clock.extension_too_late"


def test_a_pause_takes_its_days_out(city):
    start = datetime(2026, 3, 4, 10, 0, tzinfo=clock.SEOUL)
    with clock.at(start):
        matter = city.matter("assigned")
        before = Matter.objects.get(pk=matter.pk).due_at
        clocks.pause(
            actor=make.actor(city.officer),
            matter=matter,
            reason_code="supplement",
            reason="사진이 필요합니다.",
        )
    assert Matter.objects.get(pk=matter.pk).due_at is None
    with clock.at(start + timedelta(days=9)):
        clocks.resume(actor=make.actor(city.officer), matter=matter)
    assert (Matter.objects.get(pk=matter.pk).due_at - before).days >= 9


def test_pause_refusals(city):
    matter, officer = city.matter("assigned"), make.actor(city.officer)
    unknown = refused(
        matter, lambda: clocks.pause(actor=officer, matter=matter, reason_code="tired", reason="쉽니다.")
    )
    assert unknown.code == "clock.pause_reason_not_permitted"
    assert refused(matter, lambda: clocks.resume(actor=officer, matter=matter)).code == "clock.not_paused"
    clocks.pause(actor=officer, matter=matter, reason_code="supplement", reason="사진이 필요합니다.")
    again = refused(
        matter, lambda: clocks.pause(actor=officer, matter=matter, reason_code="supplement", reason="또")
    )
    assert again.code == "clock.already_paused"
    refused(
        matter,
        lambda: clocks.resume(actor=make.actor(city.stranger), matter=matter),
    )


def test_lateness_is_announced_once(city):
    matter = city.matter("assigned")
    with in_days(40):
        assert lateness.announce(actor=system("clock"), matter=matter)
        assert not lateness.announce(actor=system("clock"), matter=matter)
    assert Audit.objects.filter(target=matter.reference, action="matters.matter.overdue").count() == 1
