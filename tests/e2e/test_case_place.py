"""Filing a case with a place and photos: on the map, by keyboard, without scripts, and without a connection."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.conftest import Visitor, wait_for
from tests.e2e.test_blind import Listener
from tests.matters.test_photos import exif

pytestmark = pytest.mark.browser

HERE = "34.88000, 128.62000"  # in the district whose shape the demo city borrows
READY = "navigator.serviceWorker.ready.then((one) => one.scope)"


def photo(name: str = "lamp.jpg", place: bool = True) -> dict[str, object]:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(out, "JPEG", exif=exif(34.88, 128.62).tobytes() if place else b"")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def opened(visitor: Visitor) -> None:
    visitor.go("/cases/new/")
    visitor.page.wait_for_selector("[data-place-map]:not([hidden])")


def told(visitor: Visitor, title: str) -> None:
    visitor.page.fill("[name=title]", title)
    visitor.page.fill("[name=body]", "It is dark, and people stumble over the kerb at night.")


def test_the_pin_is_set_with_the_mouse_with_keys_and_by_position(visit: Callable[..., Visitor]) -> None:
    visitor = visit(language="en")
    page = visitor.page
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 34.88, "longitude": 128.62})
    opened(visitor)
    visitor.look("the map without a pin")
    picture = page.locator("[data-place-picture]")
    shapes = page.locator(".map-shapes path").count()
    picture.click()
    first = page.input_value("[name=point]")
    assert page.locator(".map-shapes path").count() == shapes, "every island of the chosen district stays"
    assert re.fullmatch(r"\d\d\.\d{5}, \d{3}\.\d{5}", first)
    picture.focus()
    page.keyboard.press("ArrowUp")
    second = page.input_value("[name=point]")
    assert float(second.split(",")[0]) > float(first.split(",")[0])
    page.click("[data-place-act=here]")
    wait_for(lambda: page.input_value("[name=point]") == HERE, "the position")
    wait_for(lambda: HERE in page.inner_text("[data-place-said]"), "the words about it")
    visitor.look("the map with a pin")
    page.click("[data-place-act=none]")
    assert page.input_value("[name=point]") == ""


def test_a_photo_asks_whether_its_place_is_the_place(visit: Callable[..., Visitor]) -> None:
    visitor = visit(language="en", width=390)
    page = visitor.page
    opened(visitor)
    page.set_input_files("[name=files]", [photo()])  # type: ignore[arg-type]
    page.wait_for_selector("[data-place-photo]")
    assert page.input_value("[name=point]") == "", "nothing is taken unasked"
    visitor.look("the question about the photo")
    page.locator("[data-place-photo] button").first.click()
    assert page.input_value("[name=point]") == HERE
    told(visitor, "Lamp out by the harbour")
    visitor.take_time()
    visitor.submit("button[name=continue]:not([tabindex])")
    visitor.submit("button[name=file]")
    visitor.look("the receipt")
    visitor.submit("main .btn--primary")
    assert "Taken at" in page.inner_text("main") and page.locator(".map-pin").count() == 1
    visitor.look("the case with its map")


def test_photos_are_added_one_by_one_and_taken_out(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    """As a phone's camera gives them: the second does not push the first out, and the same one counts once."""
    visitor = visit(language="en", width=390)
    page = visitor.page
    opened(visitor)
    rows = page.locator(".field--file [data-drop-list] > li")
    before, lamp = tmp_path / "before.jpg", tmp_path / "lamp.jpg"
    for path in (before, lamp):
        Image.new("RGB", (64, 48), "navy").save(path)
    for path in (before, lamp, lamp):
        page.set_input_files("[name=files]", path)
    assert [row.split(" · ")[0] for row in rows.all_inner_texts()] == ["before.jpg", "lamp.jpg"]
    visitor.look("two photos")
    page.get_by_role("button", name="Take out: before.jpg").click()
    assert page.evaluate("[...document.querySelector('[name=files]').files].map((file) => file.name)") == [
        "lamp.jpg"
    ]
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Take out: lamp.jpg"
    page.keyboard.press("Enter")
    assert rows.count() == 0
    assert page.evaluate("document.activeElement.name") == "files"
    visitor.look("none left")


