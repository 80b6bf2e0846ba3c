"""A delegation from an application on a phone to the table that a journalist takes home."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for
from tests.e2e.test_panels import invitations

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


OFFICER = """
from datetime import timedelta
from madang.conf.demo.story import office
from madang.kernel import clock
from madang.kernel.models import Mandate, Post, Role, User
post = Post.objects.create(organisation=office("participation"), role=Role.OFFICER, title_ko="위원단 담당", title_en="Panels")
Mandate.objects.create(post=post, user=User.objects.get(email="facilitator@haedam.example"), valid_from=clock.now() - timedelta(days=1))
"""
"""The demo's office has nobody who prepares a panel beside the head who freezes it."""


def test_seats_by_lot_are_taken_with_the_code_of_the_invitation(
    visit: Callable[..., Visitor], site: Site, tmp_path: Path
) -> None:
    site.madang("shell", "-c", OFFICER)
    rows = [
        f"제비{at},19{50 + at}-05-05,seat{at}@lot.example,{'바다' if at % 2 else '산'}" for at in range(40)
    ]
    register = tmp_path / "register.csv"
    register.write_text("\n".join(["이름,생년월일,연락처,동네", *rows]), encoding="utf-8")

    office = visit()
    office.sign_in("facilitator")
    office.go("/desk/panels/")
    for name, words in {
        "slug": "budget-lot", "title_ko": "참여예산 추첨 위원", "title_en": "Budget seats by lot",
        "purpose_ko": "참여예산 사업을 함께 따져요.", "purpose_en": "Weighs projects of the budget.",
        "size": "20", "min_cell": "1",
    }.items():  # fmt: skip
        office.page.fill(f"[name={name}]", words)
    office.submit("form[data-draft] .form-foot button")
    office.page.set_input_files("input[name=file]", register)
    office.submit("form[action$='/register/'] button:not([type='button'])")
    office.page.uncheck("[name=age]")
    office.submit("button[value=read]")
    office.submit("button[value=take]")
    for field in office.page.locator("[name^=population-]").all():
        field.fill("500")
    office.page.fill("[name=source]", "시험 수치")
    office.submit("button[value=propose]")
    office.submit("button[value=save]")
    office.page.fill("[name=witnesses]", "arbiter@haedam.example\nneighbour@haedam.example")
    office.submit("form[action$='/prepare/'] button")
    office.page.wait_for_selector("[data-wait]", state="detached", timeout=60_000)
    head = visit()
    head.sign_in("participation-head")
    head.go("/desk/panels/budget-lot/")
    head.submit("form[action$='/freeze/'] button")
    for name, dice in (("arbiter", "3641522416"), ("neighbour", "1165243256")):
        witness = visit()
        witness.sign_in(name)

        def open_for_dice(witness: Visitor = witness) -> bool:
            witness.go("/panels/budget-lot/1/dice/")
            return witness.page.locator("[name=dice]").count() == 1

        wait_for(open_for_dice, "the log to publish the freeze", 60)
        witness.page.fill("[name=dice]", dice)
        witness.submit("form:has([name=dice]) button")
    wait_for(lambda: len(invitations(site, "lot.example")) == 20, "twenty invitations", 60)

    # The panel is linked to the round; the public page counts the seats that are taken.
    office.go(DESK)
    office.look("a panel to link")
    office.page.click("details:has([name=link-panel]) summary")
    office.page.select_option("[name=link-panel]", "budget-lot")
    office.submit("button[value=link]")
    office.look("linked")

    # Whoever was drawn takes the seat with her own account and the code; a wrong code takes nothing.
    drawn = visit(width=390)
    drawn.sign_in("resident")
    drawn.go(ROUND + "seat/")
    drawn.page.fill("[name$=code]", "AAAA-AAAA-AAAA-AAAA-AAAA")
    drawn.submit("button[value=claim]")
    drawn.look("a wrong code")
    office.go("/desk/panels/budget-lot/")
    code = office.page.locator("#seats ~ .table-scroll tbody tr td code").first.inner_text()
    drawn.page.fill("[name$=code]", code)
    drawn.submit("button[value=claim]")
    drawn.look("a seat by lot")
    guest = visit(language="en")
    guest.go(ROUND)
    assert "1 of 20 taken" in guest.page.inner_text("main")
    guest.look("seats by lot")

    # She gives it up: the seat goes back to the lot.
    drawn.go(ROUND + "seat/")
    drawn.page.click("details:has(button[value=leave]) summary")
    drawn.page.fill("details:has(button[value=leave]) textarea", "이사를 가게 되었습니다.")
    drawn.submit("button[value=leave]")
    drawn.look("left")
    guest.go(ROUND)
    assert "0 of 20 taken" in guest.page.inner_text("main")


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
    for field in delegate.page.locator("select[name^=declare-project_]").all():
        field.select_option("none")
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
