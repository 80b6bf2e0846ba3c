"""Story 3: others support, comment, moderate and follow."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser

BODY = "지금은 비를 맞으며 기다립니다. 지붕이 있는 의자 하나면 충분합니다."
SUPPORT = "#support form[action$='/support/'] button"
FOLLOW = "#support form[action$='/follow/'] button"
UNDO = "#support form[action$='/undo/'] button"


def supports(site: Site, number: str) -> int:
    """How many the tally has counted."""
    return int(site.api(f"ideas/{number}")["supports"])


def test_support_counts_once_and_can_be_taken_back(visit: Callable[..., Visitor], site: Site) -> None:
    number = visit().file("마을버스 종점에 지붕 있는 의자를 놓아 주세요", BODY).number
    anyone = visit()
    anyone.go(f"/ideas/{number}/")
    assert "/account/login/" in str(anyone.page.locator("#support a.btn").get_attribute("href"))
    anyone.look("signed out")

    neighbour = visit()
    neighbour.sign_in("neighbour")
    neighbour.go(f"/ideas/{number}/")
    neighbour.page.locator(SUPPORT).dblclick(no_wait_after=True)
    neighbour.page.locator(".actionbar-done").wait_for()
    assert neighbour.page.inner_text(".actionbar-count") == "1"
    neighbour.look("supported")
    wait_for(lambda: supports(site, number) == 1, "the tally")
    neighbour.page.reload()
    assert neighbour.page.inner_text(".actionbar-count") == "1"

    # Taken back, and given again from two tabs at once.
    neighbour.page.locator(UNDO).click()
    neighbour.page.locator(SUPPORT).wait_for()
    neighbour.look("taken back")
    wait_for(lambda: supports(site, number) == 0, "the tally")
    neighbour.go(f"/ideas/{number}/")
    second = neighbour.page.context.new_page()
    second.goto(neighbour.page.url)
    for tab in (neighbour.page, second):
        tab.locator(SUPPORT).click(no_wait_after=True)
    for tab in (neighbour.page, second):
        tab.locator(".actionbar-done").wait_for()
    group = visit(javascript=False)
    group.sign_in("group")
    group.go(f"/ideas/{number}/")
    group.submit(SUPPORT)
    assert group.page.locator(".actionbar-done").is_visible()
    group.look("supported without JavaScript")
    wait_for(lambda: supports(site, number) == 2, "two people, each counted once")


def test_the_author_cannot_support_her_own(visit: Callable[..., Visitor], site: Site) -> None:
    resident = visit()
    resident.sign_in("resident")
    number = resident.file("도서관 반납함을 지하철역에도 놓아 주세요", BODY).number
    resident.go(f"/ideas/{number}/")
    assert resident.page.locator(SUPPORT).count() == 0
    assert resident.page.locator("#support .actionbar-reason").is_visible()


def test_comments_replies_and_moderation_with_a_published_reason(
    visit: Callable[..., Visitor], site: Site
) -> None:
    number = (
        visit()
        .file("야간 진료 약국을 한 곳 더 열어 주세요", "밤에 아이가 아프면 약을 살 곳이 없습니다.")
        .number
    )
    # Each person in her own language: what one writes in Korean pages the other reads in English ones.
    neighbour = visit()
    neighbour.sign_in("neighbour")
    page = neighbour.page
    said = {
        "for": "밤에 아이가 아프면 갈 곳이 없습니다.",
        "against": "약사 인건비가 걱정됩니다.",
        "question": "어느 동에 여나요?",
    }
    neighbour.go(f"/ideas/{number}/")
    form = f"form[action$='/{number}/comments/']"
    # Too short: the words stay.
    neighbour.page.fill(f"{form} textarea", "짧")
    neighbour.take_time()
    neighbour.submit(f"{form} .form-foot button")
    assert page.locator(".error-summary").is_visible()
    assert page.input_value(f"{form} textarea") == "짧"
    neighbour.look("comment error")
    for stance, words in said.items():
        neighbour.go(f"/ideas/{number}/")
        if not page.locator(f"{form} textarea").is_visible():
            page.locator("#comments details > summary").first.click()
        page.locator(f"{form} input[name=stance][value={stance}]").check()
        page.fill(f"{form} textarea", words)
        neighbour.take_time()
        neighbour.submit(f"{form} .form-foot button")
        assert words in page.inner_text("#comments")
    neighbour.look("three comments")
    neighbour.go(f"/ideas/{number}/?stance=against")
    assert page.locator("#comments .comment").count() == 1

    # Somebody answers; the reply stands below the comment.
    resident = visit(width=390, language="en")
    resident.sign_in("resident")
    resident.go(f"/ideas/{number}/")
    comment = resident.page.locator(".comment", has_text=said["question"])
    comment.locator("a[href*='/comments/']").first.click()
    resident.page.wait_for_url("**/comments/**")
    resident.look("reply form")
    resident.page.locator("input[name=stance][value=question]").check()
    resident.page.fill("form[data-draft] textarea", "솔마을이 가장 가깝습니다.")
    resident.take_time()
    resident.submit("form[data-draft] .form-foot button")
    resident.go(f"/ideas/{number}/")
    assert "솔마을이 가장 가깝습니다." in resident.page.inner_text(".comments--replies")
    resident.look("reply")

    # A reader reports one comment; a moderator takes it down; everybody reads why.
    bad = resident.page.locator(".comments:not(.comments--replies) > .comment", has_text=said["against"])
    bad.locator("a[href*='/flag/']").first.click()
    resident.page.wait_for_url("**/flag/**")
    resident.submit("main form button.btn--primary")
    assert resident.page.locator(".error-summary").is_visible(), "a reason is needed"
    resident.look("report without a reason")
    resident.page.locator("input[name=reason]").first.check()
    resident.submit("main form button.btn--primary")
    moderator = visit()
    moderator.sign_in("moderator")
    moderator.go("/desk/moderation/")
    row = moderator.page.locator("tbody tr", has_text=said["against"])
    row.locator("input[type=checkbox]").check()
    moderator.submit("button[name=decision][value=hide]")
    assert moderator.page.locator(".error-summary").is_visible(), "a published reason is needed"
    assert moderator.page.locator("tbody tr", has_text=said["against"]).locator("input").is_checked()
    moderator.look("moderation without a reason")
    reason = "제안과 관계없는 말을 되풀이했습니다."
    moderator.page.locator("select[name=reason_code]").select_option(index=1)
    moderator.page.fill("textarea[name=reason]", reason)
    moderator.submit("button[name=decision][value=hide]")
    moderator.look("moderated")
    anyone = visit(language="en")
    anyone.go(f"/ideas/{number}/")
    assert said["against"] not in anyone.page.inner_text("#comments")
    assert anyone.page.locator(".comment-hidden").count() == 1
    anyone.look("taken down")
    anyone.go("/moderation/")
    told = anyone.page.locator(".timeline-event", has_text=number)
    assert reason in told.first.inner_text()
    assert said["against"] not in anyone.page.inner_text("main"), "the log does not repeat the words"
    anyone.look("moderation log")


def test_following_and_stopping(visit: Callable[..., Visitor], site: Site) -> None:
    number = site.idea("구청 뒷문 경사로")["number"]
    anyone = visit()
    anyone.go(f"/ideas/{number}/")
    anyone.submit(FOLLOW)
    assert "/account/login/" in anyone.page.url
    group = visit()
    group.sign_in("group")  # the neighbour hears of it already: she commented
    group.go(f"/ideas/{number}/")
    before = group.page.inner_text(FOLLOW)
    group.submit(FOLLOW)
    assert group.page.inner_text(FOLLOW) != before
    group.look("following")
    group.go("/my/")
    followed = "section[aria-labelledby=followed-title]"
    assert "구청 뒷문 경사로" in group.page.inner_text(followed)
    group.go(f"/ideas/{number}/")
    group.submit(FOLLOW)
    assert group.page.inner_text(FOLLOW) == before
    group.go("/my/")
    assert "구청 뒷문 경사로" not in group.page.inner_text("main")
