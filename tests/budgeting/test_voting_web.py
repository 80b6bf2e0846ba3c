"""The pages of a vote: cast with a receipt, correct and keep, find the sealed ballot, see the result only afterwards."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from madang.kernel import clock
from madang.services.budgeting.domain import closing, counting, deciding
from madang.services.budgeting.models import Ballot, Pot, Project, Round
from tests.budgeting import voting_made as made
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
VOTE = "/budget/rounds/2027/vote/city/"


def _signed_in(user: object = None) -> Client:
    client = Client()
    client.force_login(user or UserFactory())
    return client


def _ticket(page: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found
    return found[1]


def _cast(client: Client, **sent: object) -> str:
    page = client.get(VOTE).content.decode()
    answer = client.post(VOTE, {"ticket": _ticket(page), **sent})
    assert answer.status_code == 200, answer.content.decode()[:3000]
    assert answer["Cache-Control"] == "private, no-store"
    return answer.content.decode()


def _code(page: str) -> str:
    found = re.search(r'<code class="receipt-code">([0-9A-Z-]{24})</code>', page)
    assert found
    return found[1]


def test_a_ballot_gives_a_receipt_and_the_next_one_replaces_it() -> None:
    made.opened()
    client = _signed_in()
    assert client.get("/budget/rounds/2027/vote/").url == VOTE
    first = _code(_cast(client, project=["A1", "A2"]))
    page = client.get(VOTE).content.decode()
    assert re.search(r'id="project-A1"[^>]*checked', page) and not re.search(
        r'id="project-A3"[^>]*checked', page
    )
    second = _code(_cast(client, project=["A3"]))
    assert first != second
    assert Ballot.objects.get().choices == ["A3"]
    find = "/budget/rounds/2027/receipt/"
    gone = Client().post(find, {"code": first})
    assert gone.status_code == 422 and "찾을 수 없" in gone.content.decode()
    here = Client().post(find, {"code": second.lower()}).content.decode()
    assert Ballot.objects.get().seal in here
    assert made.TITLES["A3"] not in here


def test_who_may_not_vote_reads_the_ballot_and_chooses_nothing_that_would_be_lost() -> None:
    made.opened()
    page = Client().get(VOTE).content.decode()
    assert made.TITLES["A1"] in page and re.search(r'<fieldset[^>]* id="projects" disabled', page)
    assert "data-sum" not in page and "data-ballot" not in page
    assert 'id="projects" disabled' not in _signed_in().get(VOTE).content.decode()


def test_the_same_form_twice_is_one_ballot_with_one_receipt() -> None:
    made.opened()
    client = _signed_in()
    sent = {"ticket": _ticket(client.get(VOTE).content.decode()), "project": ["A1"]}
    one, two = (_code(client.post(VOTE, sent).content.decode()) for _ in range(2))
    assert one == two and Ballot.objects.count() == 1


def test_from_the_page_to_the_result() -> None:
    pot = made.opened()
    codes = [_code(_cast(_signed_in(), project=chosen)) for chosen in (["A1"], ["A1", "A2"], ["A3"])]
    assert Client().get("/budget/rounds/2027/result/city/seals.txt").status_code == 404
    with clock.at(pot.round.votes_until):
        closing.close_due()
    counting.count_waiting()
    deciding.recount_waiting()
    boss = _signed_in(made.approver(pot.round.host))
    desk = "/desk/budget/2027/decide/"
    assert _signed_in().get(desk).status_code == 404
    assert boss.post(desk, {"reason": " "}).status_code == 422
    assert Round.objects.get().state == "counting"
    before = Client().get("/budget/rounds/2027/result/").content.decode()
    assert made.TITLES["A1"] not in before
    assert boss.post(desk, {"reason": "두 집계가 같습니다."}).status_code == 302
    assert Project.objects.filter(state="funded").count() == 3
    after = Client().get("/en/budget/rounds/2027/result/").content.decode()
    assert made.TITLES["A1"] in after and Pot.objects.get().election.digest in after
    table = Client().get("/budget/rounds/2027/result/city/seals.txt").content.decode().split()
    for code in codes:
        page = Client().post("/budget/rounds/2027/receipt/", {"code": code}).content.decode()
        seal = re.search(r'<code class="digest">([0-9a-f]{64})</code>', page)
        assert seal and seal[1] in table
        assert not any(title in page for title in made.TITLES.values())
