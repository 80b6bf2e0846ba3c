"""Followers of a round, of its projects and of the proposals in them hear how the vote goes: once of each thing, with the reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from madang.commons.notices import api as notices
from madang.commons.notices.domain import telling as told
from madang.commons.notices.models import Event
from madang.kernel import clock
from madang.kernel.models import User
from madang.services.budgeting.domain import closing, counting, deciding, rounds
from madang.services.budgeting.models import Project
from tests.budgeting import rounds_made
from tests.budgeting import voting_made as made
from tests.factories import UserFactory, actor

pytestmark = pytest.mark.django_db


def heard(user: User) -> list[tuple[str, str]]:
    """What somebody was told, the first first: kind and sentence."""
    for event in Event.objects.filter(told_at=None).order_by("pk"):
        told.fan_out(event.pk)
    inbox = notices.inbox(user, limit=100)
    return [(one.kind.removeprefix("budgeting."), str(one.sentence)) for one in reversed(list(inbox))]


def test_from_the_opening_to_the_decision_each_person_hears_each_thing_once() -> None:
    pot = made.opened(state="ballot", level="contact", votes_from=clock.now() + timedelta(hours=1))
    round_ = pot.round
    project = Project.objects.get(code="A1")
    author = UserFactory()
    proposal = rounds_made.proposal(round_, project, author=author)
    everything, one_project, voter = UserFactory(), UserFactory(), UserFactory()
    for reference in (round_.reference, project.reference, proposal.matter.reference):
        notices.follow(reference=reference, user=everything, why="follower")
    notices.follow(reference=Project.objects.get(code="A4").reference, user=one_project, why="follower")
    notices.follow(reference=round_.reference, user=voter, why="follower")
    with clock.at(round_.votes_from):
        rounds.advance()
        made.cast(pot, ["A1"], voter)
        assert rounds.remind() == 0  # the vote has just begun
    with clock.at(round_.votes_until - timedelta(days=1, seconds=1)):
        assert rounds.remind() == 0
    with clock.at(round_.votes_until - timedelta(days=1)):
        assert (rounds.remind(), rounds.remind()) == (1, 0)
    with clock.at(round_.votes_until):
        assert (rounds.remind(), closing.close_due()) == (0, 1)
    counting.count_waiting()
    deciding.recount_waiting()
    boss = made.approver(round_.host)
    with clock.at(round_.votes_until + timedelta(hours=1)):
        deciding.decide(actor=actor(boss), round_=round_, reason="두 집계가 같습니다.")
    way = ["voting", "closing", "counting"]
    with translation.override("en"):
        assert [kind for kind, _said in heard(everything)] == [*way, "won", "decided"]
        assert [kind for kind, _said in heard(voter)] == [*way, "decided"]
        hers = [(kind, said) for kind, said in heard(author) if kind in (*way, "won")]
        assert [kind for kind, _said in hers] == [*way, "won"] and hers[-1][1].startswith("It is funded: ")
        other = heard(one_project)
        assert [kind for kind, _said in other] == [*way, "lost"]
        assert other[-1][1].startswith("It is not funded: ") and len(other[-1][1]) > 30
        assert "One day is left" in other[1][1]


def test_a_vote_of_a_day_is_not_told_twice() -> None:
    pot = made.opened(
        votes_until=clock.now() + timedelta(hours=20), votes_from=clock.now() - timedelta(hours=2)
    )
    assert rounds.remind() == 0 and pot.round.reminded_at is None


def test_who_has_voted_is_offered_to_follow_and_the_page_of_a_project_too(client: Client) -> None:
    pot, user = made.opened(), UserFactory()
    client.force_login(user)
    page = client.post(f"/en/budget/rounds/2027/vote/{pot.code}/", {"project": ["A1"]}).content.decode()
    assert 'value="round:2027"' in page
    client.post("/follow/", {"reference": "round:2027", "next": "/"})
    page = client.post(f"/en/budget/rounds/2027/vote/{pot.code}/", {"project": ["A2"]}).content.decode()
    assert 'value="round:2027"' not in page
    assert 'value="project:2027-A1"' in client.get("/en/budget/rounds/2027/projects/A1/").content.decode()
