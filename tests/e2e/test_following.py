"""Story: a resident chooses how news comes, gets her deadlines as a calendar, stops a mail, and calls a program."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser
STOP = re.compile(r"/stop/[\w-]{20,}/")


def test_mails_once_a_day_and_deadlines_in_a_calendar(visit: Callable[..., Visitor]) -> None:
    her = visit(width=390)
    page = her.page
    her.sign_in("parks")  # nobody else's story waits for mails of this account
    her.go("/my/")
    her.submit("a[href='/my/notices/settings/']")
    page.check("input[name=rhythm][value=daily]")
    page.check("input[name=is_quiet]")
    her.look("mails")
    her.submit("form:has(input[name=rhythm]) .btn--primary")
    assert "저장" in her.said()
    assert page.is_checked("input[name=rhythm][value=daily]")
    assert page.is_checked("input[name=is_quiet]")

    her.submit("button[name=what][value=new]")
    secret = page.input_value("#calendar-url")
    her.look("the calendar's address")
    answer = page.request.get(secret)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.text().startswith("BEGIN:VCALENDAR")
    her.submit("button[name=what][value=revoke]")
    assert page.locator("#calendar-url").count() == 0
    assert page.request.get(secret).status == 404


def test_a_mail_is_stopped_without_signing_in_or_scripts(visit: Callable[..., Visitor], site: Site) -> None:
    links: list[str] = []

    def sent() -> bool:
        for path in sorted((site.home / "mail").glob("*.log")):
            for letter in path.read_text(encoding="utf-8").split("-" * 79):
                if "To: demo12@haedam.example" in letter:
                    links.extend(STOP.findall(letter))
        return bool(links)

    wait_for(sent, "a mail with a link that stops it", 60)
    reader = visit(width=390, javascript=False, dark=True)
    reader.go(links[0])
    reader.look("stop?")
    reader.submit("button[name=what][value=everything]")
    assert "이제 메일을 보내지 않아요" in reader.page.inner_text("h1")
    reader.look("stopped")
    # She changes her mind: rarely is better than never.
    reader.go(links[0].replace("/stop/", "/mails/"))
    reader.page.check("input[name=rhythm][value=weekly]")
    reader.submit("form:has(input[name=rhythm]) .btn--primary")
    assert reader.page.is_checked("input[name=rhythm][value=weekly]")
    reader.look("once a week")


def test_a_web_hook_is_registered_tried_and_deleted_without_scripts(visit: Callable[..., Visitor]) -> None:
    his = visit(language="en", javascript=False)
    page = his.page
    his.sign_in("group")
    his.go("/my/hooks/")
    page.fill("input[name=url]", "https://127.0.0.1/in")
    his.submit("form:has(input[name=url]) .btn--primary")
    assert page.input_value("input[name=url]") == "https://127.0.0.1/in", "what was typed is kept"
    his.look("an address that cannot be called")
    page.fill("input[name=url]", "https://hooks.haedam.invalid/in")
    his.submit("form:has(input[name=url]) .btn--primary")
    assert page.inner_text(".lead") == "https://hooks.haedam.invalid/in"
    his.submit("button[value=trial]")
    assert page.locator(".table tbody tr").count() == 1
    his.look("one message")
    page.set_viewport_size({"width": 390, "height": 900})
    his.look("one message on a phone")

    his.submit("a[href='?delete']")
    his.look("delete?")
    his.submit("main .form-foot a")
    assert page.inner_text(".lead") == "https://hooks.haedam.invalid/in", "she kept it"
    his.submit("a[href='?delete']")
    his.submit("button[value=delete]")
    assert page.url.endswith("/en/my/hooks/")
    assert "hooks.haedam.invalid" not in page.inner_text("main")
