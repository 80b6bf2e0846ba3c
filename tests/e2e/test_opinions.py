"""A conversation from the first answer to the record: by keyboard, on a phone without scripts, on the wall, at the desk."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser


def code_of(site: Site) -> str:
    """The conversation of the demo city."""
    rows = site.api("opinions")["items"]
    return str(next(row["code"] for row in rows if row["state"] == "open"))


def count(place: Visitor, name: str) -> int:
    return int(place.page.inner_text(f"[data-{name}]").replace(",", ""))


def test_a_conversation(visit: Callable[..., Visitor], site: Site) -> None:
    code = code_of(site)
    here = f"/opinions/{code}/"

    # The wall of the hall hears of what follows.
    wall = visit(language="en")
    wall.go(f"{here}hall/")
    wall.look("the wall")
    people, answers = count(wall, "people"), count(wall, "votes")
    assert wall.page.locator("svg[role=img][aria-label^='QR code']").count() == 1

    # By keyboard alone, without an account, in English: the keys act while the box has the focus.
    rider = visit(language="en")
    rider.go("/opinions/")
    rider.look("all conversations")
    rider.go(here)
    rider.look("the first statement")
    for turn, key in enumerate("1213121"):
        text = rider.page.inner_text("#ask-text")
        if turn == 0:
            rider.page.locator("form[data-answer] button").first.focus()
        with rider.page.expect_navigation():
            rider.page.keyboard.press(key)
        assert rider.page.inner_text("#ask-text") != text
        assert rider.page.evaluate("document.activeElement.id") == "ask-text", "the next one is read out"
    rider.look("after seven answers")
    # The wall does not move for her alone: as others answer it hears of five people at once.
    assert "at least 5 people" in wall.page.inner_text(".hall-steps")
    for _phone in range(4):
        phone = visit(width=390, javascript=False)
        phone.go(here)
        phone.submit("form[data-answer] button[value=agree]")
    wait_for(lambda: count(wall, "people") >= people + 5, "the wall to hear of five people", 8)
    wait_for(lambda: count(wall, "votes") >= answers + 5, "the wall to hear of their answers", 8)
    rider.go(f"{here}map/")
    assert "You stand" in rider.page.inner_text(".map-you")
    rider.look("the map with her own place")
    assert "You stand" not in visit(language="en").go(f"{here}map/").text()
    rider.go(f"{here}statements/?order=split")
    rider.look("the table")

    # A phone without scripts, dark, in Korean: answer, change it, take everything back.
    walker = visit(width=390, javascript=False, dark=True)
    walker.go(here)
    walker.look("without scripts")
    walker.submit("form[data-answer] button[value=agree]")
    walker.go(f"{here}mine/")
    walker.look("her answers")
    walker.submit(".mine button[value=disagree]")
    assert walker.page.locator(".mine button[value=disagree][aria-pressed=true]").count() == 1
    walker.submit("form[action$='/withdraw/'] button")
    walker.go(f"{here}mine/")
    assert walker.page.locator(".mine-row").count() == 0
    walker.look("nothing left")

    # A statement that names somebody is held up, and nothing typed is lost.
    writer = visit()
    writer.sign_in("resident")
    writer.go(f"{here}write/")
    writer.look("writing")
    words = "문의는 010-1234-5678 번으로만 받아야 한다"
    writer.page.fill("textarea[name=words]", words)
    writer.submit("form[data-draft] button")
    assert "전화번호" in writer.page.inner_text(".gate")
    assert writer.page.input_value("textarea[name=words]") == words
    writer.look("what the gate found")
    writer.submit(".gate form button")
    assert "진행자" in writer.said()

    # The desk sends it back with a reason; the author hears it and rewords.
    lead = visit()
    lead.sign_in("moderator")
    lead.go(f"/desk/opinions/{code}/")
    lead.look("the desk of the conversation")
    row = lead.page.locator("li.card", has_text="010-1234-5678")
    row.locator("select").select_option("personal_data")
    row.locator("input[name=note]").fill("번호를 빼 주세요.")
    with lead.page.expect_navigation():
        row.locator("button[value=return]").click()
    writer.go(here)
    assert "번호를 빼 주세요." in writer.page.inner_text("main")
    writer.look("sent back, with the reason")
    writer.submit("a[href*='/write/']:has-text('고쳐')")
    writer.page.fill("textarea[name=words]", "문의 전화는 주말에도 받아야 한다")
    writer.submit("form[data-draft] button")
    assert "보여요" in writer.said()
    writer.go(f"{here}log/")
    assert "번호를 빼 주세요." in writer.page.inner_text("main")
    writer.look("the log of decisions")

    # Closing asks first; then the files and the record are there, and nobody can answer or be told apart.
    lead.go(f"/desk/opinions/{code}/close/")
    lead.look("closing asks")
    lead.submit("main form button")
    assert re.search("[0-9a-f]{64}", lead.page.inner_text("main"))
    lead.look("the record")
    rider.go(here)
    assert rider.page.locator("form[data-answer]").count() == 0
    rider.look("closed")
    rider.go(f"{here}map/")
    assert rider.page.locator(".map-you").count() == 0
