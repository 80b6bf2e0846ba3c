"""A vote from the fixed ballot to the decision: on the smallest screen, with receipts, counted twice, signed by an approver."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser
SLUG = "vote-2028"
HOME = f"/budget/rounds/{SLUG}/"
MADE = """
from datetime import timedelta
from madang.kernel import clock
from madang.kernel.models import Organisation, User
from madang.services.budgeting.models import Pot, Project
from tests.budgeting import voting_made as made
now, host = clock.now(), Organisation.objects.get(code='transport')
chief = User.objects.get(email='facilitator@haedam.example')
pot = made.opened({slug!r}, host=host, created_by=chief, is_demo=True, {more})
"""
SCREENED = """
made.pot_of(pot.round, 'east', {'B1': 30_000_000, 'B2': 40_000_000}, 50_000_000, order=1)
Pot.objects.filter(round=pot.round, code='east').update(title_ko='동부', title_en='East')
Project.objects.filter(round=pot.round).update(state='costed')
"""
LATER = """
from datetime import timedelta
from django.db.models import F
from madang.services.budgeting.models import Round
moments = ('intake_from', 'intake_until', 'votes_from', 'votes_until')
Round.objects.filter(slug={slug!r}).update(**{{name: F(name) - timedelta(days={days}) for name in moments}})
"""


def made(site: Site, slug: str, more: str, then: str = "") -> None:
    site.madang("shell", "-c", MADE.format(slug=slug, more=more) + then)


def days_pass(site: Site, days: int) -> None:
    """Every date of the round moves back; the worker sees it by itself."""
    site.madang("shell", "-c", LATER.format(slug=SLUG, days=days))


def chosen(her: Visitor) -> set[str]:
    boxes = her.page.locator("input[name=project]:checked")
    return {boxes.nth(at).get_attribute("value") or "" for at in range(boxes.count())}


def cast(her: Visitor) -> str:
    """Cast the ballot on this page; the code of the receipt."""
    her.submit("form[data-ballot] .form-foot button")
    return her.page.inner_text(".receipt-code").strip()


def find(her: Visitor, code: str) -> str:
    """What the page for receipts says to a code."""
    her.go(f"{HOME}receipt/")
    her.page.fill("#id_code", code)
    her.submit("main form .btn--primary")
    return her.page.inner_text("main")


def test_from_the_fixed_ballot_to_the_decision(visit: Callable[..., Visitor], site: Site) -> None:
    days = "votes_from=now + timedelta(days=1), votes_until=now + timedelta(days=8)"
    made(site, SLUG, f"state='screening', most=2, {days}", SCREENED)
    chief = visit()
    chief.sign_in("approver")
    desk = f"/desk/budget/{SLUG}/"
    chief.go(f"{desk}ballot/")
    chief.look("before the ballot is fixed")
    chief.submit("button[value=fix]")
    assert chief.page.locator("#id_fix-reason[aria-invalid=true]").count() == 1
    chief.look("without a reason")
    chief.page.fill("#id_fix-reason", "부서가 다듬은 사업 여섯 건을 모두 올립니다.")
    chief.submit("button[value=fix]")
    chief.look("the fixed ballot")

    guest = visit(width=390)
    guest.go(f"{HOME}vote/city/")
    guest.look("before the vote")
    assert guest.page.locator("form[data-ballot]").count() == 0
    days_pass(site, 2)

    # An open page hears how many have voted, and never for what.
    guest.go(f"{HOME}vote/")
    guest.look("both ballots")
    with guest.page.expect_response(lambda answer: "/events/budget/" in answer.url):
        guest.go(f"{HOME}vote/city/")
    count = guest.page.locator("[data-turnout-count]")
    assert count.inner_text() == "0"
    guest.look("not signed in")

    resident = visit(width=320, javascript=False)
    page = resident.page
    resident.sign_in("resident")
    resident.go(f"{HOME}vote/")
    resident.submit("main .row-title a[href$='/vote/city/']")
    resident.look("the ballot")
    for code in ("A1", "A2", "A3"):
        page.check(f"#project-{code}")
    resident.submit("form[data-ballot] .form-foot button")
    resident.look("one too many")
    assert chosen(resident) == {"A1", "A2", "A3"}
    page.uncheck("#project-A3")
    first = cast(resident)
    resident.look("the receipt")
    wait_for(lambda: count.inner_text() == "1", "the turnout on the open page")

    # The same person at her desk, in another language: she changes her mind.
    again = visit(language="en", dark=True)
    again.sign_in("resident")
    again.go(f"{HOME}vote/")
    again.look("the other ballot is open")
    again.go(f"{HOME}vote/city/")
    assert chosen(again) == {"A1", "A2"}
    said = again.page.locator("[data-sum-said]")
    assert said.inner_text() == "2 of 2 projects chosen"
    again.page.uncheck("#project-A2")
    assert said.inner_text() == "1 of 2 projects chosen"
    again.page.check("#project-A3")
    again.look("changing the ballot")
    second = cast(again)
    again.look("the new receipt")
    assert second != first

    words = find(guest, first)
    assert guest.page.locator("#id_code[aria-invalid=true]").input_value() == first
    guest.look("the code that has ended")
    words = find(again, second.lower())
    again.look("the sealed ballot")
    # A picture of the receipt leads here, with the code behind the #.
    again.go(HOME)
    again.go(f"{HOME}receipt/#{second}")
    assert again.page.input_value("#id_code") == second
    again.look("the code from a picture")

    neighbour = visit(width=390)
    neighbour.sign_in("neighbour")
    for pot, project in (("city", "A1"), ("east", "B1")):
        neighbour.go(f"{HOME}vote/{pot}/")
        neighbour.page.check(f"#project-{project}")
        cast(neighbour)
    guest.go(f"{HOME}result/")
    guest.look("no result before closing")

    days_pass(site, 10)

    def both_agree() -> bool:
        guest.go(f"{HOME}result/")
        return guest.page.locator("main .facts .badge.tone-jade").count() == 2

    wait_for(both_agree, "the worker to close the vote and both programs to count it", 90)
    guest.look("counted, not decided")
    assert "골목 가로등 밝히기" not in guest.page.inner_text("main")
    guest.go(f"{HOME}vote/city/")
    guest.look("the vote is closed")

    chief.go(f"{desk}decide/")
    chief.look("before the decision")
    chief.submit("main form .form-foot button")
    assert chief.page.locator("#id_reason[aria-invalid=true]").count() == 1
    chief.look("without a reason")
    chief.page.fill("#id_reason", "두 집계가 같습니다.")
    chief.submit("main form .form-foot button")
    assert chief.page.url.endswith(f"{HOME}result/")
    for reader in (guest, again):
        reader.go(f"{HOME}result/")
        reader.look("the result")
        rows = {
            row.locator("th").inner_text(): row.locator(".budget-won").count()
            for row in reader.page.locator("tbody tr:has(th)").all()
        }
        funded = {"골목 가로등 밝히기", "경로당 문턱 없애기", "사업 B1"}
        assert funded <= {title for title, won in rows.items() if won}
        assert len(rows) == 6

    # Her newest ballot is in the table that everybody can take; what is on it is shown to nobody.
    words = find(again, second)
    again.look("counted")
    seal = again.page.locator("code.digest").all_inner_texts()[0]
    table = again.page.request.get(f"{site.url}{HOME}result/city/seals.txt").text().split()
    assert seal in table and len(table) == 2
    assert not re.search("가로등|도서관|문턱|산책로", words)
    assert "찾" in find(guest, first)


def test_a_ballot_up_to_the_money(visit: Callable[..., Visitor], site: Site) -> None:
    made(site, "purse-2028", "ballot='knapsack', title_ko='주머니 투표', title_en='A purse of money'")
    her = visit(width=390, language="en")
    page = her.page
    her.sign_in("group")
    her.go("/budget/rounds/purse-2028/vote/")
    said = page.locator("[data-sum-said]")
    page.check("#project-A1")
    assert said.inner_text() == "₩40,000,000 of ₩100,000,000"
    page.check("#project-A2")
    page.check("#project-A4")
    assert said.inner_text() == "₩30,000,000 too much"
    her.look("too much money")
    her.submit("form[data-ballot] .form-foot button")
    her.look("refused")
    assert chosen(her) == {"A1", "A2", "A4"}
    page.uncheck("#project-A2")
    cast(her)
    her.look("the receipt")


LARGE = "document.documentElement.style.fontSize = '200%'"


def test_points_on_the_smallest_screen_and_in_large_print(visit: Callable[..., Visitor], site: Site) -> None:
    made(site, "points-2028", "ballot='points', points=10, method='greedy', title_ko='점수 투표'")
    her = visit(width=320, javascript=False)
    her.sign_in("resident")
    her.go("/budget/rounds/points-2028/vote/city/")
    her.look("the ballot")
    her.page.fill("#project-A1", "8")
    her.page.fill("#project-A2", "3")
    her.submit("form[data-ballot] .form-foot button")
    her.look("a point too many")
    assert her.page.input_value("#project-A1") == "8"
    her.page.fill("#project-A2", "2")
    cast(her)
    reader = visit(width=640)
    reader.sign_in("neighbour")
    reader.go("/budget/rounds/points-2028/vote/city/")
    reader.page.evaluate(LARGE)
    reader.page.fill("#project-A3", "10")
    assert reader.page.inner_text("[data-sum-said]").startswith("10")
    reader.look("large print")


def test_a_ranking_in_the_ballot_of_ones_own_district(visit: Callable[..., Visitor], site: Site) -> None:
    """Without a script, on 320 px: she says where she lives, ranks, and mends what she ranked twice."""
    area = """
