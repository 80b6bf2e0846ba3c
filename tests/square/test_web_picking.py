"""Pages of planning groups: what everybody reads, the desk, and who is let in."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.commons.matters.domain import handling
from madang.kernel.models import Role, User
from madang.services.square.domain import picking
from madang.services.square.models import Candidate, PlanningVote
from tests import factories
from tests.factories import UserFactory
from tests.square.test_picking import WHY, fresh, group, host, proposed, vote

pytestmark = pytest.mark.django_db


def at(row: Candidate, rest: str = "") -> str:
    return f"/spaces/{row.space.slug}/planning/{row.number}/{rest}"


def desk(row: Candidate) -> str:
    return f"/desk/planning/{row.space.slug}/{row.number}/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return str(response.content.decode())


def test_anyone_with_an_account_proposes_from_the_page_of_an_idea(client: Client) -> None:
    idea, user = factories.idea(), UserFactory()
    item = f"/ideas/{idea.matter.number}/"
    assert "planning/propose" not in words(client, item), "without a group there is nothing to propose to"
    group()
    path = f"/spaces/{idea.process.space.slug}/planning/propose/?idea={idea.matter.number}"
    assert path in words(client, item)
    assert client.get(path).status_code == 302, "first she signs in"
    own = signed_in(user)
    assert idea.matter.number in words(own, path)
    assert own.post(path, {"number": "ID-0000-00000-0", "why": WHY}).status_code == 422
    assert own.post(path, {"number": idea.matter.number, "why": ""}).status_code == 422
    assert not Candidate.objects.exists()
    assert own.post(path, {"number": idea.matter.number, "why": WHY}).status_code == 302
    again = own.post(path, {"number": idea.matter.number, "why": WHY})
    assert again.status_code == 409 and "이미 기획단이" in again.content.decode()
    row = Candidate.objects.get()
    page = words(client, at(row))
    assert WHY in page and user.shown_name in page and "아직 표결하지 않은 위원" in page
    assert at(row) in words(client, item)
    assert at(row) in words(client, f"/spaces/{row.space.slug}/planning/")


def test_an_idea_of_another_space_or_a_private_one_is_not_proposed_here(client: Client) -> None:
    group()
    idea = factories.idea(factories.process("one", host=host()))
    other = factories.process("other", host=host())
    own = signed_in(UserFactory())
    path = f"/spaces/{other.space.slug}/planning/propose/"
    assert own.post(path, {"number": idea.matter.number, "why": WHY}).status_code == 422
    assert not Candidate.objects.exists()


def test_a_member_votes_and_declares_a_conflict_at_the_desk() -> None:
    one, two, three = group(3)
    row = proposed()
    mine = signed_in(one)
    assert desk(row) in words(mine, "/desk/planning/")
    empty = mine.post(desk(row), {"act": "vote", "vote-choice": "for", "vote-reason": ""})
    assert empty.status_code == 422 and not PlanningVote.objects.exists()
    told = {"act": "vote", "vote-choice": "for", "vote-reason": "두 동네가 함께 정해야 할 일입니다."}
    assert mine.post(desk(row), told).status_code == 302
    out = {"act": "conflict", "conflict-reason": "가족이 그 가게를 운영하고 있습니다."}
    assert signed_in(two).post(desk(row), out).status_code == 302
    assert signed_in(two).post(desk(row), told).status_code == 403
    page = words(Client(), at(row))
    assert "두 동네가 함께 정해야" in page and "가족이 그 가게를" in page
    assert signed_in(three).post(desk(row), told).status_code == 302
    assert fresh(row).state == "counted"
    helper = signed_in(factories.official(Role.FACILITATOR, host()))
    assert "표결 결과, 선정됐어요." in words(helper, desk(row))
    given = {"act": "decide", "decide-reason": "찬성이 많아 함께 이야기할 주제로 골랐습니다."}
    assert signed_in(two).post(desk(row), given).status_code == 403
    assert helper.post(desk(row), given).status_code == 302
    assert helper.post(desk(row), given).status_code in (403, 409)
    done = words(Client(), at(row))
    assert "찬성이 많아 함께 이야기할" in done and "공론장에 올려요" in done


def test_the_desk_is_for_the_group(client: Client) -> None:
    group()
    row = proposed()
    assert client.get("/desk/planning/").status_code == 302
    assert client.get(desk(row)).status_code == 302
    stranger = signed_in(UserFactory())
    assert stranger.get("/desk/planning/").status_code == 403
    for act in ("vote", "conflict", "decide", "hide", "", "other"):
        assert stranger.post(desk(row), {"act": act}).status_code == 403
    assert fresh(row).state == "open" and not PlanningVote.objects.exists()
    member = signed_in(row.seats.first().user)
    for act in ("", "other", "hide"):
        assert member.post(desk(row), {"act": act}).status_code == 422


def test_what_is_taken_down_is_seen_nowhere(client: Client) -> None:
    group()
    row = proposed()
    moderator = factories.official(Role.MODERATOR, host())
    down = {"act": "hide", "hide-reason_code": "insult", "hide-reason": "사람을 욕하는 말이 있습니다."}
    assert signed_in(moderator).post(desk(row), down).status_code == 302
    page = words(client, at(row))
    assert WHY not in page and "내려진 글" in page
    assert f"{row.space.slug}:{row.number}" in words(client, "/moderation/")
    # The idea itself goes: then nothing of the candidate is shown, and nobody votes.
    title = row.idea.matter.title
    handling.hide(
        actor=factories.actor(moderator),
        matter=row.idea.matter,
        reason_code="insult",
        reason="욕설이 있어 내립니다.",
    )
    gone = client.get(at(row))
    assert gone.status_code == 410 and title not in gone.content.decode()
    assert title not in words(client, f"/spaces/{row.space.slug}/planning/")
    member = signed_in(row.seats.first().user)
    assert title not in words(member, "/desk/planning/")
    told = {"act": "vote", "vote-choice": "for", "vote-reason": "두 동네가 함께 정해야 할 일입니다."}
    assert member.post(desk(row), told).status_code == 410
    assert not PlanningVote.objects.exists()


def test_taking_back_by_its_proposer_only() -> None:
    group()
    row = proposed()
    assert Client().post(at(row, "withdraw/")).status_code == 302
    assert signed_in(UserFactory()).post(at(row, "withdraw/")).status_code == 403
    assert fresh(row).state == "open"
    mine = signed_in(row.by)
    assert "withdraw" in words(mine, at(row))
    assert mine.post(at(row, "withdraw/")).status_code == 302
    assert fresh(row).state == "withdrawn"


def test_a_list_of_one_costs_what_a_list_of_many_costs() -> None:
    one, _two, _three = group(3)
    helper = signed_in(factories.official(Role.FACILITATOR, host()))
    first = proposed()

    def decided(row: Candidate) -> None:
        for member in group_of(row):
            vote(row, member)
        picking.decide(
            actor=factories.actor(factories.official(Role.FACILITATOR, host())),
            candidate=fresh(row),
            reason="함께 정합니다.",
        )

    def group_of(row: Candidate) -> list[User]:
        return [seat.user for seat in row.seats.select_related("user")]

    decided(proposed())
    pages = (f"/spaces/{first.space.slug}/planning/", "/desk/planning/", f"/spaces/{first.space.slug}/")

    def costs() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                words(helper, page)
            found.append(len(asked))
        return found

    costs()
    before = costs()
    for _ in range(4):
        decided(proposed())
        vote(proposed(), one)
    assert costs() == before


def test_the_api_says_the_same(client: Client) -> None:
    one, two, _three = group(3)
    row = proposed()
    vote(row, one)
    picking.recuse(actor=factories.actor(two), candidate=row, reason="제 일과 얽혀 있습니다.")
    told = client.get(f"/api/v1/planning/{row.space.slug}").json()
    assert [item["number"] for item in told["candidates"]] == [1]
    assert len(told["members"]) == 3 and told["terms"]["quorum"] == 50
    whole = client.get(f"/api/v1/planning/{row.space.slug}/1").json()
    assert [seat["word"] for seat in whole["seats"]] == ["for", "recused", ""]
    assert (whole["in_favour"], whole["recused"], whole["silent"], whole["needed"]) == (1, 1, 1, 2)
    assert one.email not in str(whole)
    for path in ("nowhere", "nowhere/1", f"{row.space.slug}/7", f"{row.space.slug}/99999999999"):
        assert client.get(f"/api/v1/planning/{path}").status_code == 404