def test_without_scripts_the_wrong_order_and_a_misspelt_district_are_buttons(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit(language="en", javascript=False)
    page = visitor.page
    visitor.go("/cases/new/")
    assert not page.locator("[data-place-map]").is_visible()
    told(visitor, "Lamp out by the harbour")
    page.fill("[name=point]", "128.62, 34.88")
    visitor.submit("button[name=continue]:not([tabindex])")
    visitor.look("the wrong order")
    visitor.submit(".place-offer button")
    assert (
        page.input_value("[name=point]") == HERE
        and page.input_value("[name=title]") == "Lamp out by the harbour"
    )
    page.fill("[name=point]", "")
    page.fill("[name=address]", "종노구 사직로 8")
    visitor.submit("button[name=continue]:not([tabindex])")
    assert page.input_value("[name=address]") == "종노구 사직로 8"
    visitor.look("the misspelt district")
    visitor.submit(".place-offer button")
    assert (
        page.input_value("[name=address]") == "종로구 사직로 8"
        and page.input_value("[name=district]") == "11010"
    )
    page.wait_for_timeout(2500)
    visitor.submit("button[name=continue]:not([tabindex])")
    assert page.locator("button[name=file]").count() == 1, page.inner_text("main")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_case_is_kept_without_a_connection_and_filed_once_by_two_tabs(
    visit: Callable[..., Visitor], language: str
) -> None:
    visitor = visit(language=language, width=390, dark=language == "en")
    page = visitor.page
    opened(visitor)
    assert page.evaluate(READY).endswith("/cases/")
    wait_for(
        lambda: page.evaluate(f"caches.open('madang-cases-{language}').then((one) => one.keys()).then((all) => all.length)") >= 8,
        "the page to be put aside",
    )  # fmt: skip
    page.context.set_offline(True)
    visitor.go("/cases/new/")
    page.wait_for_selector("[data-place-map]:not([hidden])")
    visitor.look("the page without a connection")
    told(visitor, {"ko": "가로등이 꺼졌어요", "en": "가로등이 또 꺼졌어요"}[language])
    page.fill("[name=point]", HERE)
    page.set_input_files("[name=files]", [photo()])  # type: ignore[arg-type]
    page.click("[data-cases-keep]")
    page.wait_for_selector("[data-state=waiting]")
    visitor.look("kept")
    page.reload()
    page.wait_for_selector("[data-state=waiting]")
    second = page.context.new_page()
    second.goto(page.url)
    second.wait_for_selector("[data-state=waiting]")
    page.context.set_offline(False)
    visitor.go("/cases/offline/")
    second.goto(page.url)
    for one in (page, second):
        wait_for(lambda one=one: _filed(one), "the case to be filed")  # type: ignore[misc]
    code = page.inner_text("[data-row=code]")
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4})+", code) and second.inner_text("[data-row=code]") == code
    visitor.look("filed, with its code")
    visitor.submit("[data-row=open]")
    wait_for(lambda: page.locator(".map-pin").count() == 1, "the map with the place that was kept")


def _filed(page: object) -> bool:
    page.evaluate("dispatchEvent(new Event('online'))")  # type: ignore[attr-defined]
    if page.locator("[data-state=filed]").count():  # type: ignore[attr-defined]
        return True
    page.reload()  # type: ignore[attr-defined]
    page.wait_for_selector("[data-cases-rows] li")  # type: ignore[attr-defined]
    return bool(page.locator("[data-state=filed]").count())  # type: ignore[attr-defined]


def test_a_form_on_its_way_gives_its_words_back_and_signing_out_leaves_nothing(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit(language="en")
    page = visitor.page
    visitor.sign_in("resident")
    opened(visitor)
    page.evaluate(READY)
    wait_for(lambda: page.evaluate("caches.open('madang-cases-en').then((one) => one.keys()).then((all) => all.length)") >= 8, "the page")  # fmt: skip
    page.reload()
    page.wait_for_selector("[data-place-map]:not([hidden])")
    told(visitor, "Words on their way")
    page.context.set_offline(True)
    page.locator("button[name=continue]:not([tabindex])").click()
    page.wait_for_selector("[data-cases-form]")
    wait_for(lambda: page.input_value("[name=title]") == "Words on their way", "the words")
    page.click("[data-cases-keep]")
    page.wait_for_selector("[data-state=waiting]")
    page.context.route("**/cases/kept/", lambda route: route.abort("internetdisconnected"))
    page.context.route("**/cases/ready/", lambda route: route.abort("internetdisconnected"))
    page.context.set_offline(False)
    visitor.go("/cases/")
    said: list[str] = []
    page.on("dialog", lambda box: (said.append(box.message), box.accept()))
    visitor.go("/account/logout/")
    visitor.submit("main form button")
    assert said and "1" in said[0]
    assert page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))") == []


def test_a_case_is_filed_by_listening(visit: Callable[..., Visitor]) -> None:
    """The tree that a screen reader reads: the map names itself, its keys and what the pin does; fields say the same."""
    she = Listener(visit(language="en"))
    she.open("/cases/new/")
    page = she.visitor.page
    page.wait_for_selector("[data-place-map]:not([hidden])")
    she.tab_to('textbox "What is it about?"')
    page.keyboard.type("Lamp out by the harbour")
    she.tab_to('textbox "What happened, and what do you need?"')
    page.keyboard.type("It is dark, and people stumble over the kerb at night.")
    group = page.locator("#place").aria_snapshot()
    for words in (
        'group "Place"',
        'textbox "Point on the map',
        'application "Map. Arrow keys',
        'button "Use my position"',
        "status",
    ):
        assert words in group, (words, group)
    she.tab_to('application "Map')
    she.press("ArrowUp")
    wait_for(lambda: "The pin is" in page.inner_text("[data-place-said]"), "the pin to be said")
    she.visitor.look("the pin set by listening")
    she.visitor.take_time()
    she.tab_to('button "Continue"')
    with page.expect_navigation():
        she.press("Enter")
    she.visitor.look("the second look")
    she.tab_to('button "File the case"')
    with page.expect_navigation():
        she.press("Enter")
    assert "receipt" in page.locator("main").aria_snapshot().lower()