made.pot_of(pot.round, 'jongno', {'B1': 30_000_000, 'B2': 40_000_000}, 50_000_000, order=1, district='11010')
made.pot_of(pot.round, 'jung', {'C1': 30_000_000}, 50_000_000, order=2, district='11020')
"""
    made(site, "ranks-2028", "ballot='ranking', method='greedy', district_by='word'", area)
    home = "/budget/rounds/ranks-2028/vote/"
    her = visit(width=320, javascript=False)
    her.sign_in("resident")
    her.go(f"{home}jongno/")
    her.look("where does she live")
    her.go(home)
    her.submit("main form .btn--primary")
    her.look("nothing chosen")
    her.page.check("input[name=district][value='11010']")
    her.submit("main form .btn--primary")
    her.look("her ballots")
    assert her.page.locator("details a[href$='/vote/jung/']").count() == 1
    her.submit("main .row-title a[href$='/vote/jongno/']")
    her.page.select_option("#project-B1", "1")
    her.page.select_option("#project-B2", "1")
    her.submit("form[data-ballot] .form-foot button")
    her.look("a place given twice")
    her.page.select_option("#project-B2", "2")
    cast(her)
    her.go(home)
    her.look("where she votes stands")
    assert her.page.locator("main form").count() == 0
    her.go(f"{home}jung/")
    her.look("a ballot of another district")
    reader = visit(width=640, language="en")
    reader.go(f"{home}city/")
    reader.page.evaluate(LARGE)
    reader.look("large print")
