"""The number on an open page follows what others do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser

COUNT = ".actionbar-count"


def test_an_open_page_hears_of_a_supporter(visit: Callable[..., Visitor], site: Site) -> None:
    number = (
        visit()
        .file(
            "버스 정류장 안내판의 글씨를 키워 주세요", "어르신들이 작은 글씨를 읽지 못해 버스를 놓치십니다."
        )
        .number
    )
    reader = visit(width=390, language="en")
    with reader.page.expect_response(lambda answer: "/events/" in answer.url) as stream:
        reader.go(f"/ideas/{number}/")
    assert (stream.value.status, stream.value.headers["content-type"]) == (
        200,
        "text/event-stream; charset=utf-8",
    )
    assert reader.page.inner_text(COUNT) == "0"
    place = reader.page.locator("h1").bounding_box()

    neighbour = visit(javascript=False)
    neighbour.sign_in("neighbour")
    neighbour.go(f"/ideas/{number}/")
    neighbour.submit("#support form[action$='/support/'] button")
    assert neighbour.page.inner_text(COUNT) == "1"

    wait_for(lambda: reader.page.inner_text(COUNT) == "1", "the number on the open page")
    assert reader.page.locator("#support progress").evaluate("bar => bar.value") == 1
    assert reader.page.locator("h1").bounding_box() == place, "nothing moves"
    said = reader.page.locator("#support [role=status]")
    wait_for(lambda: said.inner_text() == "1 people support this now", "the words for a screen reader")
    reader.look("after a live change")

    # A tab in the background asks for nothing; back in front it is up to date.
    hidden = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    reader.page.evaluate(hidden % "true" + "document.dispatchEvent(new Event('visibilitychange'))")
    neighbour.submit("#support form[action$='/undo/'] button")
    with reader.page.expect_response(lambda answer: "/events/" in answer.url):
        reader.page.evaluate(hidden % "false" + "document.dispatchEvent(new Event('visibilitychange'))")
    wait_for(lambda: reader.page.inner_text(COUNT) == "0", "the number after coming back")
