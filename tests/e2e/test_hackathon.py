"""The whole way of a hackathon: brief, team, submission, jury and vote, adoption agreement, follow-up.

Nobody waits for months in a test: between two stages the dates of the hackathon are moved back, as time would.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.e2e.conftest import Site, Visitor
from tests.e2e.test_chain import HAND_IN, open_on_desk

pytestmark = pytest.mark.browser
SLUG = "quiet-bus"
MOMENTS = ("opens_at", "forms_until", "submits_until", "votes_until", "judges_until")
WORDS = "정류장마다 소음을 재서 조용한 시간표를 만듭니다. 자료와 코드는 누구나 쓸 수 있게 공개합니다."
NEXT = "정류장 열 곳의 소음을 재어 시 누리집에 공개합니다."
REASON = "소음 지도를 버스 배차 자료로 쓰겠습니다. 정류장 열 곳에서 먼저 재고 결과를 공개합니다."


def time_passes(site: Site, days: int) -> None:
    """Move every date of the hackathon and of its follow-ups back, and let the worker's jobs see it."""
    moments = ", ".join(f"{name}=F('{name}') - timedelta(days={days})" for name in MOMENTS)
    site.madang(
        "shell",
        "-c",
        "from datetime import timedelta\n"
        "from django.db.models import F\n"
        "from madang.services.hackathons.domain import deciding, hosting\n"
        "from madang.services.hackathons.models import FollowUp, Hackathon\n"
        f"Hackathon.objects.filter(slug='{SLUG}').update({moments})\n"
        f"for row in FollowUp.objects.filter(award__hackathon__slug='{SLUG}'):\n"
        f"    row.due_on -= timedelta(days={days}); row.save(update_fields=['due_on'])\n"
        "hosting.advance(); deciding.open_due()",
    )


