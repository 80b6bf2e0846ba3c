"""The desk of cases in a browser: keys, filters, a template that must be filled, an opinion, a note, a covered number."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, Visitor

pytestmark = pytest.mark.browser


def open_first(desk: Visitor) -> None:
    """The first case of the list, by keys alone."""
    desk.go("/desk/cases/?tab=all")
    desk.page.keyboard.press("j")
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_keys_and_filters(visit: Callable[..., Visitor], site: Site, language: str) -> None:
    desk = visit(language=language)
    page = desk.page
    desk.sign_in("officer")
    desk.go("/desk/cases/?tab=all")
    rows = page.locator(".case-table tbody tr")
    assert rows.count() >= 1
    desk.look("all open")
    page.keyboard.press("j")
    assert "is-current" in str(rows.nth(0).get_attribute("class"))
    page.keyboard.press("?")
    page.locator("dialog#keys[open]").wait_for()
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("4")
    assert "tab=stuck" in page.url
    desk.look("held up")
    with page.expect_navigation():
        page.keyboard.press("m")
    assert "mine=1" in page.url and page.is_checked("input[name=mine]")
    page.keyboard.press("/")
    page.keyboard.type("jm4")
    assert page.input_value("#case-q").endswith("jm4"), "keys are letters while somebody types"
    desk.go("/desk/cases/?tab=all&q=nothingofthatname")
    desk.look("nothing fits")
    open_first(desk)
    assert page.locator(".matter-layout").is_visible()
    desk.look("one case")


def test_note_opinion_and_template(visit: Callable[..., Visitor], site: Site) -> None:
    approver = visit(language="ko")
    approver.sign_in("approver")
    approver.go("/desk/cases/templates/new/")
    approver.page.fill("[name=title]", "보안등 고장")
    approver.page.fill(
        "[name=body]", "{접수번호} 보안등 민원을 확인했습니다.\n{확인한 내용}\n{담당 부서} 드림"
    )
    approver.look("a new template")
    approver.submit("main form button.btn--primary")
    assert "보안등 고장" in approver.page.inner_text("main")

    desk = visit(language="ko")
    page = desk.page
    desk.sign_in("officer")
    open_first(desk)
    page.locator("#note details summary").click()
    page.fill("[name=note-text]", "작성자와 통화함")
    desk.submit("#note form button")
    assert "작성자와 통화함" in page.inner_text("#note")
    page.locator("#consult details summary").click()
    page.fill("[name=consult-expert]", "전기 기술사")
    page.fill("[name=consult-question]", "어떤 등으로 바꾸면 좋습니까?")
    desk.submit("#consult form button.btn--primary")
    assert "전기 기술사" in page.inner_text("#consult")
    desk.look("a note and a question")
    if page.locator("[name=use-template]").count():
        page.select_option("[name=use-template]", index=1)
        if page.locator("[name=use-replace]").count():
            page.check("[name=use-replace]")
        desk.submit("#use form button")
        assert "{확인한 내용}" in page.input_value("[name=answer-reason]")
        page.locator("[name=answer-disposition][value=rejected]").check()
        desk.submit("button[formaction*='submit']")
        assert "{확인한 내용}" in page.inner_text(".error-summary")
        desk.look("a hole that nobody filled")
