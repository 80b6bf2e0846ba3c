"""An author gives an idea up that others support."""

from __future__ import annotations

from datetime import timedelta

import pytest

from madang.commons.matters.domain import handling
from madang.commons.notices.models import Event
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from madang.services.square.domain import authors, ideas, stepping
from madang.services.square.models import Idea, StepBack
from tests import factories
from tests.factories import UserFactory, actor
from tests.square.test_growing import fresh

pytestmark = pytest.mark.django_db


def left(count: int = 2) -> tuple[Idea, StepBack, list]:
    idea = factories.idea(factories.process(threshold=50))
    people = [UserFactory() for _ in range(count)]
    for person in people:
        ideas.support(actor=actor(person), idea=idea)
    ideas.tally()
    handling.give_up(actor=actor(idea.matter.author), matter=idea.matter, reason="이사를 갑니다.")
    return idea, StepBack.objects.get(idea=idea), people


def test_alone_it_is_withdrawn_at_once() -> None:
    idea = factories.idea()
    handling.give_up(actor=actor(idea.matter.author), matter=idea.matter)
    assert fresh(idea).matter.state == "withdrawn"
    assert not StepBack.objects.exists()


def test_a_supporter_goes_on_as_its_author_and_counts_once() -> None:
    idea, row, people = left()
    assert fresh(idea).matter.state == "open"
    assert Event.objects.filter(kind="square.stepped_back").count() == 1
    stepping.take_over(actor=actor(people[0]), step_back=row)
    ideas.tally()
    after = fresh(idea)
    assert (after.matter.author, after.support_total, after.matter.code_hash) == (people[0], 1, None)
    with pytest.raises(RefusedError):  # the second comes too late
        stepping.take_over(actor=actor(people[1]), step_back=row)
    assert Audit.objects.filter(action="matters.matter.hand_over").count() == 1


def test_nobody_comes_only_to_take_it() -> None:
    idea, row, _people = left()
    late = UserFactory()
    with clock.at(row.at + timedelta(minutes=1)):
        ideas.support(actor=actor(late), idea=idea)
        for who in (late, UserFactory(), None):
            with pytest.raises(RefusedError):
                stepping.take_over(actor=actor(who), step_back=row)
    assert fresh(idea).matter.author == idea.matter.author


def test_after_its_days_it_is_withdrawn_once() -> None:
    idea, row, _people = left()
    with clock.at(row.until):
        assert (stepping.lapse(), stepping.lapse()) == (1, 0)
    assert (fresh(idea).matter.state, StepBack.objects.get().state) == ("withdrawn", "withdrawn")


def test_what_was_answered_meanwhile_is_left_as_it_is() -> None:
    idea, row, _people = left()
    Idea.objects.get(pk=idea.pk)
    handling.close(
        actor=actor(factories.official("triage", idea.matter.host)),
        matter=fresh(idea).matter,
        reason_code="below_threshold",
        reason="2 / 50",
    )
    with clock.at(row.until):
        assert stepping.lapse() == 1
    assert (fresh(idea).matter.state, StepBack.objects.get().state) == ("closed", "closed")


def test_she_may_stay_after_all() -> None:
    idea, row, people = left()
    with pytest.raises(RefusedError):
        stepping.come_back(actor=actor(people[0]), step_back=row)
    stepping.come_back(actor=actor(idea.matter.author), step_back=row)
    assert StepBack.objects.get().state == "undone"


def test_with_another_author_it_goes_on_with_her() -> None:
    idea, friend = factories.idea(), UserFactory()
    row = authors.invite(actor=actor(idea.matter.author), idea=idea, email=friend.email)
    authors.accept(actor=actor(friend), invitation=row)
    handling.give_up(actor=actor(idea.matter.author), matter=idea.matter)
    after = fresh(idea)
    assert (after.matter.author, after.matter.state) == (friend, "open")
    assert not idea.coauthors.filter(state="accepted").exists()


def test_on_the_page(client) -> None:
    idea, _row, people = left()
    where = f"/ideas/{idea.matter.number}/"
    assert client.post(where + "take-over/").status_code == 302
    client.force_login(people[1])
    assert "take-over/" in client.get(where).content.decode()
    client.post(where + "take-over/")
    assert fresh(idea).matter.author == people[1]