def test_from_the_brief_to_the_follow_up(visit: Callable[..., Visitor], site: Site) -> None:
    chief = visit()
    page = chief.page
    chief.sign_in("facilitator")
    chief.go("/desk/hackathons/")
    chief.look("the desk")
    chief.page.locator("details.panel summary").last.click()
    begin = datetime.now(UTC) + timedelta(hours=9) - timedelta(minutes=5)
    fields = {
        "slug": SLUG,
        "title_ko": "조용한 버스 해커톤",
        "title_en": "Quiet Bus Hackathon",
        "brief_ko": "버스 정류장을 조용하게 만들 방법을 찾아 주세요.",
        "brief_en": "Find ways to make bus stops quieter.",
        "results_on": f"{begin + timedelta(days=40):%Y-%m-%d}",
        **{f"criterion_ko_{n}": words for n, words in ((1, "쓸모"), (2, "솜씨"))},
        **{f"criterion_en_{n}": words for n, words in ((1, "Use"), (2, "Craft"))},
        "criterion_weight_1": "60",
        "criterion_weight_2": "40",
    }
    for place, name in enumerate(MOMENTS):
        fields[name] = f"{begin + timedelta(days=(0, 10, 20, 30, 32)[place]):%Y-%m-%dT%H:%M}"
    for name, value in fields.items():
        page.fill(f"#id_{name}", value)
    page.select_option("#id_host", index=1)
    chief.submit("details[open] form .form-foot button")
    assert page.url.endswith(f"/desk/hackathons/{SLUG}/"), page.inner_text("main")
    chief.look("a draft")
    chief.submit("button[value=open]")
    page.fill("#id_email", "intake@haedam.example")
    chief.submit("button[value=juror]")
    chief.look("published, with a juror")

    captain = visit(width=390)
    captain.sign_in("resident")
    captain.go(f"/hackathons/{SLUG}/teams/new/")
    captain.page.fill("#id_name", "고요한밤")
    captain.page.fill("#id_about", "정류장의 소음을 재는 상자를 만듭니다.")
    captain.submit("main form .form-foot button")
    team = captain.page.url.removeprefix(site.url)
    captain.look("a team")
    other = visit(language="en", dark=True)
    other.sign_in("neighbour")
    other.go(team)
    other.page.fill("#id_words", "I can solder and write.")
    other.submit("button[value=ask]")
    other.look("asked to join")
    captain.go(team)
    captain.submit("button[value=admit]")
    captain.go(f"{team}submission/")
    captain.page.fill("#id_title", "조용한 시간표")
    captain.page.fill("#id_body", WORDS)
    captain.page.fill("#id_links", "https://example.org/quiet")
    captain.submit("main form .form-foot button")
    captain.look("handed in")
    guest = visit()
    guest.go(team)
    assert "조용한 시간표" not in guest.page.inner_text("main")

    moderator = visit()
    moderator.sign_in("moderator")
    moderator.go(team)
    moderator.page.locator("details.panel summary").last.click()
    moderator.page.select_option("#id_why", "advert")
    moderator.page.locator("details[open] #id_words").fill("상호가 적혀 있습니다.")
    moderator.submit("button[value=take_down]")
    moderator.look("taken down")
    guest.go(team)
    assert "고요한밤" not in guest.page.inner_text("main")
    guest.look("what was taken down")
    moderator.page.locator("details.panel summary").last.click()
    moderator.page.locator("details[open] #id_words").fill("상호가 아니라 팀의 이름입니다.")
    moderator.submit("button[value=put_back]")

    time_passes(site, 21)
    guest.go(team)
    assert "조용한 시간표" in guest.page.inner_text("main")
    guest.look("read by everybody")
    voter = visit(width=390)
    voter.sign_in("group")
    voter.go(f"/hackathons/{SLUG}/vote/")
    voter.page.locator("input[name=team]").first.check()
    voter.submit("main form .form-foot button")
    voter.look("voted")
    juror = visit()
    juror.sign_in("intake")
    juror.go(f"/hackathons/{SLUG}/jury/")
    juror.submit("main form .form-foot button")
    juror.look("conflicts first")
    for field in juror.page.locator("section[aria-labelledby=conflicts] select").all():
        field.select_option("none")
    juror.submit("main form .form-foot button")
    juror.submit("#points ~ ul a, section[aria-labelledby=points] a")
    for field in juror.page.locator("aside form select").all():
        field.select_option("4")
    juror.look("points")
    juror.submit("aside form .form-foot button")
    juror.submit("form[action$='/hand-in/'] button")
    juror.look("handed in")

    time_passes(site, 12)
    chief.go(f"/desk/hackathons/{SLUG}/")
    chief.look("to be decided")
    page.locator("#id_reason").first.fill("점수와 투표로 정했습니다. 교통정책과가 답합니다.")
    office = page.locator("select[name^=office_]")
    office.select_option(
        label=next(one for one in office.locator("option").all_inner_texts() if "교통" in one)
    )
    chief.submit("button[value=decide]")
    chief.look("decided")
    guest.go(f"/hackathons/{SLUG}/results/")
    assert "고요한밤" in guest.page.inner_text("main")
    guest.look("results")

    # The agreement: one office answers with an owner and a date, another pair of eyes publishes it.
    officer = visit()
    officer.sign_in("officer")
    open_on_desk(officer, "조용한 시간표")
    officer.look("the winner on the desk of an office")
    officer.page.locator("input[name=answer-disposition][value=adopted]").check()
    officer.page.fill("[name=answer-reason]", REASON)
    officer.page.fill("[name=answer-next_step]", NEXT)
    officer.page.locator("[name=answer-owner]").select_option(label="교통정책과")
    officer.page.fill("[name=answer-promised_on]", (date.today() + timedelta(days=300)).isoformat())
    officer.submit(HAND_IN)
    approver = visit()
    approver.sign_in("approver")
    open_on_desk(approver, "조용한 시간표")
    approver.page.on("dialog", lambda dialog: dialog.accept())
    approver.submit("form[action$='/publish/'] button")
    captain.go(team)
    assert NEXT in captain.page.inner_text("#agreement ~ *, section[aria-labelledby=agreement]")
    captain.look("the agreement")

    time_passes(site, 100)
    officer.go("/desk/hackathons/")
    officer.look("a follow-up is owed")
    officer.submit("section[aria-labelledby=owed] a:has-text('조용한 시간표')")
    officer.look("the follow-up")
    officer.page.locator("[name=state]").first.select_option("under_way")
    officer.page.fill("textarea[name=words]", "정류장 네 곳을 쟀고 여섯 곳이 남았습니다.")
    officer.submit("main form .form-foot button")
    guest.go(f"/hackathons/{SLUG}/results/")
    assert "정류장 네 곳을 쟀고" in guest.page.inner_text("main")
    guest.look("followed up")
    voter.go(team)
    voter.look("the team on a phone")
