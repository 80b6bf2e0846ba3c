"""Any means: a terminal for everybody, a call with a code, a text message; each with the same rights, each shown."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visitor, wait_for

pytestmark = pytest.mark.browser
TITLE = "승강장 안내 글씨를 크게 해 주세요"
BODY = "작은 글씨라 어르신들이 읽기 어렵습니다. 두 배로 키우고 조명을 달아 주세요."


def start_kiosk(visit: Callable[..., Visitor], **window: object) -> Visitor:
    terminal = visit(**window)
    terminal.sign_in("intake")
    terminal.go("/desk/channels/")
    terminal.look("the channels")
    terminal.go("/desk/channels/kiosks/")
    terminal.look("before a kiosk")
    terminal.page.select_option("#id_target", "square.idea:neighbourhood")
    terminal.page.fill("#id_where", "해담중앙도서관 1층")
    terminal.page.fill("#id_pin", "471147")
    terminal.submit("button[value=start]")
    return terminal


def end_kiosk(terminal: Visitor) -> None:
    terminal.go("/kiosk/end/")
    terminal.page.fill("#pin", "000000")
    terminal.submit("main form button")
    assert terminal.page.locator(".has-error #pin-error").is_visible()
    terminal.look("a wrong number")
    terminal.page.fill("#pin", "471147")
    terminal.submit("main form button")
    terminal.go("/account/login/")
    assert terminal.page.locator("input[name=login]").count() == 1
    assert terminal.go("/kiosk/").status == 404
    assert terminal.page.locator("h1").count() == 1
    terminal.look("no kiosk any more")


def test_a_kiosk_leaves_nothing_to_the_next_person(visit: Callable[..., Visitor]) -> None:
    terminal = start_kiosk(visit)
    page = terminal.page
    assert page.url.endswith("/kiosk/")
    terminal.look("the first page")
    terminal.go("/ideas/")
    assert page.url.endswith("/kiosk/")

    terminal.submit(".kiosk-go")
    terminal.look("the form")
    wait_for(
        lambda: any(f"{n}초" in page.inner_text("[data-kiosk-left]") for n in range(50, 60)), "the countdown"
    )
    page.fill("#id_title", "짧")
    page.fill("#id_body", BODY)
    terminal.submit("main form button")
    terminal.look("a refusal")
    page.fill("#id_title", TITLE)
    terminal.submit("main form button")
    assert page.url.endswith("/kiosk/done/"), page.inner_text("main")
    terminal.look("the receipt")
    number, code = page.inner_text(".receipt-number").strip(), page.inner_text(".receipt-code")
    assert page.locator(".receipt-qr svg").count() == 1
    assert (
        page.locator("[data-copy]").count() == 0
    )  # a clipboard would still hold the code for the next person
    page.emulate_media(media="print")
    assert page.locator(".kiosk-head").is_hidden()
    assert page.locator(".receipt").is_visible()
    page.emulate_media(media="screen")
    terminal.submit("a.kiosk-go")

    for _step in range(6):  # the next person presses Back as often as there is something behind it
        page.go_back(wait_until="load")
        wait_for(lambda: page.evaluate("document.readyState") == "complete", "the page behind")
        seen = page.inner_text("body") + " ".join(
            page.locator("input, textarea").evaluate_all("all => all.map((one) => one.value)")
        )
        for word in (code, TITLE, BODY, number):
            assert word not in seen, page.url
        if page.url.endswith("/kiosk/"):
            break
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    terminal.look("after going back")

    # A minute without a touch: the clock of the page is turned forward, as nobody waits in a test.
    terminal.go("/kiosk/")
    page.clock.install()
    terminal.go("/kiosk/write/")
    page.fill("#id_title", "반쯤 쓰다 만 제안")
    page.clock.fast_forward(50_000)
    wait_for(lambda: page.locator("[data-kiosk-left].is-near").count() == 1, "the last seconds to be marked")
    with page.expect_navigation():
        page.clock.fast_forward(15_000)
    assert page.url.endswith("/kiosk/")
    page.go_back(wait_until="load")
    assert page.locator("#id_title").input_value() == "" if page.locator("#id_title").count() else True
    end_kiosk(terminal)

    guest = visit(width=390, language="en")
    guest.go(f"/ideas/{number}/")
    assert "By Kiosk" in guest.page.inner_text("main")


def test_a_kiosk_works_by_forms_alone_and_in_english(visit: Callable[..., Visitor]) -> None:
    terminal = start_kiosk(visit, javascript=False, width=390)
    terminal.submit(".kiosk-language")
    terminal.look("in English")
    terminal.submit(".kiosk-go")
    terminal.page.fill("#id_title", "Bigger letters on the platform, please")
    terminal.page.fill("#id_body", "They are too small for many of us. Double the size, and light them.")
    terminal.submit("main form button")
    assert terminal.page.locator(".receipt-code").count() == 1
    terminal.look("the receipt by forms")
    terminal.submit("a.kiosk-go")
    terminal.go("/kiosk/done/")
    assert terminal.page.locator(".receipt-code").count() == 0
    end_kiosk(terminal)


def test_a_call_and_a_text_message_about_the_same_idea(visit: Callable[..., Visitor]) -> None:
    author = visit()
    author.sign_in("group")
    filed = author.file(
        "정류장 옆 자전거 거치대를 늘려 주세요",
        "자리가 모자라 길에 세워 둡니다. 스무 자리만 더 있으면 됩니다.",
    )

    caller = visit(width=390)
    caller.go("/means/")
    caller.look("every way, without an account")
    caller.sign_in("neighbour")
    caller.go("/means/")
    caller.submit("button[value=code]")
    code = caller.page.inner_text(".big-number code")
    caller.look("the code")

    operator = visit()
    operator.sign_in("intake")
    operator.go("/desk/channels/support/")
    operator.look("the form of a call")
    page = operator.page
    page.fill("#id_number", filed.number)
    page.check("input[name=act][value=support]")
    page.fill("#id_code", "AAAA-BBBB")
    page.check("#id_read_back")
    operator.submit("main form button")
    operator.look("a wrong code")
    assert page.locator("#id_code_error").count() == 1
    page.fill("#id_code", code)
    operator.submit("main form button")
    assert "자전거 거치대" in operator.said()

    # Another caller has no account: the number she calls from counts, once, and its holder is told.
    page.fill("#id_number", filed.number)
    page.check("input[name=act][value=support]")
    page.fill("#id_phone", "010-7777-8888")
    page.check("#id_read_back")
    operator.submit("main form button")
    assert (
        page.locator("#id_seen_error").is_visible() and page.locator(".has-error #id_consented").count() == 1
    )
    assert page.input_value("#id_phone") == "010-7777-8888"
    operator.look("not asked yet")
    page.check("input[name=seen][value=shown]")
    page.check("#id_consented")
    operator.submit("main form button")
    assert "자전거 거치대" in operator.said()

    caller.go("/means/")
    assert "자전거 거치대" in caller.page.inner_text(".means-uses")
    caller.look("what was done by phone")

    triage = visit(width=390, dark=True)
    triage.sign_in("triage")
    triage.go("/desk/channels/texts/")
    triage.look("text messages")
    triage.page.fill("#id_sender", "010-5555-1234")
    triage.page.fill("#id_words", f"찬성 {filed.number} 저도 매일 자전거로 다녀요")
    triage.submit("#sandbox form button")
    triage.look("after a message")
    assert "댓글을 올렸어요" in triage.page.inner_text(".talk")
    newest = triage.page.locator(".talk > li").first
    assert "댓글을 올렸어요" in newest.inner_text()
    assert newest.evaluate("""(one) => {
      const [seen, box] = [one.getBoundingClientRect(), one.parentElement.getBoundingClientRect()];
      return seen.bottom <= box.bottom && seen.top >= box.top;
    }"""), "the answer is in sight without scrolling"
    triage.page.fill("#id_sender", "12")
    triage.submit("#sandbox form button")
    assert triage.page.locator("#id_sender_error").is_visible()
    assert triage.page.input_value("#id_sender") == "12"
    triage.look("a number that is none")
    guest = visit()
    guest.go(f"/ideas/{filed.number}/")
    assert "저도 매일 자전거로 다녀요" in guest.page.inner_text("main")
    assert "문자 메시지 접수" in guest.page.inner_text("main")
    assert "5555" not in guest.page.content() and "7777" not in guest.page.content()
    assert guest.page.inner_text(".actionbar-count") == "2"
    triage.go("/desk/channels/texts/")
    wait_for(lambda: "전화로 공감이 입력됐어요" in triage.page.reload().text(), "the caller to be told")


def test_a_sheet_of_paper_from_issue_to_the_public_count(visit: Callable[..., Visitor]) -> None:
    triage = visit()
    triage.sign_in("triage")
    triage.go("/desk/channels/paper/")
    triage.look("batches")
    page = triage.page
    page.select_option("#id_target", "square.idea:neighbourhood")
    page.fill("#id_booth", "솔마을 경로당")
    page.fill("#id_size", "2")
    page.fill("#id_sample", "0")
    triage.submit("main form button")
    triage.look("a new batch")
    batch = page.url.rstrip("/").rsplit("/", 1)[1]
    serial = page.locator("a[href*='/forms/PF-']").first.inner_text().strip()
    triage.go(f"/desk/channels/paper/{batch}/print/")
    triage.look("sheets to print")
    for large in ("", "?large=1"):
        triage.go(f"/desk/channels/paper/{batch}/print/{large}")
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 2, "a form with its stub is one sheet"

    operator = visit(width=390)
    operator.sign_in("intake")
    operator.go("/desk/channels/forms/")
    operator.page.fill("#id_serial", serial.lower())
    operator.submit("main form button")
    operator.look("a form to type in")
    operator.page.fill("#id_title", "경로당 앞 계단에 손잡이를 달아 주세요")
    operator.page.fill("#id_body", "비 오는 날 미끄러워 위험합니다.")
    operator.submit("form:has(input[value=enter]) button")
    operator.look("entered")
    assert operator.page.locator(".receipt-code").count() == 1

    guest = visit()
    guest.go(f"/paper/{serial}/")
    guest.look("what became of the sheet")
    guest.submit("main a[href*='/ideas/']")
    assert "손잡이를 달아 주세요" in guest.page.inner_text("h1")
    assert "서면 접수" in guest.page.inner_text("main")

    triage.go(f"/desk/channels/paper/{batch}/")
    page.fill("#id_first", "2")
    page.fill("#id_last", "2")
    triage.submit("form:has(#id_first) button")
    triage.look("nothing is out")
    for pile, sheets in (("entered", "1"), ("spoiled", "0"), ("unused", "1")):
        page.fill(f"#id_{pile}", sheets)
    triage.submit("form:has(#id_entered) button")
    triage.look("closed")
    guest.go("/paper/")
    assert batch in guest.page.inner_text("main")
    guest.look("the public count")
