"""Story 2: a resident writes an idea and holds a receipt that opens, prints and proves."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Route

from madang.kernel.web.crowding import has_worked
from tests.e2e.conftest import Filed, Site, Visitor, wait_for

pytestmark = pytest.mark.browser

TITLE = "공원 화장실에 기저귀 갈이대를 놓아 주세요"
BODY = (
    "해담공원 화장실에는 기저귀를 갈 곳이 없습니다.\n\n남녀 화장실 모두에 접이식 갈이대를 하나씩 놓아 주세요."
)
SEND = "form[data-draft^=write] .form-foot button"


def matrix(path: str, size: int) -> list[list[bool]]:
    """The dark and light cells that a QR code's SVG path draws."""
    cells = [[False] * size for _row in range(size)]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        for at in range(int(x), int(x) + int(length)):
            cells[int(y)][at] = True
    return cells


def opens(svg_path: str, side: int, address: str) -> bool:
    """Whether the drawing is the QR code of exactly this address."""
    code = segno.make(address, error="m", micro=False)
    wanted = [[bool(cell) for cell in row] for row in code.matrix_iter(border=4)]
    return len(wanted) == side and wanted == matrix(svg_path, side)


def to_the_form(resident: Visitor) -> None:
    """From the home page; where several places take in ideas (another story may have opened one), the first is chosen."""
    page = resident.page
    resident.submit(".hero a[href$='/ideas/new/']")
    if not page.url.endswith("/neighbourhood/"):
        resident.look("several places to file at")
        resident.submit("main a[href$='/ideas/new/neighbourhood/']")
    assert page.url.endswith("/ideas/new/neighbourhood/")


def check_receipt(resident: Visitor, site: Site) -> Filed:
    """Number, code, time, office, next steps with a day, and a QR code that leads back here."""
    page, filed = resident.page, resident.filed()
    assert re.fullmatch(r"ID-\d{4}-\d{5}-\w", filed.number)
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}", filed.code)
    assert page.locator(".receipt-facts time").count() == 1
    steps = page.locator(".receipt-next li").all_inner_texts()
    assert len(steps) >= 3
    assert any(re.search(r"20\d\d", step) for step in steps), f"no day among {steps}"
    side = int(str(page.get_attribute(".receipt-qr svg", "viewBox")).split()[-1])
    drawn = str(page.locator(".receipt-qr svg path").last.get_attribute("d"))
    assert opens(drawn, side, f"{site.url}/receipt/#{filed.code}")
    assert not opens(drawn, side, f"{site.url}/receipt/#{filed.code[::-1]}")
    return filed


@pytest.mark.parametrize("language", ["ko", "en"])
def test_from_the_home_page_to_the_receipt(visit: Callable[..., Visitor], site: Site, language: str) -> None:
    resident = visit(language=language)
    page = resident.page
    resident.go("/")
    to_the_form(resident)
    resident.look("empty form")

    # Similar ideas appear while she writes.
    page.fill("#id_title", "초등학교 앞 보행 신호를")
    page.locator("#similar .card").wait_for()
    assert "초등학교 앞" in page.inner_text("#similar")
    resident.look("similar ideas")

    # What is wrong is said at the top and at the field, and nothing typed is lost.
    page.fill("#id_title", "길")
    page.fill("#id_body", "너무 짧은 글")
    page.fill("#id_place", "솔마을")
    page.locator("#id_origin_1").check()
    resident.take_time()
    resident.submit(SEND)
    assert page.locator(".error-summary li").count() == 3
    assert page.evaluate("document.activeElement.className") == "error-summary"
    for field, typed in (("title", "길"), ("body", "너무 짧은 글"), ("place", "솔마을")):
        assert page.input_value(f"#id_{field}") == typed
    assert page.locator("#id_origin_1").is_checked()
    assert page.get_attribute("#id_title", "aria-invalid") == "true"
    assert page.locator("#id_group_name_error").is_visible()
    resident.look("errors")
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_title"

    # Before sending she sees the ideas that say much the same, can go back, and can file hers anyway.
    page.fill("#id_title", "초등학교 앞 통학로에 보행자 우선 신호를 꼭 놓아 주세요")
    page.fill(
        "#id_body", "등교 시간 10분 동안 횡단보도 한 곳에 차량 64대가 지나갑니다. 보행 신호를 먼저 켜 주세요."
    )
    page.locator("#id_origin_0").check()
    resident.submit(SEND)
    assert page.locator("form[action$='/support/']").count() >= 1
    resident.look("similar step")
    resident.submit("button[name=edit]")
    assert page.input_value("#id_title").startswith("초등학교 앞 통학로")
    assert page.input_value("#id_place") == "솔마을"
    resident.take_time()
    resident.submit(SEND)
    resident.submit("form:has(input[name=confirmed]) button:not([name=edit])")
    assert page.url.endswith("/ideas/filed/")
    filed = check_receipt(resident, site)
    resident.look("receipt")

    # It survives a reload, prints on paper without the site around it, and as a PDF.
    page.reload()
    assert resident.filed() == filed
    page.emulate_media(media="print")
    assert not page.locator(".site-header").is_visible()
    assert not page.locator(".site-footer").is_visible()
    assert page.locator(".receipt-code").is_visible()
    assert page.locator(".receipt-qr svg").is_visible()
    assert page.pdf().startswith(b"%PDF")
    page.emulate_media(media="screen")

    # The draft is gone from the browser once it is filed.
    resident.go("/ideas/new/neighbourhood/")
    assert page.input_value("#id_title") == ""


