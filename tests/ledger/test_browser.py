"""The check of a receipt in a real browser: with JavaScript, without it, and against a log that was rewritten."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from madang.commons.ledger import api
from madang.commons.ledger.copying import copy
from madang.commons.ledger.sequencer import sequence, store
from madang.kernel.models import Outbox
from tests.ledger.ledger_support import leaf, new_log, run
from tests.ledger.test_api import act

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    # Playwright's loop runs in this thread; the tests touch the database between its calls.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        running.close()


def open_page(browser: Browser, live_server: Any, **options: Any) -> Page:
    page = browser.new_context(**options).new_page()
    page.goto(f"{live_server.url}/en/ledger/")
    return page


def filed() -> str:
    outbox = act()
    sequence()
    text = api.receipt(Outbox.objects.get(pk=outbox.pk))
    assert text
    for number in range(300):
        act(number + 2)
    sequence()
    return text


def check(page: Page, text: str) -> str:
    page.locator("textarea[name=receipt]").fill(text)
    page.get_by_role("button", name="Check the receipt").click()
    page.locator("[data-verify] [data-verify-result] li").first.wait_for()
    return page.locator("[data-verify] [data-verify-result]").inner_text()


def test_the_browser_checks_by_itself(browser: Browser, live_server: Any) -> None:
    text = filed()
    page = open_page(browser, live_server)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    result = check(page, text)
    assert "genuine and its entry is in the public log" in result
    assert "with 301 entries, still begins with the 1 entries" in result
    assert result.count("Right") == 8
    assert "POST" not in sent, "the receipt stays in the browser"
    result = check(page, text.replace("number ID-2607-00001", "number ID-2607-00002"))
    assert "Something is wrong" in result
    assert "Number or time were changed" in result
    # Partial tiles that were replaced by full ones answer 404, which browsers report; nothing else may.
    assert [problem for problem in problems if "404" not in problem] == []


def test_a_rewritten_log_is_noticed(browser: Browser, live_server: Any, tmp_path: Path) -> None:
    text = filed()
    forged, rows = new_log(tmp_path)
    forged.folder.mkdir()
    (forged.folder / "key").write_bytes((store().folder / "key").read_bytes())
    rows.add([leaf(number) for number in range(400)])
    run(forged, rows)
    page = open_page(browser, live_server)

    def answer(route: Route) -> None:
        data = forged.fetch(route.request.url.partition("/ledger/")[2])
        route.fulfill(status=200 if data else 404, body=data or b"")

    page.route("**/ledger/checkpoint", answer)
    page.route("**/ledger/tile/**", answer)
    result = check(page, text)
    assert "evidence against the operator" in result
    assert "Something is wrong" in result


def test_without_javascript_the_server_checks(browser: Browser, live_server: Any) -> None:
    page = open_page(browser, live_server, java_script_enabled=False)
    result = check(page, filed())
    assert "genuine and its entry is in the public log" in result
    assert result.count("Right") == 8


def test_the_second_button_asks_the_server(browser: Browser, live_server: Any) -> None:
    text = filed()
    page = open_page(browser, live_server)
    page.locator("textarea[name=receipt]").fill(text)
    with page.expect_navigation():
        page.get_by_role("button", name="Check on the server").click()
    assert "genuine" in page.locator("[data-verify] [data-verify-result]").inner_text()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_fits_a_narrow_phone(browser: Browser, live_server: Any, language: str) -> None:
    text = filed()
    page = open_page(browser, live_server, viewport={"width": 320, "height": 640})
    page.goto(live_server.url + ("/ledger/" if language == "ko" else "/en/ledger/"))
    page.locator("textarea[name=receipt]").fill(text)
    page.locator("[data-verify] form button.btn--primary").click()
    page.locator("[data-verify] [data-verify-result] li").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_states_are_compared_in_the_browser_and_the_kept_file_works_alone(
    browser: Browser, live_server: Any, tmp_path: Path
) -> None:
    text = filed()
    page = open_page(browser, live_server)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.locator("textarea[name=old]").fill("1")
    page.get_by_role("button", name="Compare", exact=True).click()
    result = page.locator("[data-growth] [data-verify-result]")
    result.locator("p").wait_for()
    assert "its first 1 entries are the same in the state with 301 entries" in result.inner_text()
    assert "POST" not in sent
    with page.expect_download() as download:
        page.get_by_role("link", name="Page that checks without a network").click()
    download.value.save_as(tmp_path / "verify.html")
    assert copy(store(), tmp_path / "copy.zip") == 301

    page = browser.new_context(offline=True).new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto((tmp_path / "verify.html").as_uri())
    page.locator("textarea[name=receipt]").fill(text)
    page.locator("input[name=copy]").set_input_files(tmp_path / "copy.zip")
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_text("whole copy was recomputed: 301 entries").wait_for()
    assert "genuine and its entry is in the public log" in page.locator("[data-verify-result]").inner_text()
    assert problems == []
