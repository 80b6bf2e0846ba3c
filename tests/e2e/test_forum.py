"""Stories of the forum: two authors of one text, a full hall, a mail that is filed, an appeal, a reply to each side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from email.message import EmailMessage

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser


def test_two_authors_and_a_version_whose_difference_is_read(visit: Callable[..., Visitor]) -> None:
    first = visit()
    first.sign_in("resident")
    number = first.file(
        "약수터 가는 길에 손잡이를 놓아 주세요",
        "비가 오면 돌계단이 미끄럽습니다. 계단 왼쪽에 손잡이를 놓아 주세요.",
    ).number
    first.go(f"/ideas/{number}/authors/")
    first.look("whom to ask")
    first.page.fill("#id_email", "neighbour@haedam.example")
    first.submit("form:has(#id_email) .btn--primary")

    second = visit(width=390, javascript=False)
    second.sign_in("neighbour")
    second.go("/my/")
    second.submit("main a[href*='/invitations/']")
    assert "약수터 가는 길" in second.page.inner_text("main")
    second.look("asked to write together")
    second.submit("button[name=answer][value=accept]")
    second.go(f"/ideas/{number}/text/")
    second.submit("main a[href$='/text/write/']")
    second.page.fill("#id_body", "비가 오면 돌계단이 미끄럽습니다. 계단 양쪽에 손잡이를 놓아 주세요.")
    second.page.fill("#id_reason", "오르내리는 사람이 함께 잡을 수 있게요.")
    second.page.wait_for_timeout(2_500)  # as slow as a person
    second.submit("form[data-draft] .btn--primary")
    reader = visit(language="en", dark=True)
    reader.go(f"/ideas/{number}/text/2/")
    assert "이바다" in reader.page.inner_text("main")
    assert "양쪽에" in reader.page.inner_text("section[aria-labelledby=difference] ins")
    assert "왼쪽에" in reader.page.inner_text("section[aria-labelledby=difference] del")
    reader.look("what is different")
    reader.go(f"/ideas/{number}/text/1/")
    assert "왼쪽에" in reader.page.inner_text("article")


def test_one_seat_two_people_and_the_door(visit: Callable[..., Visitor]) -> None:
    """Waiting list, access needs, a ticket that is let in once, the pack; who is not of the office is told so."""
    officer = visit()
    page = officer.page
    page.on("dialog", lambda dialog: dialog.accept())
    officer.sign_in("parks")
    officer.go("/desk/meetings/new/")
    day = str(date.today() + timedelta(days=4))
    for name, words in {
        "title_ko": "빗물 정원을 어디에 둘까요",
        "title_en": "Where to put rain gardens",
        "place": "해담도서관 3층",
        "seats": "1",
        "day": day,
        "start": "10:00",
        "end": "12:00",
    }.items():
        page.fill(f"[name={name}]", words)
    officer.submit("main form[data-warn] .btn--primary")
    address = "/meetings/" + page.url.split("/meetings/")[1].split("/")[0] + "/"
    officer.go(f"/desk{address}")
    officer.submit("button[name=step][value=open]")

    early = visit(width=390)
    early.sign_in("neighbour")
    early.go(f"{address}register/")
    early.page.locator("input[name=needs]").first.check()
    early.page.dblclick("main form[data-draft] .btn--primary")
    early.page.wait_for_url("**/mine/")
    early.look("a seat")

    late = visit(javascript=False, language="en", width=390)
    late.sign_in("group")
    late.go(f"{address}register/")
    assert "You would wait in line" in late.page.inner_text("main")
    late.submit("main form[data-draft] .btn--primary")
    assert "place 1 in line" in late.page.inner_text(".pagehead")
    late.look("in line")

    officer.go(f"/desk{address}people/")
    assert page.locator("tbody tr").count() == 2, "a double click registers once"
    assert page.locator("section[aria-labelledby=needs] li").count() == 1
    officer.look("who comes")
    assert late.go(f"{address}hall/door/").status == 403
    assert "403" not in late.page.inner_text("main") and late.page.locator("main .lead").count() == 1
    late.look("not of the office")

    early.go(f"{address}mine/cancel/")
    early.submit("main form .btn--danger")
    late.go(f"{address}mine/")
    ticket = late.page.inner_text(".receipt-number").strip()
    assert "-" in ticket and late.page.locator(".receipt-qr svg").count() == 1
    late.look("the seat moved on")

    officer.go(f"{address}hall/")
    officer.submit("form[action$='/begin/'] button")
    # What others do comes to the open page of the facilitator by itself, in sight and without a word lost.
    late.go(f"{address}room/")
    late.page.fill("[name=body]", "Who waters them in a dry summer?")
    late.submit("form[action$='/ask/'] button")
    page.locator("[data-hall-questions]").wait_for()
    second = visit(javascript=False, language="en", width=390)
    second.sign_in("group")
    second.go(f"{address}room/")
    late.go(f"{address}room/")
    for tab in (late, second):  # asked in two tabs: one place in line, and no error
        tab.page.select_option("[name=stance]", "for")
        tab.submit("form[action$='/speak/'] button")
        assert "You are on the list with number 1" in tab.page.inner_text("main")
    wait_for(lambda: page.locator("[data-hall-list=line] li").count() == 1, "the line to be drawn")

    officer.go(f"{address}hall/door/")
    page.fill("#d-ticket", ticket.lower())
    page.click("form[data-act=check_in] button")
    wait_for(lambda: page.inner_text("[data-hall-came]") == "1", "the ticket to be let in")
    wait_for(lambda: page.locator("[data-hall]").get_attribute("data-waiting") == "0", "it to be forwarded")
    page.fill("#d-ticket", ticket)
    page.click("form[data-act=check_in] button")
    wait_for(lambda: "이미" in page.inner_text("[data-hall-said]"), "the second time to be said")
    assert page.inner_text("[data-hall-came]") == "1"
    officer.look("at the door")
    officer.go(f"/desk{address}pack/")
    officer.look("the pack")


def test_a_mail_is_filed_when_its_sender_says_so(
    visit: Callable[..., Visitor], mailbox: Callable[[EmailMessage], None]
) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"] = "mail-writer@haedam.example", "madang+neighbourhood@localhost"
    letter["Subject"], letter["Message-ID"] = "우체국 앞 벤치를 고쳐 주세요", "<bench-1@haedam.example>"
    letter.set_content("널빤지 두 장이 빠져 앉을 수가 없습니다. 어르신들이 많이 쉬어 가시는 자리입니다.")
    mailbox(letter)

    reader = visit(width=390, javascript=False)

    letter_to = reader.page.locator("details.panel", has_text="mail-writer@haedam.example")

    def asked() -> bool:
        reader.go("/outbox/")
        return letter_to.count() > 0

    wait_for(asked, "the letter that asks", 90)
    link = letter_to.locator("a[href*='/in/']").get_attribute("href")
    assert link is not None
    reader.go(link.removeprefix(reader.site.url))
    assert "널빤지 두 장이" in reader.page.inner_text("main article")
    reader.look("did you write this")
    reader.submit("button[name=answer][value=yes]")
    number = reader.page.inner_text(".receipt-number").strip()
    assert reader.page.locator(".receipt-code").count() == 1
    reader.look("filed by mail")
    guest = visit(language="en")
    guest.go(f"/ideas/{number}/")
    assert "By E-mail" in guest.page.inner_text("main")


def test_a_copied_text_is_found_taken_down_and_put_back_on_appeal(
    visit: Callable[..., Visitor], site: Site
) -> None:
    number = (
        visit()
        .file("놀이터 모래를 자주 갈아 주세요", "유리 조각이 나온 적이 있어 아이들이 다칠 수 있습니다.")
        .number
    )
    words = "모래는 해마다 두 번 갈고 그 날짜를 안내판에 적어 두어야 부모가 믿을 수 있습니다."
    author = visit()
    author.sign_in("neighbour")
    for name, person in (("neighbour", author), ("resident", visit()), ("group", visit())):
        if person is not author:
            person.sign_in(name)
        person.go(f"/ideas/{number}/")
        form = f"form[action$='/{number}/comments/']"
        if not person.page.locator(f"{form} textarea").is_visible():
            person.page.locator("#comments details > summary").first.click()
        person.page.locator(f"{form} input[name=stance][value=for]").check()
        person.page.fill(f"{form} textarea", words)
        person.take_time()
        person.submit(f"{form} .form-foot button")
        assert person.page.locator(f"{form} textarea").input_value() == "", person.page.inner_text("main")

    moderator = visit()
    moderator.sign_in("moderator")
    moderator.go("/desk/moderation/bursts/")
    moderator.look("the same text")
    burst = moderator.page.locator("section", has=moderator.page.locator("blockquote", has_text=words[:20]))
    assert burst.locator("tbody tr").count() == 3
    burst.locator("tbody tr", has_text="이바다").locator("input").check()
    burst.locator("summary").click()
    burst.locator("select").select_option(index=1)
    burst.locator("textarea").fill("같은 글을 여러 번 올린 것으로 보았습니다.")
    with moderator.page.expect_navigation():
        burst.locator("button[value=hide]").click()

    author.go(f"/ideas/{number}/")
    author.submit("a[href*='/moderation/appeal/']")
    assert words in author.page.inner_text("main")
    author.page.fill("#id_words", "제가 쓴 글은 하나뿐이고, 다른 분들이 같은 말을 옮겼습니다.")
    author.submit("form[data-draft] .btn--primary")
    author.look("the appeal waits")

    other = visit()
    other.sign_in("facilitator")  # she holds the post for appeals
    other.go("/desk/moderation/appeals/")
    other.submit("main li:has-text('모래는 해마다') .row-title a")
    other.look("an appeal to decide")
    other.page.locator("input[name=decision][value=grant]").check()
    other.page.fill("#id_reason", "저마다 한 번씩 올린 글이라 되돌립니다.")
    other.submit("form[data-draft] .btn--primary")
    guest = visit(width=390)
    guest.go(f"/ideas/{number}/")
    assert guest.page.locator(".comment", has_text=words[:20]).count() == 3
    guest.go("/moderation/")
    assert "저마다 한 번씩 올린 글이라 되돌립니다." in guest.page.inner_text("main")
    guest.look("the log")


def test_a_synthesis_replies_to_each_side(visit: Callable[..., Visitor], site: Site) -> None:
    number = site.idea("빈집을 청년")["number"]
    for reader in (visit(language="en", width=390, javascript=False), visit(dark=True)):
        reader.go(f"/ideas/{number}/synthesis/")
        parts = reader.page.locator("section[aria-labelledby=parts] article")
        assert parts.count() >= 2
        reply = "Reply" if reader.prefix else "답"
        assert all(reply in one.inner_text() for one in parts.all()), "the losing side has one too"
        assert reader.page.locator("section[aria-labelledby=missing] table").count() >= 1
        reader.look("the synthesis")
