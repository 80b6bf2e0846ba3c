"""State, clock and way of a matter: one set of words for cards, pages, receipts and the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from madang.commons.matters import api as matters
from madang.commons.matters.answer_card import answer_card, signed_by
from madang.commons.matters.domain import answers, effects, handling
from madang.commons.matters.models import Matter
from madang.kernel import clock
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def adopted(city) -> Matter:
    """A matter whose answer promises something."""
    matter = city.matter("assigned")
    terms = {
        "disposition": "adopted",
        "owner": city.office,
        "promised_on": clock.today() + timedelta(days=30),
    }
    answers.publish(actor=make.actor(city.approver), answer=city.submitted(matter, **terms))
    return Matter.objects.get(pk=matter.pk)


def ways(matter: Matter, **known: object) -> list[str]:
    return [step.state for step in matters.steps(matter, **known)]


def test_the_badge_counts_days_of_seoul_and_says_when_it_is_late(city):
    matter = city.matter("triage")
    with clock.at(matter.due_at - timedelta(days=3)):
        assert matters.clock_view(matter).text == "3 days to answer"
        assert matters.state_tag(matter).label == "Waiting for an office"
    with clock.at(matter.due_at - timedelta(minutes=1)):
        assert matters.clock_view(matter).text == "Answer due today"
        assert not matters.is_late(matter)
    with clock.at(matter.due_at + timedelta(minutes=1)):
        assert (matters.clock_view(matter).state, matters.clock_view(matter).text) == ("late", "1 day late")
        assert matters.state_tag(matter).label == "Answer is late"
        assert ways(matter) == ["done", "done", "late", "todo"]
    with translation.override("ko"), clock.at(matter.due_at + timedelta(days=2)):
        assert matters.clock_view(matter).text == "2일 늦음"


def test_nothing_is_owed_while_people_discuss_or_after_the_end(city):
    talking = city.matter("open")
    assert matters.clock_view(talking) is None
    assert ways(talking) == ["done", "now", "todo", "todo"]
    handling.withdraw(actor=make.actor(city.author), matter=talking, reason="")
    gone = Matter.objects.get(pk=talking.pk)
    assert ways(gone) == ["done", "done", "skipped", "skipped"]


def test_a_promise_is_under_way_until_there_is_evidence_and_then_done(city):
    answered = adopted(city)
    promised = matters.effects_of(answered)
    assert ways(answered, effects=promised) == ["done", "done", "done", "now"]
    with clock.at(clock.now() + timedelta(days=4000)):
        assert ways(answered, effects=promised)[-1] == "late"
    effects.report(
        actor=make.actor(city.officer), effect=promised[0], state="done", text="신호를 켰습니다.",
        evidence_url="https://example.org/photo",
    )  # fmt: skip
    assert ways(answered, effects=matters.effects_of(answered))[-1] == "done"


def test_flags_of_a_list_say_the_same_as_the_promises(city):
    answered = adopted(city)
    row = matters.with_outcome(Matter.objects.filter(pk=answered.pk)).get()
    assert (row.has_answer, row.has_effect, row.is_done) == (True, False, False)
    promised = matters.effects_of(answered)[0]
    effects.report(
        actor=make.actor(city.officer), effect=promised, state="under_way", text="공사를 시작했습니다."
    )
    row = matters.with_outcome(Matter.objects.filter(pk=answered.pk)).get()
    assert (row.has_effect, row.is_done) == (True, False)
    assert ways(row, has_effect=True, is_done=row.is_done)[-1] == "now"


def test_the_answer_names_who_wrote_and_who_approved(city):
    answered = adopted(city)
    answer = answered.answers.get()
    assert (
        signed_by(answer) == f"written by {city.officer.shown_name}, approved by {city.approver.shown_name}"
    )
    card = answer_card(answer, matters.effects_of(answered))
    assert card["tone"] == "jade" and [row["state"] for row in card["promises"]] == ["Promised"]


def test_a_private_matter_opens_by_its_place_and_never_by_its_key(city):
    for _ in range(2):
        city.matter("open")
    matter = city.matter("open")
    handling.retype(
        actor=make.actor(city.triage),
        matter=matter,
        kind="complaint",
        reason="개인의 일에 관한 민원입니다.",
        private=True,
    )
    client = Client()
    client.force_login(city.author)
    page = client.get("/my/").content.decode()
    found = Matter.objects.get(pk=matter.pk)
    address = matters.address_of(client.session, found)
    assert address in page and f"/receipt/show/{matter.pk}/" not in page
    assert found.title in client.get(address, follow=True).content.decode()
    other = Client()
    other.force_login(city.stranger)
    assert other.get(address).status_code == 404
