"""A hall without a network: what the facilitator does is kept on the device and forwarded in order."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.conftest import Visitor, wait_for

pytestmark = pytest.mark.browser


def test_the_hall_works_without_a_network_and_forwards_later(visit: Callable[..., Visitor]) -> None:
    guest = visit(width=390, language="en")
    guest.go("/meetings/")
    guest.look("the list")
    guest.page.locator(".rows a", has_text="shade in summer").click()
    guest.page.wait_for_load_state()
    guest.look("a meeting")
    address = guest.page.url.removeprefix(guest.site.url).removeprefix("/en")

    facilitator = visit(width=1280)
    page = facilitator.page
    page.on("dialog", lambda dialog: dialog.accept())
    facilitator.sign_in("parks")
    facilitator.go(f"/desk{address}helpers/")
    page.fill("#id_table-topic", "나무")
    facilitator.submit("button[value=table]")
    facilitator.look("tables and helpers")
    facilitator.go(f"{address}hall/")
    facilitator.submit("form[action$='/begin/'] button")
    facilitator.go(f"{address}hall/tables/1/")
    status = page.locator("[data-hall-status]")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    facilitator.go(f"{address}hall/")
    wait_for(lambda: "모두 전달" in status.inner_text(), "the page to say that it is connected")
    facilitator.look("the hall page")
    page.wait_for_timeout(500)

    page.context.set_offline(True)
    page.reload()
    wait_for(
        lambda: "네트워크가 없어요" in status.inner_text(), "the page to open and to say that it is alone"
    )
    page.locator("form[data-act=start_item] button").first.click()
    page.fill("#s-label", "파란 카드")
    page.locator("form[data-act=ask_to_speak] button").click()
    wait_for(lambda: "파란 카드" in page.inner_text("[data-hall-list=line]"), "the line on the device")
    page.locator("form[data-act=call] button.btn--primary").click()
    wait_for(lambda: "파란 카드" in page.inner_text("[data-hall-speaking]"), "the speaker on the device")
    facilitator.look("without a network")
    facilitator.go(f"{address}hall/tables/1/")
    page.fill("#n-body", "그늘막보다 나무가 먼저라는 의견")
    page.locator("form[data-hall-new] button").click()
    wait_for(lambda: page.locator(".table-note.is-kept").count() == 1, "the note that is kept on the device")
    assert page.locator("[data-hall]").get_attribute("data-waiting") == "4"

    page.context.set_offline(False)
    wait_for(
        lambda: page.locator("[data-hall]").get_attribute("data-waiting") == "0", "everything to be forwarded"
    )
    facilitator.look("forwarded")

    # A question from a card is offered to be seen as soon as it is there.
    facilitator.go(f"{address}hall/")
    page.fill("#q-body", "그늘막은 겨울에 접어 두나요?")
    page.locator("form[data-act=ask] button").click()
    page.locator("[data-hall-questions]").wait_for()
    facilitator.submit("[data-hall-questions]")
    assert "그늘막은 겨울에 접어 두나요?" in page.inner_text("section[aria-labelledby=questions]")
    facilitator.look("the question that was asked")

    plain = visit(width=390, javascript=False)
    plain.sign_in("parks")
    plain.go(f"{address}hall/")
    assert "파란 카드" in plain.page.inner_text(".hall-speaking")
    assert plain.page.locator(".agenda-item.is-now").count() == 1
    plain.look("the hall page by forms")
    plain.submit(".hall-speaking button")
    assert plain.page.locator(".hall-speaking:visible").count() == 0
    plain.go(f"{address}hall/tables/1/")
    assert plain.page.locator("textarea").nth(1).input_value() == "그늘막보다 나무가 먼저라는 의견"
    guest.go(f"{address}live/")
    assert (
        "그늘이 필요한 곳" in guest.page.inner_text(".live-item")
        or guest.page.locator(".live-item").is_visible()
    )
    guest.look("the projector")
    guest.go(f"{address}room/")
    guest.look("questions on a phone")


WHEN = {"day": f"{date.today() + timedelta(days=3):%Y-%m-%d}", "start": "14:00", "end": "16:00"}


def filmed(ticket: bytes) -> bytes:
    """What a camera at the door sees of this picture: askew, on grey."""
    with Image.open(io.BytesIO(ticket)) as picture:
        held = picture.convert("RGB").resize((300, 300)).rotate(8, expand=True, fillcolor=(90, 90, 90))
    frame, out = Image.new("RGB", (640, 480), (90, 90, 90)), io.BytesIO()
    frame.paste(held, (150, 70))
    frame.save(out, "JPEG", quality=80)
    return out.getvalue() * 2


def test_from_an_invitation_to_minutes_that_another_approved(
    visit: Callable[..., Visitor], camera: Path
) -> None:
    """A resident asks for the floor by phone, a helper without an account runs the hall, and two write the minutes."""
    officer = visit()
    page = officer.page
    page.on("dialog", lambda dialog: dialog.accept())
    officer.sign_in("parks")
    officer.go("/desk/meetings/new/")
    officer.look("a new meeting")
    for name, words in {
        "title_ko": "공원 의자를 어디에 둘까요",
        "title_en": "Where to put benches",
        "place": "해담도서관 2층",
        "seats": "20",
        **WHEN,
    }.items():
        page.fill(f"[name={name}]", words)
    officer.submit("main form[data-warn] .btn--primary")
    address = "/meetings/" + page.url.split("/meetings/")[1].split("/")[0] + "/"
    officer.go(f"/desk{address}agenda/")
    assert page.locator("label[for=id_minutes]").inner_text() == "길이(분)"
    page.fill("[name=title]", "그늘과 물")
    officer.submit(".panel form .btn--primary")
    officer.look("the agenda")
    officer.go(f"/desk{address}")
    officer.submit("button[name=step][value=open]")
    officer.look("open for registration")

    neighbour = visit(width=390)
    neighbour.sign_in("neighbour")
    neighbour.go(f"{address}register/")
    neighbour.look("before registering")
    neighbour.submit("main form[data-draft] .btn--primary")
    neighbour.look("registered")
    camera.write_bytes(filmed(neighbour.page.locator(".receipt-qr svg").screenshot()))

    # The office gives a code for the hall to somebody without an account.
    officer.go(f"/desk{address}helpers/")
    page.select_option("[name=pass-kind]", value="facilitator")
    page.fill("[name=pass-label]", "진행 도움")
    officer.submit("button[value=pass]")
    code = page.locator(".receipt-code").first.inner_text().strip()
    officer.look("a code for a helper")
    helper = visit(javascript=False)
    helper.go("/meetings/helpers/")
    helper.look("for helpers")
    helper.page.fill("[name=code]", code)
    helper.submit("main form .btn--primary")
    assert "/hall/" in helper.page.url, helper.page.inner_text("main")
    helper.look("the hall by a code")
    helper.submit("form[action$='/begin/'] button")

    # The ticket on the neighbour's phone is held before the camera of another; no browser here reads codes itself.
    door = visit(width=390)
    door.sign_in("parks")
    door.go(f"{address}hall/door/")
    door.page.locator("[data-hall-scan]").click()
    wait_for(lambda: door.page.inner_text("[data-hall-came]") == "1", "the ticket to be read and checked in")
    door.look("scanning")

    neighbour.go(f"{address}room/")
    neighbour.page.fill("[name=body]", "그늘이 없는 의자부터 옮기면 안 되나요?")
    neighbour.submit("form[action$='/ask/'] button")
    neighbour.page.select_option("[name=stance]", "for")
    neighbour.submit("form[action$='/speak/'] button")
    neighbour.look("on the speakers' list")
    helper.go(f"{address}hall/")
    helper.submit("form[data-act=start_item] button")
    helper.submit("form[data-act=call] button")
    assert helper.page.locator(".hall-speaking").is_visible()
    helper.look("somebody speaks")
    wall = visit(language="en", dark=True)
    wall.go(f"{address}live/")
    assert "Where to put benches" in wall.page.inner_text("h1")
    wall.look("the wall in English")
    helper.submit(".hall-speaking button")

    # Minutes: begun, a paragraph written, handed in; who wrote them does not approve them.
    officer.go(f"/desk{address}")
    officer.submit("button[name=step][value=close]")
    officer.go(f"/desk{address}minutes/")
    officer.look("no minutes yet")
    officer.submit("button[value=draft]")
    page.fill("[name=text]", "그늘이 없는 의자부터 옮기자는 말이 많았습니다.")
    officer.submit("button[value=add]")
    officer.look("a paragraph")
    officer.submit("button[value=submit]")
    assert page.locator("button[value=publish]").count() == 0
    chief = visit()
    chief.page.on("dialog", lambda dialog: dialog.accept())
    chief.sign_in("parks-head")
    chief.go(f"/desk{address}minutes/")
    chief.look("to approve")
    chief.submit("button[value=publish]")

    reader = visit(width=390, language="en")
    reader.go(f"{address}minutes/")
    assert "그늘이 없는 의자부터 옮기자는" in reader.page.inner_text("main")
    reader.look("the minutes")
    reader.go("/meetings/?tab=past")
    assert "Where to put benches" in reader.page.inner_text("main")
