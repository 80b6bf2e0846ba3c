"""Waste and rules in a browser: a report is filed without an account or a script, officials take it on, and the
registers show what became of all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.browser


def test_a_report_is_filed_with_a_budget_line_looked_for(visit: Callable[..., Visitor]) -> None:
    her = visit(javascript=False, language="en", width=390)
    page = her.page
    her.go("/cases/waste/new/")
    her.look()
    page.fill("#id_title", "Heating runs in the empty hall")
    page.fill("#id_body", "Every Sunday the hall is warm and nobody is there.")
    page.fill("#id_line_query", "zzzz")
    her.submit("button[name=search]")
    assert "No budget line of this site has these words" in page.inner_text("main")
    assert page.input_value("#id_title") == "Heating runs in the empty hall"
    page.fill("#id_line_text", "Heating of the hall")
    page.fill("#id_claimed", "a lot")
    page.check("input[name=disclosure][value=public]")
    page.wait_for_timeout(2_500)
    her.submit("button[name=file]")
    assert "Write whole won in figures" in page.inner_text("main")
    her.look("with an error")
    page.fill("#id_claimed", "3,000,000")
    her.submit("button[name=file]")
    assert page.url.endswith("/en/cases/filed/"), page.inner_text("main")
    number = her.filed().number

    officer = visit(dark=True)
    officer.sign_in("triage")
    officer.go(f"/cases/waste/{number}/")
    officer.look()
    officer.page.locator("details:has(input[value=admit]) summary").click()
    officer.submit("form:has(input[value=admit]) button")
    assert "다루기로 하기" in officer.said()
    officer.page.locator("details:has(input[value=assign]) summary").click()
    officer.page.select_option("#id_assign-office", label="교통정책과")
    officer.submit("form:has(input[value=assign]) button")
    officer.look("assigned")

    her.go(f"/cases/waste/{number}/")
    said = page.inner_text("main")
    assert "With the checking office" in said and "₩3,000,000" in said and "Heating of the hall" in said


def test_the_registers_show_figures_lateness_and_no_names(visit: Callable[..., Visitor]) -> None:
    her = visit(width=320)
    her.go("/cases/waste/")
    her.look()
    said = her.page.inner_text("main")
    assert "주장에서 검증까지" in said and "같은 신고 3건 더" in said and "이름 없음" in said
    her.go("/cases/regulation/")
    her.look()
    assert "일 늦음" in her.page.inner_text("main")
    her.page.locator("main .table a").first.click()
    her.look()


def test_a_request_says_what_is_missing(visit: Callable[..., Visitor]) -> None:
    her = visit(language="en")
    her.go("/cases/regulation/new/")
    her.look()
    her.take_time()
    her.submit("button[name=file]")
    assert "Say what should stand there instead." in her.page.inner_text("main")
    her.look("with errors")
