"""Stories: a planning group picks a topic in the open; from ideas in a topic to a promise whose "done" is disputed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser

WHY = "어느 골목부터 할지 동네마다 말이 달라 함께 정해야 합니다."
VOTE = "main form:has(input[value=vote]) .btn--primary"


def test_proposed_out_by_a_conflict_and_taken_up_by_the_group(
    visit: Callable[..., Visitor], site: Site
) -> None:
    """From the page of an idea to the group, on a phone and without scripts; a member with a stake steps out."""
    her = visit(width=390)
    her.sign_in("resident")
    filed = her.file(
        "골목마다 작은 화단을 함께 가꾸게 해 주세요",
        "빈 화분이 많은 골목부터 흙과 씨앗을 나누어 주면 주민이 가꿉니다.",
    )
    her.go(f"/ideas/{filed.number}/")
    her.submit("a:has-text('기획단에 후보로 올리기')")
    assert her.page.input_value("#id_number") == filed.number
    her.submit("main form[data-draft] .btn--primary")
    assert her.page.locator("#id_why_error").is_visible()
    her.look("no reason")
    her.page.fill("#id_why", WHY)
    her.submit("main form[data-draft] .btn--primary")
    address = her.page.url.removeprefix(site.url)
    assert WHY in her.page.inner_text("main")
    her.look("proposed")

    his = visit(javascript=False)
    his.sign_in("group")
    his.go("/my/")
    his.submit(
        f"a[href='/desk{address.removeprefix('/spaces').replace('/haedam/planning', '/planning/haedam')}']"
    )
    his.look("the desk of a member")
    his.submit(VOTE)
    assert "고칠" in his.page.title() or his.page.locator("#id_vote-reason_error").is_visible()
    his.look("a vote without a reason")
    his.page.fill("#id_conflict-reason", "제가 이끄는 모임이 화단 사업에 신청했습니다.")
    his.submit("form:has(input[value=conflict]) .btn")
    assert "빠졌어요" in his.said()
    his.look("out of the vote")
    assert his.page.locator("a:has-text('표결하거나')").count() == 0

    anyone = visit(language="en", dark=True, width=390)
    anyone.go(address)
    words = anyone.page.inner_text("main")
    assert "Does not vote: conflict of interest" in words and "제가 이끄는 모임이" in words
    assert "Still to vote" in words
    anyone.look("a candidate")
    # Whoever proposed it cannot take it back any more: somebody has spoken.
    her.page.reload()
    assert her.page.locator("form[action$='/withdraw/']").count() == 0


def test_the_last_vote_counts_and_the_reason_follows(visit: Callable[..., Visitor], site: Site) -> None:
    group = site.api("planning/haedam")
    row = next(one for one in group["candidates"] if one["title"].startswith("고장 난 가전을"))
    assert (row["state"], row["silent"]) == ("open", 1)
    address = f"/planning/haedam/{row['number']}/"

    member = visit()
    member.sign_in("parks")
    member.go("/desk/planning/")
    member.look("what waits")
    member.submit(f"a[href='/desk{address}']")
    member.page.check("input[name=vote-choice][value=for]")
    member.page.fill("#id_vote-reason", "공구를 함께 쓰는 일이라 규칙을 함께 정하면 좋겠습니다.")
    member.submit(VOTE)
    assert "이유를 쓰는 중" in member.page.inner_text("main")
    member.look("counted")
    assert site.api(f"planning/haedam/{row['number']}")["state"] == "counted"

    helper = visit(width=390)
    helper.sign_in("facilitator")
    helper.go("/desk/planning/")
    helper.look("a reason is due")
    helper.submit(f"a[href='/desk{address}']")
    assert "표결 결과, 선정됐어요." in helper.page.inner_text("main")
    helper.page.fill(
        "#id_decide-reason",
        "찬성 둘, 반대 하나였습니다. 급하지 않다는 말이 있었지만 장소를 함께 정할 일로 보았습니다.",
    )
    helper.submit("#decide .btn--primary")
    helper.look("decided")
    told = site.api(f"planning/haedam/{row['number']}")
    assert told["state"] == "picked" and told["decision"].startswith("찬성 둘")

    anyone = visit()
    anyone.go(f"/ideas/{row['idea']}/")
    assert "선정" in anyone.page.inner_text("section[aria-labelledby=planning]")
    anyone.go("/spaces/haedam/")
    anyone.look("a space with what goes on around it")
    assert anyone.page.locator("section[aria-labelledby=conversations] a").count() >= 1
    assert anyone.page.locator("section[aria-labelledby=meetings] a").count() >= 1
    anyone.submit("section[aria-labelledby=planning] a")
    anyone.look("the group")
    assert "고장 난 가전을" in anyone.page.inner_text("section[aria-labelledby=done]")
    anyone.submit("footer a[href='/promises/']")
    assert anyone.page.url.endswith("/promises/")


def open_on_desk(official: Visitor, title: str) -> None:
    official.go(f"/desk/?tab=all&q={title}")
    official.submit(f".desk-table .desk-title a:has-text('{title}')")


def test_from_a_topic_to_a_promise_whose_done_is_disputed(visit: Callable[..., Visitor], site: Site) -> None:
    topic = "밤늦게 일하는 사람도"
    number = site.idea(topic)["number"]

    # An author takes a proposed amendment in.
    author = visit()
    author.sign_in("resident")
    author.go(f"/ideas/{number}/text/")
    author.submit("section[aria-labelledby=amendments] .row-title a")
    author.look("an amendment")
    author.take_time()
    author.submit("main form:has([name=body]) .btn--primary")
    author.look("taken in")
    assert "휠체어를 탄 사람도" in author.page.inner_text("main")

    # One more idea comes into the topic; with its author it reaches the threshold.
    one = visit()
    one.sign_in("group")
    filed = one.file(
        "병원 앞 막차를 조금만 늦춰 주세요",
        "밤 근무를 마치면 병원 앞 막차가 이미 떠난 뒤입니다. 30분만 늦춰 주세요.",
    )
    helper = visit()
    helper.sign_in("facilitator")
    helper.go(f"/ideas/{number}/topic/")
    helper.page.fill("#id_add-number", filed.number)
    helper.page.fill("#id_add-reason", "같은 시간, 같은 노선의 같은 불편입니다.")
    helper.submit("form:has(#id_add-number) .btn--primary, form:has(#id_add-number) .btn")
    helper.look("taken into the topic")
    wait_for(lambda: site.api(f"ideas/{number}")["state"] == "triage", "the threshold to be noticed", 90)
    assert site.api(f"ideas/{filed.number}")["merged_into"] == number

    # One office answers for all, with a promise.
    triage = visit()
    triage.sign_in("triage")
    open_on_desk(triage, topic)
    triage.page.locator("details#assign select").select_option(label="교통정책과")
    triage.submit("details#assign button")
    officer = visit()
    officer.sign_in("officer")
    open_on_desk(officer, topic)
    page = officer.page
    page.locator("input[name=answer-disposition][value=adopted]").check()
    page.fill(
        "[name=answer-reason]",
        "밤 10시 이후 두 노선의 이용 기록을 보니 막차 뒤에 기다리는 분이 하루 70명입니다.",
    )
    page.fill("[name=answer-next_step]", "두 노선의 막차를 밤 11시 40분으로 늦춥니다.")
    page.locator("[name=answer-owner]").select_option(label="교통정책과")
    page.fill("[name=answer-promised_on]", (date.today() + timedelta(days=30)).isoformat())
    officer.submit("form[action$='/answer/'] button[formaction$='/submit/']")
    approver = visit()
    approver.sign_in("approver")
    open_on_desk(approver, topic)
    approver.page.on("dialog", lambda dialog: dialog.accept())
    approver.submit("form[action$='/publish/'] button")
    assert site.api(f"ideas/{number}")["state"] == "answered"

    # It is reported as done; who takes that bus says that it is not.
    officer.go("/desk/promises/")
    officer.submit("a:has-text('두 노선의 막차를')")
    page.locator("input[name=state][value=done]").check()
    page.fill("textarea[name=text]", "두 노선 모두 밤 11시 40분까지 다닙니다.")
    page.fill("input[name=evidence_url]", "https://haedam.example/buses")
    officer.submit("form[data-draft] .form-foot button")
    author.go(f"/ideas/{number}/")
    author.submit("section[aria-labelledby=reports] a")
    author.page.fill("#dispute textarea", "공단을 지나는 노선은 어제도 밤 10시 30분이 막차였습니다.")
    author.submit("#dispute form .btn--primary")
    author.look("disputed")
    assert re.search(r"/promises/.+/1/$", author.page.url)
    reader = visit(language="en", width=390, dark=True)
    reader.go(author.page.url.removeprefix(site.url))
    assert "공단을 지나는 노선은" in reader.page.inner_text("main")
    reader.look("a disputed promise")
    told = site.api(f"ideas/{number}/answers")
    assert [one["state"] for effect in told["effects"] for one in effect["disputes"]] == ["open"]


def test_a_conflict_of_interest_is_challenged_and_decided_in_the_open(
    visit: Callable[..., Visitor], site: Site
) -> None:
    """On a phone; the facilitator without scripts. What was typed stays when it is refused."""
    row = next(one for one in site.api("planning/haedam")["candidates"] if one["state"] == "open")
    member = visit()
    member.sign_in("parks")
    member.go(f"/desk/planning/haedam/{row['number']}/")
    member.page.check("input[name=vote-choice][value=for]")
    member.page.fill("#id_vote-reason", "맡은 공원과 이어지는 일이라 함께 정하면 좋겠습니다.")
    member.submit(VOTE)
    seats = site.api(f"planning/haedam/{row['number']}")["seats"]
    name = next(seat["name"] for seat in seats if seat["word"] == "for")
    address = f"/spaces/haedam/planning/{row['number']}/"

    her = visit(width=390)
    her.sign_in("resident")
    her.go(address)
    her.submit(f".comment:has(strong:text-is('{name}')) a[href*='/challenge/']")
    her.look("the form of a challenge")
    her.submit("main form[data-draft] .btn--primary")
    assert her.page.locator("#id_why_error").is_visible()
    her.page.fill("#id_why", "가족이 그 사업의 계약을 맡았다고 공고에 나옵니다.")
    her.submit("main form[data-draft] .btn--primary")
    assert "아직 정하지 않음" in her.page.inner_text("main")
    her.look("challenged")

    chief = visit(javascript=False)
    chief.sign_in("facilitator")
    chief.go("/desk/")
    chief.submit(".desk-nav a[href='/desk/planning/']")
    chief.look("a challenge waits")
    chief.go(address)
    chief.submit("a:has-text('이 문제 제기 정하기')")
    chief.submit("main form:has(input[value=decide]) .btn--primary")
    assert chief.page.locator("#id_decide-reason_error").is_visible()
    chief.look("no decision yet")
    chief.page.check("input[name=decide-is_right][value=no]")
    chief.page.fill("#id_decide-reason", "공고를 확인했습니다. 이름이 같은 다른 사람입니다.")
    chief.submit("main form:has(input[value=decide]) .btn--primary")

    anyone = visit(language="en", dark=True, width=390)
    anyone.go(address)
    words = anyone.page.inner_text("main")
    assert "Not right" in words and "이름이 같은 다른 사람입니다." in words
    anyone.look("decided")
