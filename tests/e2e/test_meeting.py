"""A hall without a network: what the facilitator does is kept on the device and forwarded in order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visitor, wait_for

pytestmark = pytest.mark.browser


def test_the_hall_works_without_a_network_and_forwards_later(visit: Callable[..., Visitor]) -> None:
    guest = visit(width=390, language="en")
    guest.go("/meetings/")
    guest.look("the list")
    guest.page.locator(".rows a").first.click()
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