def test_the_receipt_opens_in_a_fresh_window_without_an_account(
    visit: Callable[..., Visitor], site: Site
) -> None:
    filed = visit().file("버스 안에 교통약자석 알림등을 달아 주세요", BODY)
    later = visit()
    later.go("/receipt/")
    later.page.fill("[data-receipt-code]", "0000-0000-0000-0000-0000")
    later.submit("form:has([data-receipt-code]) button")
    assert later.page.locator(".error-summary").is_visible()
    later.look("wrong code")
    # As people type it: small letters, blanks for dashes.
    later.page.fill("[data-receipt-code]", filed.code.lower().replace("-", " "))
    later.submit("form:has([data-receipt-code]) button")
    assert "/receipt/show/1/" in later.page.url
    assert later.page.inner_text(".receipt-number").strip() == filed.number
    later.look("opened")
    # The address of the QR code: the code stands behind the #, and the field is filled in.
    scanned = visit(width=390)
    scanned.go(f"/receipt/#{filed.code}")
    wait_for(lambda: bool(scanned.page.input_value("[data-receipt-code]")), "the code to be filled in")
    scanned.submit("form:has([data-receipt-code]) button")
    assert scanned.page.inner_text(".receipt-number").strip() == filed.number
    scanned.look("opened on a phone")
    # She leaves an address for news and has it erased again.
    scanned.page.fill("#contact input[type=email]", "hana@example.kr")
    scanned.submit("#contact form:has(input[type=email]) button")
    assert "hana@example.kr" in scanned.page.inner_text("#contact")
    scanned.look("with an address")
    scanned.submit("#contact button[name=erase]")
    assert "hana@example.kr" not in scanned.page.inner_text("#contact")


def test_without_javascript_on_a_phone(visit: Callable[..., Visitor], site: Site) -> None:
    resident = visit(width=390, javascript=False)
    page = resident.page
    resident.go("/")
    to_the_form(resident)
    resident.look("empty form")
    page.fill("#id_title", "짧")
    resident.take_time()
    resident.submit(SEND)
    assert page.locator(".error-summary").is_visible()
    assert page.input_value("#id_title") == "짧"
    resident.look("errors")
    page.fill("#id_title", "횡단보도 그늘막을 더 늘려 주세요")
    page.fill(
        "#id_body", "여름 낮 신호를 기다리는 3분이 어르신에게는 깁니다. 그늘막이 없는 큰 횡단보도가 많습니다."
    )
    resident.submit(SEND)
    assert page.locator("input[name=confirmed]").count() == 1, "no similar idea was shown before sending"
    resident.look("similar step")
    resident.submit("form:has(input[name=confirmed]) button:not([name=edit])")
    filed = check_receipt(resident, site)
    resident.look("receipt")
    resident.go("/receipt/")
    page.fill("[data-receipt-code]", filed.code)
    resident.submit("form:has([data-receipt-code]) button")
    assert filed.number in page.inner_text("main")
    resident.look("opened")


