"""Taking down what a team shows, and leaving: what goes, what stays, who reads what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, User
from madang.portal import leaving
from madang.services.hackathons.domain import judging, moderating, persons, teams
from madang.services.hackathons.models import Ballot, Conflict, Member, Submission, SubmissionFile, Team
from tests.factories import UserFactory, actor, official
from tests.hackathons.support import (
    OPENS,
    SECOND,
    SUBMITS,
    fresh,
    hand_in,
    host,
    judged,
    juror,
    opened,
    team,
)

pytestmark = pytest.mark.django_db
WORDS = "골목마다 빛을 재는"
TITLE = "골목 밝기 지도"


def moderator() -> User:
    found = User.objects.filter(email="moderator@example.org").first()
    return found or official("moderator", host(), email="moderator@example.org")


def down(one: Team, who: User | None = None) -> Team:
    return moderating.take_down(
        actor=actor(who or moderator()), team=one, why="personal", words="이웃의 전화번호가 있습니다."
    )


def page(one: Team, who: User | None = None) -> str:
    client = Client()
    if who is not None:
        client.force_login(who)
    return client.get(reverse("hackathon_team", args=[one.hackathon.slug, one.pk])).content.decode()


def test_what_is_taken_down_is_read_by_its_team_jury_and_moderation_only() -> None:
    one = opened()
    judge, ours = juror(one), team(one)
    hand_in(ours)
    with clock.at(SUBMITS + SECOND):
        down(ours)
        for words in (WORDS, TITLE, ours.name):
            assert words not in page(ours)
            assert words in page(ours, ours.captain)
            assert words in page(ours, judge.user)
            assert words in page(ours, moderator())
        listed = Client().get(reverse("hackathon", args=[one.slug])).content.decode()
        told = Client().get(reverse("hackathon_json", args=[one.slug])).json()
        voting = Client().get(reverse("hackathon_vote", args=[one.slug])).content.decode()
        for words in (WORDS, TITLE, ours.name):
            assert words not in listed + voting + str(told)
        assert told["teams"][0]["taken_down"] == "personal"
        assert "다른 사람의 개인 정보" in page(ours)
        act = Audit.objects.get(action="hackathons.team.take_down")
        assert act.is_public
        assert "전화번호" in act.reason
        moderating.put_back(actor=actor(moderator()), team=ours, words="번호를 지웠습니다.")
        assert TITLE in page(ours)


def test_it_is_still_judged_by_what_it_made() -> None:
    one = opened()
    judge, ours = juror(one), team(one)
    hand_in(ours)
    down(ours)
    judged(judge, {ours: 4})
    assert judge.scores.count() == 3


@pytest.mark.parametrize("who", ["stranger", "facilitator", "member"])
def test_only_a_moderator_of_the_host_and_not_about_her_own_team(who) -> None:
    one = opened()
    chief = moderator()
    ours = team(one, captain=chief if who == "member" else None)
    person = {"stranger": UserFactory(), "facilitator": official("facilitator", host()), "member": chief}[who]
    with pytest.raises(RefusedError):
        down(ours, person)
    client = Client()
    client.force_login(person)
    address = reverse("hackathon_team", args=[one.slug, ours.pk])
    answer = client.post(address, {"do": "take_down", "why": "personal", "words": "이유를 적습니다."})
    assert answer.status_code == 403
    assert fresh(ours).hidden_why == ""
    assert not Audit.objects.filter(action="hackathons.team.take_down").exists()


def test_without_a_reason_or_twice_nothing_changes() -> None:
    one = opened()
    ours = team(one)
    client = Client()
    client.force_login(moderator())
    address = reverse("hackathon_team", args=[one.slug, ours.pk])
    assert (
        client.post(address, {"do": "take_down", "why": "", "words": "이유를 적습니다."}).status_code == 422
    )
    assert client.post(address, {"do": "put_back", "words": "이유를 적습니다."}).status_code == 409
    assert (
        client.post(address, {"do": "take_down", "why": "insult", "words": "욕설이 있습니다."}).status_code
        == 302
    )
    assert (
        client.post(address, {"do": "take_down", "why": "insult", "words": "욕설이 있습니다."}).status_code
        == 409
    )
    assert (
        Audit.objects.filter(action__startswith="hackathons.team.").exclude(action__endswith="found").count()
        == 1
    )


# --- a person's own data, and leaving ---------------------------------------------------------------------


def test_a_copy_holds_what_points_to_her_and_nothing_of_others() -> None:
    one = opened()
    judge, ours = juror(one), team(one)
    hand_in(ours)
    other = team(one, "이웃")
    hand_in(other, title="남의 것")
    judged(judge, {ours: 3, other: 3})
    with clock.at(SUBMITS):
        judging.vote(actor=actor(ours.captain), hackathon=one, teams=[other.pk])
    told = persons.own_data(ours.captain_id)
    assert [row["team"] for row in told["teams"]] == [ours.name]
    assert told["submissions"][0]["title"] == TITLE
    assert told["votes"][0]["teams"] == [other.pk]
    assert other.name not in str(told)
    assert len(persons.own_data(judge.user_id)["jury"][0]["points"]) == 6
    from madang.portal.profile import copy_of

    assert copy_of(ours.captain)["hackathons"]["submissions"][0]["title"] == TITLE


def test_who_leaves_before_the_deadline_hands_over_or_takes_her_own_team_along() -> None:
    one = opened()
    captain, second, guest = UserFactory(), UserFactory(), UserFactory()
    ours = team(one, captain=captain)
    hand_in(ours)
    with clock.at(OPENS + SECOND):
        invited = teams.invite(actor=actor(captain), team=ours, email=second.email)
        teams.accept(actor=actor(second), member=invited)
        teams.ask(actor=actor(guest), team=ours, words="디자인을 할 수 있습니다.")
        leaving.leave(actor=actor(guest), user=guest)
        assert not Member.objects.filter(user=guest).exists()
        leaving.leave(actor=actor(captain), user=captain)
        assert fresh(ours).captain == second
        assert Member.objects.get(user=captain).state == "left"
        assert Submission.objects.filter(team=ours).count() == 1
        leaving.leave(actor=actor(second), user=second)
    assert not Team.objects.filter(pk=ours.pk).exists()
    assert not Submission.objects.exists()
    assert not SubmissionFile.objects.exists()


def test_who_leaves_afterwards_leaves_the_result_countable() -> None:
    one = opened()
    judge, ours, other = juror(one), team(one), team(one, "이웃")
    hand_in(ours)
    hand_in(other, title="다른 것")
    judged(judge, {ours: 4}, conflicts={other.pk: "family"})
    voter = UserFactory()
    with clock.at(SUBMITS):
        judging.vote(actor=actor(voter), hackathon=one, teams=[ours.pk])
    with clock.at(SUBMITS + timedelta(hours=1)):
        for person in (voter, judge.user, ours.captain):
            leaving.leave(actor=actor(person), user=User.objects.get(pk=person.pk))
    assert Ballot.objects.count() == 1
    assert Conflict.objects.get().kind == ""
    assert judge.scores.count() == 3
    assert fresh(ours).captain.erased_at is not None
    assert ours.captain.name not in page(ours) if ours.captain.name else True
