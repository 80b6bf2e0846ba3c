"""Two coders read the answers of a poll by keyboard; an analyst sees how well they agree and decides the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser
CODE = "C0DE77"
TITLES = [
    "시민에게 먼저 묻고 함께 정하는 것",
    "투명하게 공개하는 예산",
    "줄 서지 않아도 되는 민원",
    "어르신을 먼저 돌보는 복지",
    "쓸데없는 서류 없애기",
    "약속한 날짜를 지키는 정부",
    "Open data for everyone",
    "부서끼리 떠넘기지 않는 것",
]
PEOPLE = {"facilitator": "analyst", "moderator": "analyst", "intake": "coder", "triage": "coder"}


def prepare(site: Site) -> None:
    """A closed poll of the office for citizen participation, its analysts and coders."""
    site.madang(
        "shell",
        "-c",
        "from datetime import timedelta\n"
        "from madang.kernel import clock\n"
        "from madang.kernel.models import Mandate, Organisation, Post, User\n"
        "from madang.services.polls.models import Poll, Question, Reply, Response\n"
        "host = Organisation.objects.get(code='participation')\n"
        f"for name, role in {PEOPLE!r}.items():\n"
        "    post = Post.objects.filter(organisation=host, role=role).first() or Post.objects.create("
        "organisation=host, role=role, title_ko='설문', title_en='Polls')\n"
        "    user = User.objects.get(email=f'{name}@haedam.example')\n"
        "    Mandate.objects.create(user=user, post=post, valid_from=clock.now() - timedelta(days=1))\n"
        f"poll = Poll.objects.create(code='{CODE}', host=host, title_ko='정부혁신이란', title_en='Government innovation',"
        " consent_ko='이름 없이', consent_en='No names', state='closed', digest='0' * 64, created_at=clock.now(),"
        " opens_at=clock.now() - timedelta(days=9), closed_at=clock.now())\n"
        "asked = Question.objects.create(poll=poll, number=1, kind='text', label_ko='한마디', label_en='Say',"
        " is_headline=True)\n"
        f"for text in {json.dumps(TITLES, ensure_ascii=False)}:\n"
        "    one = Response.objects.create(poll=poll, day=clock.today())\n"
        "    Reply.objects.create(response=one, question=asked, value=text)\n",
    )


def test_from_the_codebook_to_the_decision(visit: Callable[..., Visitor], site: Site) -> None:
    prepare(site)
    lead = visit()
    lead.sign_in("facilitator")
    lead.go("/desk/coding/")
    lead.look("polls to read")
    lead.go(f"/desk/coding/{CODE}/codebooks/")
    lead.look("begin a book")
    lead.page.check("input[name=source][value=plan]")
    lead.submit("form:has(input[name=source]) button.btn--primary")
    lead.look("a draft")
    lead.go(f"/desk/coding/{CODE}/codebooks/1/codes/communication/")
    lead.look("a code")
    lead.page.fill("#id_name_en", "Talking and listening")
    lead.submit("button[value=save]")
    lead.go(f"/desk/coding/{CODE}/codebooks/1/fix/")
    lead.look("what fixing does")
    lead.submit("main form button.btn--primary")
    lead.go(f"/desk/coding/{CODE}/")
    lead.look("the overview")
    for box in lead.page.locator("fieldset label:has(input[name=sample-coders])").all():
        box.locator("input").set_checked(box.inner_text().strip() in ("문마중", "정나루"))
    lead.submit("button[value=sample]")
    assert "응답 8건" in lead.said()

    coders = [visit(), visit(width=390, javascript=False, language="en")]
    for coder, name in zip(coders, ("intake", "triage"), strict=True):
        coder.sign_in(name)
        coder.go(f"/desk/coding/{CODE}/code/")
        coder.look("an answer")
    keys(coders[0])
    buttons(coders[1])

    lead.go(f"/desk/coding/{CODE}/agreement/")
    lead.look("agreement")
    lead.go(f"/desk/coding/{CODE}/rulings/")
    lead.look("differences")


def keys(coder: Visitor) -> None:
    """Everything by keyboard; one request an answer, and the next one is there at once."""
    page = coder.page
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if "/code/" in request.url else None)
    first = page.inner_text("#read-text")
    page.keyboard.press("Enter")
    assert page.locator("[data-error]").is_visible(), "no code was chosen"
    assert page.inner_text("#read-text") == first
    left = int(re.sub(r"\D", "", page.get_attribute("[data-progress]", "data-all") or ""))
    page.keyboard.press("1")
    assert page.locator("[data-meaning]").is_visible()
    for done in range(1, left):
        page.keyboard.press("1" if done % 2 else "0")
        page.keyboard.press("Enter")
        wait_for(
            lambda done=done: page.get_attribute("[data-progress]", "data-now") == str(done), "it is saved"
        )
    assert sent.count("POST") == left - 1
    assert sent.count("GET") == 0
    coder.look("the last one")
    with page.expect_navigation():
        page.keyboard.press("u")
    assert page.locator("#read-text").is_visible()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    wait_for(lambda: page.get_attribute("[data-progress]", "data-now") == str(left - 1), "it is saved")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-finished]:not([hidden])")
    coder.look("all is coded")


def buttons(coder: Visitor) -> None:
    """The same without JavaScript, on a telephone, in English."""
    page = coder.page
    while page.locator("#read-text").count():
        page.locator("input[name=code]").first.check()
        coder.submit("button[value=code]")
    coder.look("all is coded")
