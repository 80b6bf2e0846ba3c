"""An office ends: what it owes and promises goes on with another one, visibly, and no date moves."""

from __future__ import annotations

import pytest

from madang.commons.matters.domain import answers, succession
from madang.commons.matters.models import Answer, Assignment, Clock, Effect, Matter
from madang.commons.notices.models import Event
from madang.kernel import actors
from madang.kernel.domain import offices
from madang.kernel.models import Audit
from tests import factories as make
from tests.matters.test_path import adopted

pytestmark = pytest.mark.django_db


def end(city) -> None:
    """The office of roads ends; that of parks goes on, with an approver of its own."""
    make.official("approver", city.other)
    for one in (city.office, city.other):
        one.parent = city.host
        one.save(update_fields=["parent"])
    offices.end_office(
        actor=actors.system("test"), office=city.office, successor=city.other, reason="조직개편 조례 제1호"
    )


def test_what_is_owed_goes_on_with_every_date(city):
    matter = city.matter("assigned")
    draft = answers.save(
        actor=make.actor(city.officer), matter=matter, disposition="rejected", reason="쓰다 만 답변입니다."
    )
    due = Clock.objects.values_list("due_at", "office_due_at").get(matter=matter)
    end(city)
    assert Matter.objects.get(pk=matter.pk).responsible == city.office, "until the worker has come by"
    assert succession.go_on() == 1
    fresh = Matter.objects.get(pk=matter.pk)
    assert (fresh.responsible, fresh.officer, fresh.state, fresh.transfers) == (
        city.other, None, "assigned", matter.transfers,
    )  # fmt: skip
    assert Clock.objects.values_list("due_at", "office_due_at").get(matter=matter) == due
    assert [row.organisation for row in Assignment.objects.filter(matter=matter, ended_at=None)] == [
        city.other
    ]
    draft = Answer.objects.get(pk=draft.pk)
    assert (draft.office, draft.reason) == (city.other, "쓰다 만 답변입니다.")
    act = Audit.objects.get(action="matters.matter.succeed")
    assert act.is_public
    assert act.payload["data"]["from"] == "roads"
    assert Event.objects.filter(kind="matters.succeeded").count() == 1
    assert succession.go_on() == 0


def test_what_was_answered_stays_until_it_is_objected_to(city):
    matter = city.matter("answered")
    end(city)
    assert succession.go_on() == 0
    assert Answer.objects.get(matter=matter).office == city.office
    answers.object_to(
        actor=make.actor(city.author), matter=matter, reason="아직 그대로입니다. 다시 봐 주세요."
    )
    assert succession.go_on() == 1
    assert Matter.objects.get(pk=matter.pk).responsible == city.other
    assert Answer.objects.get(matter=matter).office == city.office


def test_promises_go_on_and_those_that_are_kept_stay(city):
    matter = adopted(city)
    kept = Effect.objects.get(matter=matter)
    kept.pk, kept.state, kept.done_on = None, "done", kept.promised_on
    kept.save()
    end(city)
    assert succession.go_on() == 1
    owners = dict(Effect.objects.values_list("state", "owner__code"))
    assert owners == {"promised": "parks", "done": "roads"}
    assert Audit.objects.get(action="matters.effect.succeed").is_public


def test_one_that_ends_in_turn_is_passed_over(city):
    """Of a chain the last one goes on, whenever the worker comes by."""
    matter = city.matter("assigned")
    end(city)
    third = make.OrganisationFactory(code="third", parent=city.host)
    make.official("officer", third)
    make.official("approver", third)
    offices.end_office(actor=actors.system("test"), office=city.other, successor=third, reason="다시 개편")
    assert succession.go_on() == 1
    assert Matter.objects.get(pk=matter.pk).responsible == third
