"""Story 7: the plan with its numbers, its status words and the notes on its source."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, Visitor

pytestmark = pytest.mark.browser

WORDS = {
    "not_started": "Not started",
    "under_way": "Under way",
    "delivered": "Delivered",
    "verified": "Verified",
    "reversed": "Reversed",
}
STATUS = {"ko": {"시작 전", "진행 중", "이행", "검증됨", "되돌려짐"}, "en": set(WORDS.values())}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_plan_is_whole(visit: Callable[..., Visitor], site: Site, language: str) -> None:
    anyone = visit(language=language)
    page = anyone.page
    anyone.go("/")
    page.locator(".site-nav a[href$='/plan/']").click()
    page.wait_for_url("**/plan/")
    assert page.locator(".commitment").count() == 7
    assert page.locator("#projects .project").count() == 21
    assert page.locator("#projects .project-star").count() == 10
    assert page.locator(".plan-goal").count() == 3
    assert page.locator(".plan-values li").count() == 13
    words = set(page.locator("#projects .project-status").all_inner_texts())
    assert {word.strip() for word in words} <= STATUS[language]
    tally = page.locator("[aria-labelledby=standing-title] .plan-tally li")
    assert {item.locator(".badge").inner_text() for item in tally.all()} == STATUS[language]
    assert sum(int(item.locator("strong").inner_text()) for item in tally.all()) == 21
    assert page.locator(".plan-note").count() >= 1
    anyone.look("plan")
    # The filter for the starred ones.
    page.locator("#projects .chips a, #projects .chip").nth(1).click()
    page.wait_for_load_state()
    assert page.locator("#projects .project").count() == 10
    anyone.look("starred")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_part_of_the_plan_is_reached_from_it(
    visit: Callable[..., Visitor], site: Site, language: str
) -> None:
    anyone = visit(language=language, width=390)
    page = anyone.page
    projects = notes = 0
    for number in range(1, 8):
        answer = anyone.go(f"/plan/commitments/{number}/")
        assert answer.status == 200
        projects += page.locator(".project").count()
    assert projects == 21
    for number in range(1, 22):
        answer = anyone.go(f"/plan/projects/{number}/")
        assert answer.status == 200
        status = page.inner_text(".plan-service").strip()
        assert status in STATUS[language]
        assert page.locator("[aria-labelledby=serving-title] p").count() >= 1, f"project {number}: no service"
        notes += page.locator(".plan-note").count()
    for part, counted, expected in (
        ("goals", ".goal", 3),
        ("values", ".value", 13),
        ("poll", "tbody", 1),
        ("background", "h1", 1),
    ):
        anyone.go(f"/plan/{part}/")
        assert page.locator(counted).count() >= expected
        notes += page.locator(".plan-note").count()
    assert notes >= 5


def test_the_plan_says_the_same_as_the_api(visit: Callable[..., Visitor], site: Site) -> None:
    plan = site.api("plan")
    assert (len(plan["commitments"]), len(plan["projects"])) == (7, 21)
    assert sum(project["starred"] for project in plan["projects"]) == 10
    anyone = visit(language="en")
    anyone.go("/plan/")
    cards = anyone.page.locator("#projects .project").all_inner_texts()
    for project, card in zip(plan["projects"], cards, strict=True):
        assert project["title"]["en"] in card
        assert WORDS[project["status"]] in card
