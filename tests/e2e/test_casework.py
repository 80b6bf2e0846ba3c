"""A case of three offices: told once, divided at triage, answered in parts, and one combined answer comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, Visitor
from tests.e2e.test_chain import EDITOR, HAND_IN

pytestmark = pytest.mark.browser

TITLE = "학교 앞 사거리가 위험해요"
BODY = "신호등이 깜박이고 보안등이 꺼졌습니다. 가로수 가지가 표지를 가립니다. 아이들이 다칠 뻔했어요."
REASON = "현장을 보고 그날 바로 처리했습니다. 일주일 뒤에 다시 살피겠습니다."


def _hand_in(office: Visitor, pk: str, reason: str = REASON) -> None:
    """An officer drafts and hands the draft to the approver."""
    office.go(f"/desk/{pk}/")
    office.page.check(f"{EDITOR} input[name=answer-disposition][value=done]")
    if reason:
        office.page.fill(f"{EDITOR} textarea[name=answer-reason]", reason)
    office.submit(HAND_IN)


def _answer(office: Visitor, head: Visitor, pk: str, reason: str = REASON) -> None:
    """An officer drafts and hands on, another person approves."""
    _hand_in(office, pk, reason)
    head.page.once("dialog", lambda dialog: dialog.accept())
    head.go(f"/desk/{pk}/")
    head.submit("form[action$='/publish/'] button")


def _part(desk: Visitor, what: str, office: str) -> str:
    """Give a part to an office; the key of its matter."""
    desk.page.click("#act-split summary")
    desk.page.fill("#id_split-what", what)
    desk.page.select_option("#id_split-office", label=office)
    desk.submit("#act-split button")
    links = desk.page.locator("li[id^=part-] a.more[href*='/desk/']")
    return str(links.last.get_attribute("href")).rstrip("/").rsplit("/", 1)[1]


def test_one_case_three_offices_one_answer(visit: Callable[..., Visitor], site: Site) -> None:
    resident = visit(width=320, javascript=False)
    resident.sign_in("resident")
    resident.go("/cases/new/")
    resident.look("tell us once")
    resident.submit("main form .btn--primary")
    resident.look("nothing typed")
    resident.page.fill("#id_title", TITLE)
    resident.page.fill("#id_body", BODY)
    resident.page.select_option("#id_category", "signal")
    resident.page.fill("#id_address", "배움초등학교 앞 사거리")
    resident.page.check("input[name=disclosure][value=public]")
    resident.take_time()
    resident.submit(".form-foot button[name=continue]")
    resident.look("check and file")
    assert resident.page.is_checked("input[name=case_type][value=hazard]")
    resident.submit("button[name=file]")
    resident.look("receipt")
    resident.submit("a:has-text('내 민원 보기')")
    resident.look("the case")
    page = resident.page.url.replace(site.url, "")

    triage = visit()
    triage.sign_in("triage")
    triage.go(page)
    triage.submit("a[href*='/desk/cases/']")
    triage.look("the case at the desk")
    case = triage.page.url.rstrip("/").rsplit("/", 1)[1]
    lamps = _part(triage, "꺼진 보안등을 켭니다", "안전총괄과")
    trees = _part(triage, "표지를 가린 가지를 자릅니다", "푸른도시과")
    triage.look("three offices")

    officer, approver = visit(), visit()
    officer.sign_in("officer")
    approver.sign_in("approver")
    _hand_in(officer, case)
    assert "보안등" in officer.page.inner_text("main"), "the combined answer waits, and says for whom"
    officer.look("waits for parts")

    for name, head, part in (("safety", "safety-head", lamps), ("parks", "parks-head", trees)):
        one, other = visit(), visit()
        one.sign_in(name)
        other.sign_in(head)
        _answer(one, other, part)

    officer.go(f"/desk/cases/{case}/")
    officer.page.click("#act-combine summary")
    officer.submit("#act-combine button")
    assert "가지를 자릅니다" in officer.page.input_value(f"{EDITOR} textarea[name=answer-reason]")
    _answer(officer, approver, case, reason="")

    resident.go(page)
    resident.look("answered")
    words = resident.page.inner_text("main")
    assert "종합 답변" in words and REASON in words and "처리 완료" in words
    resident.page.check("input[name=score][value='4']")
    resident.submit("#rate button")
    resident.submit("a:has-text('해결되지 않았어요')")
    resident.look("not fixed")
    resident.page.fill("#id_reason", "신호등이 오늘 아침에 또 깜박였어요.")
    resident.submit("main form .btn--primary")
    resident.look("open again")
    assert "다시 답변하고 있어요" in resident.page.inner_text("main")

    neighbour = visit(width=390)
    neighbour.go(page)
    neighbour.submit("a:has-text('저도 겪고 있어요')")
    neighbour.look("joining")
    neighbour.page.fill("#id_words", "저희 아이도 같은 길로 다녀요.")
    neighbour.take_time()
    neighbour.submit("main form .btn--primary")
    neighbour.look("joined")
    assert "접수증 코드" in neighbour.page.inner_text("main")
