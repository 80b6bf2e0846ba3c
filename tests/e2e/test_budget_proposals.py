"""A resident proposes, an office takes it further and makes a project of it: without a script on a phone, and at the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, Visitor

pytestmark = pytest.mark.browser
HOME = "/budget/rounds/quiet-2028/"
TITLE = "버스 정류장에 소리 안내판을 달아 주세요"
BODY = "눈이 어두운 어르신이 몇 번 버스가 오는지 몰라 자주 놓칩니다. 소리로 알려 주면 좋겠습니다."
REASON = "현장을 보았고 우리 과가 할 수 있는 일입니다."
ROUND = """
from datetime import timedelta
from madang.kernel import clock
from madang.kernel.models import Organisation, Rule, User
from madang.services.budgeting.models import Pot, Round
now, host = clock.now(), Organisation.objects.get(code='participation')
body = {'answer': {'amount': 30, 'unit': 'calendar_days'}, 'objections': 1, 'objection_days': 15}
rule = Rule.objects.create(code='budgeting.quiet', version=1, valid_from=now.date(), body=body)
day = timedelta(days=1)
made = Round.objects.create(slug='quiet-2028', host=host, rule=rule, created_by=User.objects.get(email='facilitator@haedam.example'), created_at=now, title_ko='2028년 주민참여예산', title_en='Participatory budget 2028', year=2028, intake_from=now - day, intake_until=now + 9 * day, votes_from=now + 20 * day, votes_until=now + 30 * day, results_on=now.date(), settles_on=now.date(), state='announced', frozen={'announced': True}, is_demo=True)
Pot.objects.create(round=made, code='city', title_ko='시 전체', title_en='Whole city', amount=500000000)
"""
ASSIGN = """
from madang.commons.matters.domain import handling
from madang.commons.matters.models import Matter
from madang.kernel.actors import system
from madang.kernel.models import Organisation
handling.assign(actor=system('test'), matter=Matter.objects.get(number='{number}'), office=Organisation.objects.get(code='transport'))
"""


def test_from_a_wish_to_a_project(visit: Callable[..., Visitor], site: Site) -> None:
    site.madang("shell", "-c", ROUND)
    resident = visit(width=320, javascript=False)
    page = resident.page
    resident.sign_in("resident")
    resident.go(f"{HOME}propose/")
    resident.look("the form")
    page.fill("#id_title", "짧음")
    page.fill("#id_body", BODY)
    resident.submit("form:has(#id_title) .form-foot button")
    resident.look("with errors")
    assert page.input_value("#id_body") == BODY
    page.fill("#id_title", TITLE)
    page.check("input[name=pot][value=city]")
    page.fill("#id_amount", "30,000,000")
    resident.submit("form:has(#id_title) .form-foot button")
    if page.locator("input[name=confirmed]").count():
        resident.look("similar ones")
        resident.submit("form:has(input[name=confirmed]) button")
    number = page.inner_text(".receipt-number").strip()
    resident.look("the receipt")
    site.madang("shell", "-c", ASSIGN.format(number=number))

    officer = visit(language="en", dark=True)
    officer.sign_in("officer")
    officer.go("/desk/budget/quiet-2028/proposals/")
    officer.look("the desk")
    officer.submit(f".row-title a:has-text('{TITLE}')")
    officer.page.fill("#id_accept-reason", REASON)
    officer.submit("button[value=accept]")
    officer.look("eligible")
    officer.page.locator("details.panel summary", has_text="Make a project of it").click()
    officer.page.fill("#id_begin-reason", REASON)
    officer.submit("button[value=begin]")
    officer.submit("dd a")
    officer.page.fill("#id_estimate-amount", "30000000")
    officer.page.fill("#id_estimate-low", "25000000")
    officer.page.fill("#id_estimate-high", "35000000")
    officer.page.fill("#id_estimate-method", "업체 세 곳의 견적 평균입니다.")
    officer.submit("button[value=estimate]")
    officer.look("estimated")

    anyone = visit(width=390)
    for path in ("proposals/", f"proposals/{number}/", "projects/", "projects/001/"):
        anyone.go(HOME + path)
        anyone.look(path)
    assert REASON in anyone.go(f"{HOME}proposals/{number}/").text()
