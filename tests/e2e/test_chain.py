"""Story 4: threshold, clock, office, draft, approval, answer, mails, effect; transfers, late answers, objections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser

EDITOR = "form[action$='/answer/']"
SAVE = f"{EDITOR} .form-foot button:not([formaction])"
HAND_IN = f"{EDITOR} button[formaction$='/submit/']"
REASON = "이용 기록을 보니 저녁 7시부터 9시 사이에 오는 분이 하루 40명입니다. 화요일과 목요일에 밤 9시까지 열겠습니다."
RETURNED = "언제부터 여는지 날짜를 적어 주세요."
NEXT = "화요일과 목요일에 작은도서관을 밤 9시까지 엽니다."
EVIDENCE = "https://haedam.example/library/hours"


def open_on_desk(official: Visitor, title: str) -> None:
    """Find a matter on the desk by its title and open it."""
    official.go(f"/desk/?tab=all&q={title}")
    official.submit(f".desk-table .desk-title a:has-text('{title}')")


def unfold(official: Visitor, verb: str) -> Any:
    """The form of an act, opened."""
    box = official.page.locator(f"details#{verb}")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    return box


def letters(anyone: Visitor, title: str) -> list[str]:
    """The mails about a title: subject and receiver."""
    anyone.go("/outbox/")
    return anyone.page.locator("details.panel > summary", has_text=title).all_inner_texts()


def test_from_the_last_supporter_to_the_effect(visit: Callable[..., Visitor], site: Site) -> None:
    title = "작은도서관을 밤 9시까지"
    number = site.idea(title)["number"]
    before = site.api(f"ideas/{number}")
    assert before["supports"] == before["threshold"] - 1
    assert before["due_at"] is None

    # A follower, who neither wrote nor supported.
    group = visit()
    group.sign_in("group")
    group.go(f"/ideas/{number}/")
    group.submit("#support form[action$='/follow/'] button")

    resident = visit(width=390)
    resident.sign_in("resident")
    resident.go(f"/ideas/{number}/")
    resident.page.locator("#support form[action$='/support/'] button").click()
    resident.page.locator(".actionbar-done").wait_for()
    resident.look("supported")
    wait_for(lambda: site.api(f"ideas/{number}")["state"] == "triage", "the threshold to be noticed")
    owed = site.api(f"ideas/{number}")
    days = (date.fromisoformat(owed["due_at"][:10]) - date.today()).days
    assert 29 <= days <= 32, f"30 days, moved past days off: {owed['due_at']}"
    resident.page.reload()
    assert resident.page.locator("main .clock").first.is_visible()
    assert resident.page.locator("form[action$='/undo/']").count() == 0, "support that started a clock stays"
    resident.look("clock started")
    resident.go(f"/ideas/{number}/clock/")
    assert resident.page.locator("tbody tr").count() >= 30
    resident.look("how the date was counted")

    # Triage gives it to an office.
    triage = visit()
    triage.sign_in("triage")
    triage.go("/desk/?tab=triage")
    triage.look("triage desk")
    open_on_desk(triage, title)
    triage.look("matter at triage")
    form = unfold(triage, "assign")
    triage.submit("details#assign button")
    assert triage.page.locator("details#assign .error").is_visible(), "an office has to be chosen"
    triage.look("no office chosen")
    form = unfold(triage, "assign")
    form.locator("select").select_option(label="교통정책과")
    triage.submit("details#assign button")
    triage.look("given")

    # The officer drafts, saves, and is told what is missing before it can be handed in.
    officer = visit()
    officer.sign_in("officer")
    open_on_desk(officer, title)
    page = officer.page
    officer.look("empty editor")
    page.locator("input[name=answer-disposition][value=adopted]").check()
    page.fill("[name=answer-reason]", REASON)
    officer.submit(SAVE)
    assert page.input_value("[name=answer-reason]") == REASON
    officer.look("draft saved")
    officer.submit(HAND_IN)
    assert page.locator(".error-summary li").count() >= 2
    assert page.input_value("[name=answer-reason]") == REASON
    officer.look("incomplete")
    page.fill("[name=answer-next_step]", NEXT)
    page.locator("[name=answer-owner]").select_option(label="교통정책과")
    page.fill("[name=answer-promised_on]", (date.today() + timedelta(days=60)).isoformat())
    officer.submit(HAND_IN)
    officer.look("handed in")

    # Four eyes: the drafter sees why not, and the address refuses her too.
    assert page.locator("form[action$='/publish/']").count() == 0
    assert page.locator("[aria-labelledby=approval-title] .muted").first.is_visible()
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    refused = page.request.post(
        f"{page.url.partition('?')[0]}publish/",
        form={"csrfmiddlewaretoken": token, "publish-seen": ""},
        headers={"Referer": page.url},
    )
    assert refused.status in (403, 409)
    assert site.api(f"ideas/{number}")["state"] == "assigned"

    # The approver returns it with a reason; the officer mends it; the approver publishes.
    approver = visit()
    approver.sign_in("approver")
    approver.go("/desk/?tab=approve")
    approver.look("to approve")
    open_on_desk(approver, title)
    approver.look("approval")
    unfold(approver, "return").locator("textarea").fill(RETURNED)
    approver.submit("details#return button")
    approver.look("returned")
    page.reload()
    assert RETURNED in page.inner_text("main")
    page.fill("[name=answer-reason]", f"{REASON} 다음 달 첫째 화요일부터 시작합니다.")
    officer.look("returned draft")
    officer.submit(HAND_IN)
    open_on_desk(approver, title)
    assert approver.page.locator("ins").count() >= 1, "what changed since it was returned is marked"
    approver.look("resubmitted")
    approver.page.on("dialog", lambda dialog: dialog.accept())
    approver.submit("form[action$='/publish/'] button")
    approver.look("published")

    # Everybody reads the answer with its promise; the three who are concerned have mail.
    for language, width in (("ko", 390), ("en", 1280)):
        anyone = visit(language=language, width=width)
        anyone.go(f"/ideas/{number}/")
        answer = anyone.page.locator("article.answer").first
        assert REASON in answer.inner_text()
        assert NEXT in answer.locator(".promise").inner_text()
        anyone.look("answered")
    told = ("neighbour", "resident", "group")
    anyone = visit()

    def all_told() -> bool:
        found = letters(anyone, title)
        return all(any("답변" in line and f"{name}@" in line for line in found) for name in told)

    wait_for(all_told, "mails to author, supporter and follower", 40)
    anyone.look("outbox")
    resident.go("/my/notices/")
    assert title in resident.page.inner_text("main")
    resident.look("notices")

    # The effect is reported, with evidence.
    officer.go("/desk/promises/")
    officer.look("promises")
    officer.submit(f"a:has-text('{NEXT}')")
    page.locator("input[name=state][value=done]").check()
    page.fill("textarea[name=text]", "화요일과 목요일 밤 9시까지 열고 있습니다.")
    officer.submit("form[data-draft] .form-foot button")
    assert page.locator("#id_evidence_url_error").is_visible(), "done needs evidence"
    assert page.locator("input[name=state][value=done]").is_checked()
    officer.look("done without evidence")
    page.fill("input[name=evidence_url]", EVIDENCE)
    officer.submit("form[data-draft] .form-foot button")
    officer.look("reported")
    anyone.go(f"/ideas/{number}/")
    assert anyone.page.locator(f"a[href='{EVIDENCE}']").count() >= 1
    steps = anyone.page.locator("main .path").first.locator(".path-step")
    assert all("is-done" in str(step.get_attribute("class")) for step in steps.all())
    anyone.look("effect")
    assert site.api(f"ideas/{number}")["has_effect"]

    # The author may object within the days of the rules; the office owes another answer.
    author = visit()
    author.sign_in("neighbour")
    author.go(f"/ideas/{number}/")
    author.page.locator("a[href$='/objection/']").click()
    author.page.wait_for_url("**/objection/")
    author.look("objection form")
    author.page.fill("textarea[name=reason]", "짧다")
    author.submit("main form[data-draft] button")
    assert author.page.input_value("textarea[name=reason]") == "짧다"
    assert author.page.locator(".error-summary").is_visible()
    author.look("objection too short")
    author.page.fill("textarea[name=reason]", "토요일에도 여는지 답에 없습니다. 토요일도 살펴 주세요.")
    author.submit("main form[data-draft] button")
    author.look("objected")
    again = site.api(f"ideas/{number}")
    assert again["state"] == "assigned"
    assert again["due_at"]
    assert author.page.locator("a[href$='/objection/']").count() == 0
    # Others cannot.
    assert resident.page.request.get(f"{site.url}/ideas/{number}/objection/").status == 403


def test_no_objection_after_the_last_day(visit: Callable[..., Visitor], site: Site) -> None:
    number = site.idea("강변 주차장")["number"]
    author = visit()
    author.sign_in("neighbour")
    author.go(f"/ideas/{number}/")
    assert author.page.locator("a[href$='/objection/']").count() == 0
    author.go(f"/ideas/{number}/objection/")
    if author.page.locator("textarea[name=reason]").count():
        author.page.fill("textarea[name=reason]", "다른 장소를 찾아 주세요. 광장은 너무 작습니다.")
        author.submit("main form[data-draft] button")
        assert author.page.locator(".error-summary").is_visible()
    author.look("too late")
    assert site.api(f"ideas/{number}")["state"] == "answered"


def test_the_third_transfer_goes_to_the_arbiter(visit: Callable[..., Visitor], site: Site) -> None:
    title = "미세먼지 쉼터 지도"
    number = site.idea(title)["number"]
    people = {name: visit() for name in ("parks", "officer", "arbiter")}
    for name, person in people.items():
        person.sign_in(name)
    passes = (
        ("parks", "교통정책과", "정류장 측정기를 교통정책과가 관리합니다."),
        ("officer", "푸른도시과", "미세먼지 업무는 푸른도시과 소관입니다."),
        ("parks", "복지정책과", "경로당과 복지관이 쉼터의 대부분입니다."),
    )
    for turn, (name, office, reason) in enumerate(passes, start=1):
        person = people[name]
        open_on_desk(person, title)
        box = unfold(person, "transfer")
        person.submit("details#transfer form button")
        # Office, reason and words are needed.
        person.page.locator("details#transfer .error").nth(2).wait_for()
        person.look(f"transfer {turn} without a reason")
        box = unfold(person, "transfer")
        box.locator("select[name=transfer-office]").select_option(label=office)
        box.locator("select[name=transfer-reason_code]").select_option(index=1)
        box.locator("textarea").fill(reason)
        # As slow as a person: what was typed is kept in the browser meanwhile, and gone once it was sent.
        person.page.wait_for_timeout(600)
        person.submit("details#transfer form button")
        person.look(f"after transfer {turn}")
        assert site.api(f"ideas/{number}")["state"] == ("arbitration" if turn == 3 else "assigned")
    arbiter = people["arbiter"]
    arbiter.go("/desk/?tab=arbitration")
    arbiter.look("before the arbiter")
    open_on_desk(arbiter, title)
    arbiter.look("arbitration")
    box = unfold(arbiter, "settle")
    box.locator("select").select_option(label="푸른도시과")
    box.locator("textarea").fill("대기 질을 재고 알리는 일은 푸른도시과의 일입니다.")
    arbiter.submit("details#settle form button")
    arbiter.look("settled")
    told = site.api(f"ideas/{number}")
    assert told["state"] == "assigned"
    assert told["responsible"]["code"] == "parks"
    # It stays there: no fourth transfer is offered.
    parks = people["parks"]
    open_on_desk(parks, title)
    assert parks.page.locator("details#transfer").count() == 0
    parks.look("settled, at its office")
    # Anyone reads every reason.
    anyone = visit(language="en")
    anyone.go(f"/ideas/{number}/history/")
    history = anyone.page.inner_text("main")
    assert all(reason in history for _name, _office, reason in passes[:2])
    assert "대기 질을 재고 알리는 일은" in history
    anyone.look("history")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_late_answers_are_public(visit: Callable[..., Visitor], site: Site, language: str) -> None:
    anyone = visit(language=language)
    anyone.go("/")
    assert anyone.page.locator(".row", has_text="학원가 골목 보안등").count() >= 1
    anyone.go("/late/")
    assert (
        anyone.page.locator("main .row", has_text="학원가 골목 보안등").locator(".clock.is-late").count() == 1
    )
    assert anyone.page.locator("main .row", has_text="횡단보도 그늘막").count() == 0
    table = anyone.page.locator("main table").inner_text()
    assert ("안전총괄과" if language == "ko" else "Safety Division") in table
    anyone.look("late")
    assert site.idea("학원가 골목 보안등")["is_late"]
    number = site.idea("학원가 골목 보안등")["number"]
    anyone.go(f"/ideas/{number}/")
    assert anyone.page.locator("main .clock.is-late").count() >= 1
    anyone.look("a late idea")
