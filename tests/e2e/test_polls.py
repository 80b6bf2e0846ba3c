"""A poll from the first word to its closing: prepared at the desk, answered with and without JavaScript, taken back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.browser
HAND_IN = "form.poll-form .form-foot button"


def _answer(person: Visitor, address: str, words: str) -> str:
    """Answer the satisfaction poll as somebody who is not satisfied; the receipt code."""
    person.go(address)
    page = person.page
    page.check("#q1-1")
    page.check("#q2-2")
    page.fill("#q3", words)
    page.check("#consent")
    person.take_time()
    person.submit(HAND_IN)
    return page.inner_text(".receipt-code").strip()


def test_from_a_starter_to_the_closing(visit: Callable[..., Visitor]) -> None:
    chief = visit()
    page = chief.page
    chief.sign_in("analyst")
    chief.go("/desk/polls/")
    chief.look("the desk")
    chief.go("/desk/polls/new/")
    page.check("input[value=satisfaction]")
    chief.look("starters")
    chief.submit("main form .btn--primary")
    page.fill("#id_title_ko", "민원실은 어땠나요?")
    page.fill("#id_title_en", "How was the civil office?")
    chief.submit("button[value='add:text']")
    assert page.locator("fieldset.ask-question").count() == 5
    chief.look("editing")
    chief.submit("button[value='remove:5']")
    chief.submit(".form-foot button[value=preview]")
    chief.look("the preview")
    code = re.search(r"/desk/polls/(\w{6})/", page.url)
    assert code
    address = f"/polls/{code[1]}/"
    chief.go(f"/desk/polls/{code[1]}/open/")
    chief.look("before opening")
    chief.submit("main form .btn--primary")
    assert page.url.endswith(address)

    # Without JavaScript, on the smallest screen: the condition stands there as a sentence.
    plain = visit(width=320, javascript=False)
    plain.go(address)
    assert plain.page.locator("[data-condition]").is_visible()
    plain.look("the form without scripts")
    plain.page.wait_for_timeout(
        2_500
    )  # a form that comes back within two seconds counts as sent by a program
    plain.submit(HAND_IN)
    assert plain.page.locator("#q1-error").is_visible()
    plain.look("the form with errors")
    first = _answer(plain, address, "설명이 쉬워지면 좋겠습니다")
    plain.look("the receipt without scripts")

    # With it, the question is there only when it is asked.
    other = visit(width=390, dark=True, language="en")
    other.go(address)
    assert other.page.locator("#q2-box").is_hidden()
    other.page.check("#q1-5")
    assert other.page.locator("#q2-box").is_hidden()
    other.page.check("#q1-1")
    assert other.page.locator("#q2-box").is_visible()
    other.look("the form in the dark")
    second = _answer(other, address, "Shorter queues")
    other.look("the receipt in the dark")
    assert second != first

    # The code opens it: seen, changed, taken back.
    other.go("/polls/receipt/")
    other.look("the page for codes")
    other.page.fill("#id_code", second.lower())
    other.submit("main form .btn--primary")
    other.look("an opened answer")
    other.submit("button[value=change]")
    assert other.page.input_value("#q3") == "Shorter queues"
    other.page.fill("#q3", "Shorter queues on Mondays")
    other.page.check("#consent")
    other.submit(HAND_IN)
    assert other.page.inner_text(".receipt-code").strip() == second
    assert "on Mondays" in other.page.inner_text("main")
    other.go("/polls/receipt/")
    other.page.fill("#id_code", second)
    other.submit("main form .btn--primary")
    other.submit("button[value=withdraw]")
    other.look("before taking back")
    other.submit("button[name=sure]")
    assert "Mondays" not in other.page.inner_text("main")

    chief.go(f"/desk/polls/{code[1]}/close/")
    chief.look("before closing")
    chief.submit("main form .btn--danger")
    chief.look("the desk page of a closed poll")
    plain.go(address)
    assert plain.page.locator("form.poll-form").count() == 0
    plain.look("the closed poll")
    plain.go("/polls/receipt/")
    plain.page.fill("#id_code", first)
    plain.submit("main form .btn--primary")
    assert "설명이 쉬워지면" in plain.page.inner_text("main")
    assert plain.page.locator("button[value=withdraw]").count() == 0


def test_the_demo_has_every_kind_of_question(visit: Callable[..., Visitor]) -> None:
    for options in ({"width": 320}, {"dark": True}, {"language": "en", "width": 390}):
        person = visit(**options)
        person.go("/polls/")
        person.look("the list")
        person.submit("section .row-title a")
        person.look("every kind of question")
