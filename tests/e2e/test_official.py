"""Story 6: an official's desk: tabs, keys, merging, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for
from tests.e2e.test_chain import EDITOR, SAVE, open_on_desk, unfold

pytestmark = pytest.mark.browser

TYPED = "세 곳의 신호 주기를 쟀고, 두 곳은 7초 먼저 켤 수 있습니다. 나머지 한 곳은 다음 달에 다시 잽니다."


@pytest.mark.parametrize("language", ["ko", "en"])
def test_tabs_and_keys(visit: Callable[..., Visitor], site: Site, language: str) -> None:
    triage = visit(language=language)
    page = triage.page
    triage.sign_in("triage")
    triage.go("/desk/")
    for place in range(page.locator(".desk-nav a[href*='tab=']").count()):
        tab = page.locator(".desk-nav a[href*='tab=']").nth(place)
        count = int(tab.locator(".desk-count").inner_text())
        tab.click()
        page.wait_for_load_state()
        assert page.locator(".desk-nav a[aria-current]").count() == 1
        assert page.locator(".desk-table tbody tr").count() == min(count, 50)
        triage.look(f"tab {place}")

    triage.go("/desk/?tab=open")
    rows = page.locator(".desk-table tbody tr")
    page.keyboard.press("j")
    assert "is-current" in str(rows.nth(0).get_attribute("class"))
    page.keyboard.press("j")
    assert "is-current" in str(rows.nth(1).get_attribute("class"))
    page.keyboard.press("x")
    assert rows.nth(1).locator("input[type=checkbox]").is_checked()
    assert page.inner_text("[data-selected-count]") == "1"
    page.keyboard.press("k")
    assert "is-current" in str(rows.nth(0).get_attribute("class"))
    triage.look("a row chosen")
    page.keyboard.press("?")
    page.locator("dialog#keys[open]").wait_for()
    triage.look("keys")
    page.keyboard.press("Escape")
    assert page.locator("dialog#keys[open]").count() == 0
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("jx?")
    assert page.input_value("#desk-q").endswith("jx?"), "keys are letters while somebody types"
    triage.go("/desk/?tab=open")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".matter-layout").is_visible()
    triage.look("opened by key")


def test_the_desk_is_for_officials(visit: Callable[..., Visitor], site: Site) -> None:
    resident = visit()
    resident.go("/desk/")
    assert "/account/login/" in resident.page.url
    resident.sign_in("resident")
    assert resident.go("/desk/").status == 403
    resident.look("refused")


def test_duplicates_are_merged_in_one_go(visit: Callable[..., Visitor], site: Site) -> None:
    body = "시장 입구에 우산이 젖은 채로 쌓여 있어 바닥이 미끄럽습니다."
    first = visit().file("시장 입구에 우산꽂이를 놓아 주세요", body).number
    second = visit().file("시장 들어가는 곳에 우산꽂이를 둬 주세요", f"{body} 넘어진 분도 있습니다.").number
    neighbour = visit()
    neighbour.sign_in("neighbour")
    for number in (first, second):
        neighbour.go(f"/ideas/{number}/")
        neighbour.page.locator("#support form[action$='/support/'] button").click()
        neighbour.page.locator(".actionbar-done").wait_for()
    wait_for(lambda: site.api(f"ideas/{second}")["supports"] == 1, "the tally")
    triage = visit()
    page = triage.page
    triage.sign_in("triage")
    triage.go("/desk/?tab=open&q=우산꽂이")
    merge = "button[formaction$='/desk/merge/']"
    triage.submit(merge)
    assert page.locator(".toast.tone-persimmon").is_visible(), "at least one row has to be chosen"
    triage.go("/desk/?tab=open&q=우산꽂이")
    for box in page.locator("tbody input[name=pick]").all():
        box.check()
    assert page.inner_text("[data-selected-count]") == "2"
    triage.look("two chosen")
    triage.submit(merge)
    triage.look("which goes on")
    page.locator(f"label.choice:has-text('{first}') input").check()
    triage.submit("button[name=merge]")
    assert page.locator("#id_reason_error").is_visible()
    assert page.locator(f"label.choice:has-text('{first}') input").is_checked()
    triage.look("no reason")
    page.fill("textarea[name=reason]", "같은 곳의 같은 제안입니다.")
    triage.submit("button[name=merge]")
    triage.look("merged")
    gone = site.api(f"ideas/{second}")
    assert gone["state"] == "merged"
    assert gone["merged_into"] == first
    wait_for(lambda: site.api(f"ideas/{first}")["supports"] == 1, "the supporter of both to count once")
    anyone = visit()
    anyone.go(f"/ideas/{second}/")
    assert anyone.page.locator(f"main a[href$='/{first}/']").count() >= 1
    anyone.look("merged away")
    anyone.go(f"/ideas/{first}/")
    assert second in anyone.page.inner_text("main")
    anyone.look("took in another")


def test_what_was_typed_survives_a_reload_and_a_second_tab(visit: Callable[..., Visitor], site: Site) -> None:
    title = "초등학교 앞 통학로"
    officer = visit()
    page = officer.page
    officer.sign_in("officer")
    open_on_desk(officer, title)
    before = page.input_value("[name=answer-reason]")
    second = page.context.new_page()
    second.goto(page.url)

    # A reload, or a browser that was closed, gives back what was not saved.
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("[name=answer-reason]", TYPED)
    wait_for(
        lambda: "7초 먼저 켤" in page.evaluate("JSON.stringify(localStorage)"),
        "the browser to keep the draft",
    )
    page.reload()
    assert page.input_value("[name=answer-reason]") == TYPED
    officer.look("draft is back")
    officer.submit(SAVE)
    assert page.input_value("[name=answer-reason]") == TYPED

    # The other tab saw the older draft: it is told so, and its words are given back.
    other = "두 번째 창에서 쓴 다른 답변입니다. 이 글도 잃지 않습니다."
    assert second.input_value("[name=answer-reason]") == before
    second.fill("[name=answer-reason]", other)
    with second.expect_navigation():
        second.locator(SAVE).click()
    late = Visitor(second, site)
    assert other in second.inner_text("main")
    late.look("changed meanwhile")
    page.reload()
    assert page.input_value("[name=answer-reason]") == TYPED, "the second tab overwrote the first"
    assert page.locator(EDITOR).count() == 1


def test_signed_out_while_typing_keeps_the_words(visit: Callable[..., Visitor], site: Site) -> None:
    officer = visit()
    officer.sign_in("officer")
    open_on_desk(officer, "초등학교 앞 통학로")
    officer.page.on("dialog", lambda dialog: dialog.accept())
    officer.page.fill("[name=answer-reason]", TYPED)
    officer.page.context.clear_cookies(name="sessionid")
    officer.submit(SAVE)
    assert TYPED in officer.page.inner_text("main")
    officer.look("signed out")


def test_acts_that_are_not_hers_are_named_with_the_reason(visit: Callable[..., Visitor], site: Site) -> None:
    officer = visit(width=390)
    officer.sign_in("officer")
    open_on_desk(officer, "초등학교 앞 통학로")
    refused = officer.page.locator("[aria-labelledby=not-title] li")
    assert refused.count() >= 1
    assert all(line.locator(".muted").inner_text().strip() for line in refused.all())
    unfold(officer, "pause")
    officer.look("desk on a phone")
