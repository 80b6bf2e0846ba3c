"""The clock replays from its events; the rules refuse what they do not know."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from madang.commons.matters.domain import clocks, lateness, more_time, running_on
from madang.commons.matters.models import Clock, ClockEvent, Matter, MoreTime
from madang.commons.matters.web import shown
from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.domain.audit import commitment
from madang.kernel.models import Audit, Outbox, Rule
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


def agreed(city, matter) -> MoreTime:
    """The office asks for a second extension, and the author agrees."""
    row = more_time.ask(
        actor=make.actor(city.officer),
        matter=matter,
        reason_code="fact_check",
        reason="현장을 한 번 더 확인합니다.",
        amount=5,
    )
    return more_time.agree(actor=make.actor(city.author), request=row)


def test_second_extension_needs_consent_and_a_third_is_none(city):
    matter = city.matter("assigned")
    extend(city, matter)
    assert refused(matter, lambda: extend(city, matter)).code == "clock.extension_needs_consent"
    agreed(city, matter)
    assert refused(matter, lambda: extend(city, matter)).code == "clock.no_extension_left"
    assert refused(matter, lambda: agreed(city, matter)).code == "clock.no_extension_left"


def test_what_an_office_claims_of_an_extension_is_in_the_log(city):
    """The leaf commits to the payload, so nobody can say later that no consent was given, or less time."""
    matter = city.matter("assigned")
    extend(city, matter)
    agreed(city, matter)
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


def stop(city, matter, code="hearing"):
    return clocks.pause(
        actor=make.actor(city.officer), matter=matter, reason_code=code, reason="공청회를 엽니다."
    )


def test_a_clock_stands_still_for_so_long_and_then_runs_on_by_itself(city):
    """The limit is dated data, written down as unchecked; it counts all stops for the same reason."""
    begin = datetime(2026, 3, 4, 10, 0, tzinfo=clock.SEOUL)
    with clock.at(begin):
        matter = city.matter("assigned")
        stop(city, matter)
    rule = Rule.objects.get(code="matters.pause")
    assert (rule.body, rule.checked) == ({"longest_days": 30}, False)
    with clock.at(begin + timedelta(days=10)):
        clocks.resume(actor=make.actor(city.officer), matter=matter)
    with clock.at(begin + timedelta(days=20)):
        stop(city, matter)
    end = begin + timedelta(days=40)
    with clock.at(end - timedelta(seconds=1)):
        assert running_on.run_on() == 0
        shown_now = shown.clock_of(Clock.objects.get(matter=matter))
        assert shown_now is not None and shown_now.state == "paused"
        assert "2026. 4. 13." in shown_now.why
    with clock.at(end):
        assert [running_on.run_on(), running_on.run_on()] == [1, 0]
        row = Clock.objects.get(matter=matter)
        assert row.state == Clock.State.RUNNING
        assert row.due_at == Matter.objects.get(pk=matter.pk).due_at == clocks.replay(row).due
        act = Audit.objects.filter(action="matters.matter.resume").latest("pk")
        assert act.actor_id is None and Outbox.objects.filter(audit=act).exists()
        assert refused(matter, lambda: stop(city, matter)).code == "clock.pause_used_up"
        stop(city, matter, "expert_review")  # another reason has time of its own


def test_a_stop_from_before_there_was_a_limit_ends_too_and_a_question_to_the_author_by_its_own(city):
    begin = datetime(2026, 3, 4, 10, 0, tzinfo=clock.SEOUL)
    with clock.at(begin):
        old, asked = city.matter("assigned"), city.matter("assigned")
        stop(city, old)
        stop(city, asked, "supplement")
    ClockEvent.objects.filter(clock__matter=old).update(until=None)
    with clock.at(begin + timedelta(days=31)):
        assert running_on.run_on() == 1
    assert Clock.objects.get(matter=old).state == Clock.State.RUNNING
    assert Clock.objects.get(matter=asked).state == Clock.State.PAUSED


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