def test_with_an_account_she_follows_it_from_her_page(visit: Callable[..., Visitor], site: Site) -> None:
    resident = visit()
    resident.sign_in("resident")
    filed = resident.file(TITLE, BODY)
    resident.go("/my/")
    assert TITLE in resident.page.inner_text("main")
    resident.look("my page")
    resident.page.locator(f"a[href*='{filed.number}']").first.click()
    resident.page.wait_for_load_state()
    assert filed.number in resident.page.inner_text("main")
    assert resident.page.locator("a[href$='/withdraw/']").is_visible()
    resident.look("her idea")
    # She takes it back, after a page that asks.
    resident.page.locator("a[href$='/withdraw/']").click()
    resident.look("asked")
    resident.submit("form.card button.btn--danger, form button.btn--danger")
    resident.look("withdrawn")
    assert resident.page.locator("a[href$='/withdraw/']").count() == 0


def test_double_click_files_once(visit: Callable[..., Visitor], site: Site) -> None:
    resident = visit()
    resident.go("/ideas/new/neighbourhood/")
    title = "경로당에 큰 글씨 안내문을 붙여 주세요"
    resident.page.fill("#id_title", title)
    resident.page.fill(
        "#id_body", "글씨가 작아 어르신들이 읽지 못합니다. 손바닥만 한 글씨로 다시 써 붙여 주세요."
    )
    resident.take_time()
    resident.page.locator(SEND).dblclick(no_wait_after=True)
    resident.page.wait_for_url("**/ideas/filed/")
    found = [row for row in site.api("ideas?limit=50")["items"] if row["title"] == title]
    assert len(found) == 1


def test_the_receipt_file_proves_offline_and_one_changed_character_is_found(
    visit: Callable[..., Visitor], site: Site, tmp_path: Path
) -> None:
    resident = visit()
    filed = resident.file("민원실에 물 마시는 곳을 놓아 주세요", BODY)
    kept = tmp_path / "receipt.txt"

    def has_proof() -> bool:
        with resident.page.expect_download() as download:
            resident.page.locator("a[href$='/ideas/filed/receipt/']").click()
        download.value.save_as(kept)
        return "--- proof" in kept.read_text(encoding="utf-8")

    wait_for(has_proof, "the proof in the receipt file")
    text = kept.read_text(encoding="utf-8")
    assert filed.number in text
    assert filed.code not in text, "the file is shown around; the code opens the matter"
    # No database and no ledger of the site: an empty home, only the file and the published key.
    key = resident.page.request.get(f"{site.url}/ledger/key").text().strip()
    alone = {"MADANG_HOME": str(tmp_path / "elsewhere"), "MADANG_DEMO": ""}
    site.madang("ledger", "verify", str(kept), "--key", key, alone=alone)
    lines = text.splitlines()
    wrong = tmp_path / "changed.txt"
    for start in ("number ", "payload "):
        at = next(place for place, line in enumerate(lines) if line.startswith(start))
        last = lines[at].rfind("1") if "1" in lines[at] else len(lines[at]) - 2
        changed = lines[at][:last] + ("2" if lines[at][last] != "2" else "3") + lines[at][last + 1 :]
        wrong.write_text("\n".join([*lines[:at], changed, *lines[at + 1 :]]) + "\n", encoding="utf-8")
        site.madang("ledger", "verify", str(wrong), "--key", key, fails=True, alone=alone)


def test_in_a_crowd_the_page_finds_the_work_while_she_writes(visit: Callable[..., Visitor]) -> None:
    """The form is made to ask for work, as it does when very much comes in without a name."""
    resident = visit()
    page = resident.page

    def crowd(route: Route) -> None:
        answer = route.fetch()
        foot = '<p class="form-foot'
        work = (
            '<input type="hidden" name="work" id="id_work"><p data-work="12" data-work-busy="잠시만요."></p>'
        )
        assert foot in answer.text()
        asked = answer.text().replace(foot, work + foot, 1)
        route.fulfill(response=answer, body=asked)

    page.route("**/ideas/new/neighbourhood/", crowd)
    resident.go("/ideas/new/neighbourhood/")
    wait_for(lambda: page.input_value("#id_work") != "", "the work to be found")
    assert has_worked(page.input_value("#id_ticket"), page.input_value("#id_work"), 12)
    # Pressed before it is found, the form goes by itself afterwards.
    resident.go("/ideas/new/neighbourhood/")
    with page.expect_navigation():
        page.evaluate("document.querySelector('[data-work]').closest('form').requestSubmit()")
    assert page.locator(".error-summary").count() == 1
