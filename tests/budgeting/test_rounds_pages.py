"""What the pages of a round show to whom, and what an official types."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.commons.search import api as search
from madang.kernel import clock, manifest
from madang.services.budgeting import found
from madang.services.budgeting.domain import rounds
from madang.services.budgeting.models import Round
from tests.budgeting import rounds_support as s
from tests.factories import UserFactory, actor, official

pytestmark = pytest.mark.django_db
MOMENT = "%Y-%m-%dT%H:%M"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def typed(**more: Any) -> dict[str, Any]:
    """The form as an official fills it in, with two pots."""
    now = clock.now()

    def day(number: int) -> str:
        return f"{clock.seoul(now + timedelta(days=number)):{MOMENT}}"

    return {
        "seen": 0, "slug": "next", "host": s.host().pk, "title_ko": "주민참여예산", "title_en": "Participatory budget",
        "about_ko": "주민이 정해요.", "about_en": "", "year": 2027, "whole_budget": "620,000,000,000원", "whole_source": "예산안",
        "intake_from": day(1), "intake_until": day(20), "votes_from": day(40), "votes_until": day(60),
        "results_on": day(70)[:10], "settles_on": day(400)[:10], "answer_days": 30, "ballot": "approval", "least": 1,
        "most": 5, "points": 0, "method": "equal-shares.cost.add1", "tie_order": "cost", "level": "resident", "pots": 2,
        "district_by": "proof", "minimum_age": 14, "pot1-district": "11010",
        "pot0-title_ko": "온 시내", "pot0-title_en": "Whole city", "pot0-amount": "₩900,000,000",
        "pot1-title_ko": "바닷가", "pot1-title_en": "Seaside", "pot1-amount": "250 000 000",
        "do": "save", **more,
    }  # fmt: skip


def words(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_draft_is_there_for_its_office_alone() -> None:
    s.draft()
    for address in ("", "round.json", "calendar.ics"):
        assert Client().get(f"/budget/rounds/next/{address}").status_code == 404
    assert "주민참여예산" not in words(Client().get("/budget/")).split("<main")[1].split("<h2")[0]
    assert "/budget/rounds/next/" not in words(Client().get("/budget/"))
    for person in (s.facilitator(), s.approver()):
        shown = words(signed_in(person).get("/en/budget/rounds/next/"))
        assert "This is how residents will see it." in shown
    other = signed_in(official("facilitator", s.OrganisationFactory(code="other")))
    assert other.get("/budget/rounds/next/").status_code == 404
    for page in ("", "edit/", "announce/", "call-off/", "rehearsal/", "trial/"):
        assert other.get(f"/desk/budget/next/{page}").status_code == 404
        assert signed_in(UserFactory()).get(f"/desk/budget/next/{page}").status_code == 403
        assert Client().get(f"/desk/budget/next/{page}").status_code == 302
    assert signed_in(s.approver()).get("/desk/budget/new/").status_code == 403
    assert signed_in(s.approver()).get("/desk/budget/next/edit/").status_code == 403


def test_from_the_form_to_the_public_page() -> None:
    me = signed_in(s.facilitator())
    assert me.get("/desk/budget/new/").status_code == 200
    answer = me.post("/desk/budget/new/", typed())
    assert answer.status_code == 302 and answer["Location"].endswith("/desk/budget/next/")
    row = Round.objects.get()
    assert [(pot.code, pot.amount) for pot in row.pots.all()] == [("p1", 900_000_000), ("p2", 250_000_000)]
    assert (row.whole_budget, row.state, row.rule.body["answer"]["amount"]) == (620_000_000_000, "draft", 30)
    page = words(me.get("/en/desk/budget/next/announce/"))
    assert "₩1,150,000,000" in page and "Equal shares" in page
    assert me.post("/desk/budget/next/announce/", {"seen": row.revision}).status_code == 302
    public = words(Client().get("/en/budget/rounds/next/"))
    assert "0.2 % of the whole budget of 2027" in public and "Announced" in public
    told = Client().get("/budget/rounds/next/round.json").json()
    assert [pot["district"] for pot in told["announced"]["pots"]] == ["", "11010"]
    assert told["announced"]["voters"]["minimum_age"] == 14 and "Jongno" in public
    assert told["announced"]["pots"][0]["amount"] == 900_000_000 and told["sha256"] in public
    assert "/budget/rounds/next/" in words(Client().get("/budget/"))
    assert me.get("/desk/budget/next/edit/").status_code == 302
    assert me.post("/desk/budget/next/edit/", typed(title_ko="다른 이름")).status_code == 302
    assert Round.objects.get().title_ko == "주민참여예산"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"pot0-amount": "0"}, "at least 1 won"),
        ({"pot1-amount": "many"}, "Write whole won in figures"),
        ({"pot1-title_en": ""}, "Name the pot in English."),
        ({"slug": "Next Round"}, "letters, figures and hyphens only"),
        ({"slug": "new"}, "Another round has this short name."),
        ({"votes_from": "2020-01-01T00:00"}, "The vote begins after proposals have ended."),
        ({"least": 9}, "The least may not be more than the most."),
        ({"method": "composite"}, "Choose how the ballots are counted."),
        ({"level": "anonymous"}, "nobody votes without an account"),
        ({"title_ko": " \u200b "}, "Give it a title in Korean."),
        ({"whole_budget": "9" * 30}, "Check the zeros"),
    ],
)
def test_what_will_not_do_is_said_and_everything_typed_stays(wrong: dict[str, Any], said: str) -> None:
    answer = signed_in(s.facilitator()).post("/en/desk/budget/new/", typed(**wrong))
    shown = words(answer)
    assert answer.status_code == 422 and said in shown and "Error:" in shown
    assert 'value="바닷가"' in shown and "주민이 정해요." in shown and not Round.objects.exists()


def test_rows_of_pots_come_and_go_without_losing_a_word() -> None:
    me = signed_in(s.facilitator())
    more = words(me.post("/en/desk/budget/new/", typed(do="add", title_en="")))
    assert "Pot 3" in more and 'value="바닷가"' in more and "Error:" not in more
    less = words(me.post("/en/desk/budget/new/", typed(do="remove:0")))
    assert 'value="바닷가"' in less and 'value="온 시내"' not in less and "Pot 2" not in less
    empty = typed(pots=3)  # the third row was left empty: it is no pot
    assert me.post("/en/desk/budget/new/", empty).status_code == 302
    assert Round.objects.get().pots.count() == 2
    for count in ("-1", "99999999", "x"):
        assert (
            me.post("/en/desk/budget/new/", typed(pots=count, slug=f"n{count}x", do="add")).status_code == 200
        )


def test_the_second_of_two_officials_keeps_her_words_and_decides() -> None:
    row = s.draft()
    mine = {"pot0-code": "city", "pot1-code": "p1"}
    second = official("facilitator", s.host(), name="한나래")
    rounds.edit(actor=actor(second), row=row, seen=0, title_ko="먼저 고친 이름")
    me = signed_in(s.facilitator())
    answer = me.post("/en/desk/budget/next/edit/", typed(title_ko="나중 이름", **mine))
    shown = words(answer)
    assert answer.status_code == 409 and "한나래 has changed this draft meanwhile" in shown
    assert 'value="나중 이름"' in shown and "Title in Korean</li>" in shown
    assert s.fresh(row).title_ko == "먼저 고친 이름"
    assert (
        me.post("/en/desk/budget/next/edit/", typed(seen=1, title_ko="나중 이름", **mine)).status_code == 302
    )
    assert s.fresh(row).title_ko == "나중 이름"


def test_the_desk_says_what_is_missing_and_announces_nothing() -> None:
    s.draft(pots=(), settles_on=s.midnight(7, 1).date())
    me = signed_in(s.facilitator())
    with clock.at(s.BORN):
        shown = words(me.get("/en/desk/budget/next/"))
        assert "There is no pot yet. Add at least one" in shown and "Choose a later day." in shown
        answer = me.post("/en/desk/budget/next/announce/", {"seen": 0})
        assert answer.status_code == 422 and "There is no pot yet." in words(answer)
        assert me.post("/en/desk/budget/next/announce/", {"seen": "9" * 40}).status_code == 409
    assert Round.objects.get().state == "draft"


def test_a_round_that_was_called_off_says_why() -> None:
    s.announced()
    me = signed_in(s.facilitator())
    assert me.post("/en/desk/budget/next/call-off/", {"reason": "짧다"}).status_code == 422
    assert me.post("/desk/budget/next/call-off/", {"reason": "의회가 예산을 줄였습니다."}).status_code == 302
    shown = words(Client().get("/en/budget/rounds/next/"))
    assert "This round was called off" in shown and "의회가 예산을 줄였습니다." in shown
    assert "STATUS:CANCELLED" in words(Client().get("/budget/rounds/next/calendar.ics"))


def test_the_page_is_ahead_of_the_worker() -> None:
    row = s.announced()
    for moment, state in ((s.BORN, "Announced"), (s.BEGINS, "Proposals are taken"), (s.ENDS, "Offices look")):
        with clock.at(moment):
            assert state in words(Client().get("/en/budget/rounds/next/"))
    assert s.fresh(row).state == "announced"


def test_a_round_has_dates_in_calendars_and_is_found() -> None:
    row = s.announced()
    shown = words(Client().get("/en/budget/rounds/next/calendar.ics"))
    assert shown.count("BEGIN:VEVENT") == 4 and "DTSTART:20260531T150000Z" in shown
    assert [item.name for item in found.dates([row.reference], actor(UserFactory()))] == [
        "round-next-intake", "round-next-vote", "round-next-result", "round-next-settlement",
    ]  # fmt: skip
    assert search.find("주민참여예산").hits[0].reference == row.reference
    assert manifest.links([row.reference])[row.reference].url.endswith("/budget/rounds/next/")
    hidden = s.draft("later")
    assert manifest.links([hidden.reference]) == {}
    assert [entry.reference for entry in found.entries(0, 10)[0]] == [row.reference]


def test_following_is_offered_on_a_public_round() -> None:
    row = s.announced()
    me = signed_in(UserFactory())
    page = "/en/budget/rounds/next/"
    assert "Stop following" not in words(me.get(page))
    assert me.post("/follow/", {"reference": row.reference, "next": page}).status_code == 302
    assert "Stop following" in words(me.get(page))


@pytest.mark.parametrize("address", ["/budget/", "/desk/budget/"])
def test_a_list_costs_the_same_for_one_round_and_for_ten(address: str) -> None:
    me = signed_in(s.facilitator())
    s.announced("first")

    def cost() -> int:
        me.get(address)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert me.get(address).status_code == 200
        return len(caught)

    before = cost()
    for number in range(9):
        s.announced(f"r{number}")
    assert cost() == before
