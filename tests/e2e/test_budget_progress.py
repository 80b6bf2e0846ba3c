"""After the vote: an office promises days and tells each step, a resident disputes the end, the round is settled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.conftest import Site, Visitor

pytestmark = pytest.mark.browser
SLUG = "after-the-vote"
PUBLIC = f"/budget/rounds/{SLUG}/progress/"
PROJECT = f"/budget/rounds/{SLUG}/projects/P1/progress/"
DESK = f"/desk/budget/{SLUG}/progress/"
MADE = f"""
from tests.budgeting import rounds_made as made
of = made.decided({SLUG!r}, host="transport")
made.project(of, lead="transport", title="정류장 그늘막 열두 곳")
made.project(of, "P2", state="not_funded")
made.proposal(of, state="dropped", drop_code="other")
"""


def day(before: int) -> str:
    return f"{datetime.now(UTC) + timedelta(hours=9) - timedelta(days=before):%Y-%m-%d}"


def tell(her: Visitor, kind: str, before: int, amount: str = "", **more: str) -> None:
    page = her.page
    her.go(f"{DESK}P1/")
    page.select_option("#id_kind", kind)
    page.fill("#id_on_date", day(before))
    page.fill("#id_amount", amount)
    page.fill("#id_note", "약속한 대로 진행했습니다.")
    for name, value in more.items():
        page.fill(f"#id_{name}", value)
    her.submit("main form .form-foot button")


def test_from_the_decision_to_the_settled_round(visit: Callable[..., Visitor], site: Site) -> None:
    site.madang("shell", "-c", MADE)
    her = visit()
    her.sign_in("officer")
    her.go(DESK)
    her.look("the desk")
    her.go(f"{DESK}P1/")
    for kind, before in (("proposed", 30), ("enacted", 10), ("executed", 20), ("result", 1)):
        her.page.fill(f"#id_{kind}", day(before))
    her.submit("main form .form-foot button")
    assert her.page.locator(".errors, .error-summary").count()  # paid out before it is enacted
    her.look("days out of order")
    her.page.fill("#id_executed", day(5))
    her.submit("main form .form-foot button")
    her.look("promised")
    tell(her, "proposed", 28, "60000000", document="예산안 412쪽")
    tell(her, "enacted", 10, "58,000,000")
    tell(her, "executed", 6, "59000000")
    assert "1,000,000" in her.page.inner_text("main")
    her.look("more than was enacted")
    her.page.fill("#id_amount", "30000000")
    her.submit("main form .form-foot button")
    tell(her, "executed", 4, "20000000")
    tell(her, "result", 0, link="https://example.org/shelters")

    resident = visit(width=390, javascript=False)
    resident.sign_in("neighbour")
    resident.go(PUBLIC)
    resident.look("the public page")
    assert "5,000만 원" in resident.page.inner_text("main")
    resident.submit(f'a[href$="{PROJECT}"]')
    resident.look("one project")
    words = resident.page.inner_text("main")
    assert "+2일" in words and "약속한 날에" in words
    resident.submit("#dispute + * a, section:has(#dispute) a.more")
    resident.page.fill("#dispute textarea", "세 곳에는 아직 그늘막이 없습니다.")
    resident.submit("#dispute form .btn--primary")

    chief = visit(language="en", dark=True)
    chief.sign_in("approver")
    chief.go(DESK)
    assert "P1" in chief.page.inner_text("section:has(#settle)")
    chief.look("waits for the dispute")
    chief.go(PUBLIC)
    chief.look("disputed, dark and English")
    resident.submit("form:has(input[value=take_back]) button")
    chief.go(DESK)
    chief.page.fill("#id_reason", "The one project is finished.")
    chief.submit("section:has(#settle) button")
    chief.look("settled")
    chief.go(f"{DESK}P1/")
    assert chief.page.locator("main form").count() == 0
