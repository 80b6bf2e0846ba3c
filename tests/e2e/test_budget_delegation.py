"""A delegation from an application on a phone to the table that a journalist takes home."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, Visitor

pytestmark = pytest.mark.browser
ROUND, DESK = "/budget/rounds/haedam-next/delegation/", "/desk/budget/haedam-next/delegation/"
MEETING = """
from datetime import timedelta
from madang.commons.meetings.domain import planning
from madang.conf.demo.story import acting_as, office
from madang.kernel import clock
now = clock.now() - timedelta(minutes=5)
print(planning.plan(actor=acting_as("participation-head"), host=office("participation"), title_ko="사업 따져 보기",
    title_en="Weighing the projects", place="시청", starts_at=now, ends_at=now + timedelta(hours=2)).number)
"""


def test_a_resident_applies_weighs_and_everybody_can_check(visit: Callable[..., Visitor], site: Site) -> None:
    delegate = visit(width=320, javascript=False)
    delegate.go(ROUND)
    delegate.look("before anything")
    delegate.sign_in("neighbour")
    delegate.go(ROUND + "apply/")
    delegate.page.fill("#id_motive", "짧아요")
    delegate.submit("main form .btn--primary")
    delegate.look("too short")
    assert delegate.page.input_value("#id_motive") == "짧아요"
    delegate.page.fill("#id_motive", "바닷가에 살며 여러 동네의 사정을 듣고 함께 따져 보고 싶습니다.")
    delegate.submit("main form .btn--primary")
    delegate.look("applied")

    office = visit()
    office.sign_in("facilitator")
    office.go(DESK)
    office.look("the desk")
    office.page.click("article details summary")
    office.page.fill("article textarea", "바닷가에 사는 분이 아직 없어 모셨습니다.")
    office.submit("button[value^='choose:']")
    number = site.madang("shell", "-c", MEETING).strip().splitlines()[-1]
    office.page.click("summary:has-text('모임을 참여단 모임으로')")
    office.page.fill("#id_plan-number", number)
    office.page.check("input[name=plan-projects][value='001']")
    office.submit("button[value=plan]")
    office.go(DESK + "2/")
    office.look("a session")
    office.submit("button[value=open]")

    delegate.go(ROUND + "seat/")
    delegate.look("a seat")
    delegate.submit("button[value=declare]")
    delegate.submit("a[href$='/seat/001/']")
    delegate.look("the evidence")
    for at, points in enumerate(("5", "4", "4")):
        delegate.page.locator("select[name^=criterion_]").nth(at).select_option(points)
    delegate.page.check("input[name=verdict][value=against]")
    delegate.submit("aside form .btn--primary")
    delegate.look("a reason is missing")
    assert delegate.page.locator("select[name^=criterion_]").first.input_value() == "5"
    delegate.page.check("input[name=verdict][value=recommend]")
    delegate.submit("aside form .btn--primary")
    delegate.look("scored")

    office.page.check("input[name=record-came]")
    office.submit("button[value=record]")
    office.submit("button[value=close]")
    head = visit(language="en")
    head.sign_in("participation-head")
    head.go(DESK + "findings/")
    head.look("before it is published")
    head.page.fill("#id_reason", "모임에서 매긴 점수를 그대로 셈했습니다.")
    head.submit("main form .btn--primary")
    head.look("published")
    assert "4.4" in head.page.inner_text("main")

    guest = visit(width=390, dark=True)
    guest.go(ROUND)
    guest.look("what everybody sees")
    answer = guest.page.request.get(site.url + ROUND + "points.csv")
    told = site.madang(
        "shell",
        "-c",
        "from madang.kernel.models import Audit\n"
        "acts = Audit.objects.filter(action='budgeting.delegation.publish').order_by('-pk')\n"
        "print(acts[0].payload['data']['points_sha256'])",
    )
    assert told.strip().splitlines()[-1] == hashlib.sha256(answer.body()).hexdigest()
    guest.go("/budget/rounds/haedam-next/projects/001/")
    guest.look("the project")
    assert "참여단이 추천했어요" in guest.page.inner_text("main")
