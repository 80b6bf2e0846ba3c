"""A declared outage stops the clocks for exactly its time, once, in public, and can be taken back."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from madang.commons.matters.domain import answers, clocks, lateness, outages
from madang.commons.matters.jobs import announce_late
from madang.commons.matters.models import Clock, ClockEvent, Matter, Outage
from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Outbox, Rule
from tests import factories as make

pytestmark = pytest.mark.django_db
BY = system("operator")
WORDS = {"reason": "전산실 화재", "source": "공고 제2026-11호"}


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=clock.SEOUL)


@pytest.fixture
def matter(city) -> Matter:
    """Filed on 4 March 2026 with thirty calendar days: due on 3 April."""
    with clock.at(at(3, 4)):
        return city.matter("assigned")


def due(matter: Matter) -> datetime:
    row = Clock.objects.get(matter=matter)
    assert row.due_at == clocks.replay(row).due
    assert Matter.objects.get(pk=matter.pk).due_at == row.due_at
    return clock.seoul(row.due_at)


def declare(start: datetime, end: datetime) -> Outage:
    row = outages.declare(actor=BY, start=start, end=end, **WORDS)
    outages.recount(row)
    return row


def test_five_whole_days_move_the_due_date_by_five_days(matter):
    assert due(matter).date() == at(4, 3).date()
    with clock.at(at(3, 20)):
        declare(at(3, 9, 0), at(3, 14, 0))
        assert due(matter).date() == at(4, 8).date()
    event = ClockEvent.objects.get(clock__matter=matter, kind="outage")
    assert (event.at, event.until) == (at(3, 9, 0), at(3, 14, 0))
    act = Audit.objects.get(action="matters.outage.declare")
    assert act.is_public
    assert Outbox.objects.filter(audit=act).exists()


def test_an_hour_of_a_day_takes_no_day_out(matter):
    with clock.at(at(3, 20)):
        declare(at(3, 9, 10), at(3, 9, 11))
    assert due(matter).date() == at(4, 3).date()


def test_the_rule_is_dated_data_and_is_marked_as_unchecked(matter):
    Rule.objects.create(
        code="matters.outage", version=1, valid_from=at(1, 1).date(), body={"whole_days": True}, source="조례"
    )
    with clock.at(at(3, 20)):
        declare(at(3, 9, 10), at(3, 9, 11))
    assert due(matter).date() == at(4, 6).date()  # 4 April is a Saturday
    assert not Outage.objects.get().rule.checked


def test_hours_are_left_out_to_the_second(city):
    Rule.objects.filter(code="square.test").delete()
    make.rule("square.test", answer={"amount": 3, "unit": "working_hours"})
    with clock.at(at(3, 4, 10)):
        matter = city.matter("assigned")
        assert due(matter) == at(3, 4, 14)
    with clock.at(at(3, 5, 10)):
        declare(at(3, 4, 10, 30), at(3, 4, 11, 15))
    assert due(matter) == at(3, 4, 14, 45)


def test_the_same_declaration_twice_changes_nothing(matter):
    with clock.at(at(3, 20)):
        first = declare(at(3, 9, 0), at(3, 14, 0))
        counts = ClockEvent.objects.count(), Audit.objects.count(), due(matter)
        assert declare(at(3, 9, 0), at(3, 14, 0)).pk == first.pk
    assert (ClockEvent.objects.count(), Audit.objects.count(), due(matter)) == counts


def test_overlapping_outages_count_once_and_undoing_one_leaves_the_other(matter):
    with clock.at(at(3, 20)):
        declare(at(3, 9, 0), at(3, 12, 0))
        second = declare(at(3, 11, 0), at(3, 14, 0))
        assert due(matter).date() == at(4, 8).date()
        merged = outages.stretches(outages.standing())
        assert [(one.start, one.end) for one in merged] == [(at(3, 9, 0), at(3, 14, 0))]
        row = outages.undo(actor=BY, pk=second.pk, reason="잘못 적었습니다.")
        outages.recount(row)
        assert due(matter).date() == at(4, 6).date()
        again = outages.undo(actor=BY, pk=second.pk, reason="또")
        assert again.undone_reason == "잘못 적었습니다."
        # A declaration that was taken back may be made again.
        declare(at(3, 11, 0), at(3, 14, 0))
        assert due(matter).date() == at(4, 8).date()


def test_one_that_became_late_during_the_outage_is_late_no_more_and_can_become_late_again(matter):
    with clock.at(at(4, 5)):
        assert lateness.announce(actor=system("clock"), matter=matter)
        declare(at(4, 1, 0), at(4, 4, 0))
        assert due(matter).date() == at(4, 6).date()
        assert not lateness.announce(actor=system("clock"), matter=matter)
    with clock.at(at(4, 8)):
        assert lateness.announce(actor=system("clock"), matter=matter)
        assert not lateness.announce(actor=system("clock"), matter=matter)


def test_late_before_the_outage_stays_late(matter):
    with clock.at(at(4, 20)):
        declare(at(4, 10, 0), at(4, 15, 0))
    assert due(matter).date() == at(4, 3).date()
    assert not ClockEvent.objects.filter(kind="outage").exists()


def test_an_answer_given_after_the_outage_was_in_time(city, matter):
    with clock.at(at(4, 6)):
        answers.publish(actor=make.actor(city.approver), answer=city.submitted(matter))
        declare(at(4, 1, 0), at(4, 4, 0))
    row = Clock.objects.get(matter=matter)
    assert row.stopped_at <= row.due_at
    assert Matter.objects.get(pk=matter.pk).due_at is None


def test_what_is_entered_late_knows_the_outage(city):
    with clock.at(at(3, 20)):
        declare(at(3, 9, 0), at(3, 14, 0))
    with clock.at(at(3, 10)):
        matter = city.matter("assigned")
    assert ClockEvent.objects.filter(clock__matter=matter, kind="outage").count() == 1
    assert due(matter).date() > at(4, 9).date()


def test_while_it_lasts_nothing_becomes_late(matter):
    with clock.at(at(4, 1, 0)):
        outages.begin(actor=BY, at=at(4, 1, 0), **WORDS)
    with clock.at(at(4, 20)):
        announce_late()
        assert not Audit.objects.filter(action="matters.matter.overdue").exists()
        assert Matter.objects.get(pk=matter.pk).due_at > clock.now()
        with pytest.raises(RefusedError, match="장애"):
            outages.begin(actor=BY, at=at(4, 2), **WORDS)
        outages.recount(outages.end(actor=BY, at=at(4, 20, 0)))
        assert due(matter).date() == at(4, 22).date()


def test_a_declaration_killed_before_its_clocks_is_finished_by_the_worker(matter):
    with clock.at(at(3, 20)):
        outages.declare(actor=BY, start=at(3, 9, 0), end=at(3, 14, 0), **WORDS)
        (row,) = outages.unfinished()
        assert outages.recount(row) == 1
        assert outages.unfinished() == []
    assert due(matter).date() == at(4, 8).date()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"end": at(3, 9, 0)}, "outage.times"),
        ({"end": at(12, 9)}, "outage.times"),
        ({"reason": " "}, "outage.words"),
        ({"source": ""}, "outage.words"),
    ],
)
def test_refusals_change_nothing(matter, change, code):
    before = Audit.objects.count(), due(matter)
    terms = {"start": at(3, 10), "end": at(3, 14), **WORDS} | change
    with clock.at(at(3, 20)), pytest.raises(RefusedError) as refusal:
        outages.declare(actor=BY, **terms)
    assert refusal.value.code == code
    assert (Audit.objects.count(), due(matter), Outage.objects.count()) == (*before, 0)


def test_the_command_and_the_public_page(matter, capsys):
    with clock.at(at(3, 20)):
        words = ["--reason", WORDS["reason"], "--source", WORDS["source"]]
        call_command("outage", "declare", "--from", "2026-03-09T00:00", "--to", "2026-03-14T00:00", *words)
        assert "1 due dates moved" in capsys.readouterr().out
        number = str(Outage.objects.get().pk)
        page = Client().get("/outages/").content.decode()
        assert WORDS["reason"] in page
        assert "확인되지 않음" in page
        call_command("outage", "undo", number, "--reason", "잘못 선언했습니다.")
        assert "잘못 선언했습니다." in Client().get("/outages/").content.decode()
        assert Client().get("/en/outages/").status_code == 200
        with pytest.raises(CommandError):
            call_command("outage", "undo", "99999", "--reason", "없음")
        with pytest.raises(CommandError, match="2026-11-20T09:30"):
            call_command("outage", "declare", "--from", "yesterday", "--to", "2026-03-14", *words)
    assert due(matter).date() == at(4, 3).date()
