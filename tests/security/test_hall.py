"""The hall, attacked: what its doors open to whom, and what a full hall may do at once."""

from __future__ import annotations

import json

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from madang.commons.meetings.domain import door
from madang.commons.opinions.domain import statements
from madang.kernel.levels import Level
from tests import factories as make
from tests.meetings.conftest import Hall, hall_of
from tests.opinions import rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Hall:
    cache.clear()
    return hall_of()


def test_a_full_hall_behind_one_address_gets_in_with_its_tickets(hall: Hall) -> None:
    """None of them has a visit of her own yet: one who types nonsense must not use up the tries of all."""
    meeting = hall.meeting("running", seats=40)
    join = reverse("hall_join", args=[meeting.number])
    tickets = [door.walk_in(actor=hall.actor, meeting=meeting).registration.ticket for _ in range(12)]
    prankster = Client()
    for _ in range(25):
        assert prankster.post(join, {"ticket": "zzzz-zzzz"}).status_code == 422
    for ticket in tickets:
        assert Client().post(join, {"ticket": ticket}).status_code == 302


def test_guessing_tickets_ends_whatever_visit_the_guesser_claims(hall: Hall) -> None:
    meeting = hall.meeting("running")
    join, said = reverse("hall_join", args=[meeting.number]), set()
    for place in range(302):
        guesser = Client()
        guesser.cookies["sessionid"] = f"{place:032d}"
        said.add(guesser.post(join, {"ticket": "zzzz-zzzz"}).status_code)
    assert said == {422, 429}


def test_who_took_part_gets_a_copy_of_her_data(hall: Hall) -> None:
    """It failed for everybody who had registered for a meeting or written a statement of a conversation."""
    meeting, person = hall.meeting("open"), make.UserFactory()
    hall.come(meeting, person)
    room = rooms.room(level=Level.CONTACT)
    statements.write(actor=make.actor(person), conversation=room, words="다리 아래에도 시계를 걸어야 한다")
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/my/data/")
    assert answer.status_code == 200
    copy = json.dumps(answer.json())
    assert meeting.number in copy and room.code in copy


def test_no_form_for_a_meeting_is_shown_to_who_may_not_plan_one(hall: Hall) -> None:
    client = Client()
    client.force_login(make.UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("desk_meeting_new")).status_code == 403
    client.force_login(hall.officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("desk_meeting_new")).status_code == 200
