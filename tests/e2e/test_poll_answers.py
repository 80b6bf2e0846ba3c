"""What becomes of one answer: by mail, in two tabs, without scripts, much too long, taken back, coded, objected to; and
answers from elsewhere with a codebook that two analysts write at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Site, Visitor

pytestmark = pytest.mark.browser
HAND_IN = "form.poll-form .form-foot button"
SETUP = """
from madang.conf.demo.story import acting_as, office
from madang.kernel.actors import Actor
from madang.services.polls.domain import codebooks, coding, polls, responses, tasks
from madang.services.polls.domain.questions import Draft
from madang.services.polls.logic.codebook import plan_book
from madang.services.polls.models import Task
chief = acting_as('analyst')
poll = polls.create(
    actor=chief, host=office('participation'), title_ko='한마디 설문 (시험)', title_en='One word (test)',
    consent_ko='이름 없이 분석합니다.', consent_en='Analysed without names.', channels=['web', 'email'],
    questions=(Draft('text', '정부혁신이란?', 'What is innovation?', is_required=True, is_headline=True),),
)
poll = polls.open_(actor=chief, poll=poll)
"""
CODED = """
made = responses.hand_in(actor=Actor(), poll=poll, raw={1: '서류를 한 번만 내는 민원'}, has_consented=True)
polls.close(actor=chief, poll=poll)
poll.refresh_from_db()
book = codebooks.fix(actor=chief, codebook=codebooks.start(actor=chief, poll=poll, body=plan_book().as_dict()))
tasks.hand_out_rest(actor=chief, codebook=book, coders=[acting_as('coder').account], count=1)
coding.code(actor=acting_as('coder'), task=Task.objects.get(codebook=book), code='communication')
"""
KEPT_MAIL = """
import re
from email.message import EmailMessage
from django.conf import settings
from madang.commons.channels.domain import answering, mail
from madang.commons.channels.models import Message
letter = EmailMessage()
name, host = settings.MAILBOX_ADDRESS.split('@')
letter['From'], letter['To'] = 'grandma@example.org', f'{name}+{poll.code.lower()}@{host}'
letter['Subject'], letter['Message-ID'] = '약속을 지키는 것', f'<{poll.code}@example.org>'
letter.set_content('약속한 날짜를 지키는 정부면 좋겠습니다.')
mail.keep(raw=letter.as_bytes())
body = answering.compose(Message.objects.order_by('-pk').first()).body
print('LINK', re.search(r'/in/\\S+', body)[0])
"""


def made(site: Site, *parts: str) -> str:
    """What the program says that prepares a poll."""
    return site.madang("shell", "-c", SETUP + "".join(parts) + "print('POLL', poll.code)\n")


def said(told: str, word: str) -> str:
    found = re.search(rf"^{word} (\S+)$", told, re.MULTILINE)
    assert found, told
    return found[1]


def open_receipt(person: Visitor, code: str) -> None:
    person.go("/polls/receipt/")
    person.page.fill("#id_code", code)
    person.submit("main form .btn--primary")


@pytest.mark.parametrize("javascript", [True, False])
def test_an_objection_is_answered_by_another_and_its_author_reads_why(
    visit: Callable[..., Visitor], site: Site, javascript: bool
) -> None:
    told = made(site, CODED, "print('CODE', made.code)\n")
    code, poll = said(told, "CODE"), said(told, "POLL")
    author = visit(javascript=javascript, width=390)
    open_receipt(author, code)
    assert "국민과의 소통과 협력" in author.page.inner_text("#coded + .coded-name")
    author.look("how it was coded")
    author.page.locator(
        "details:has(form[action$='/object/']) > summary, .coding details summary"
    ).last.click()
    author.page.fill("#id_text", "소통이 아니라 빨리 처리해 달라는 말입니다.")
    author.page.select_option("#id_wanted", "efficiency")
    author.submit(".coding form .btn--primary")
    assert author.page.locator("#objection").is_visible()
    author.look("an objection")

    analyst = visit()
    analyst.sign_in("analyst")
    analyst.go(f"/desk/coding/{poll}/objections/")
    analyst.look("objections")
    analyst.submit("main ul.rows a")
    analyst.page.check("input[name=verdict][value=uphold]")
    analyst.submit("main form .btn--primary")  # without a reason
    assert analyst.page.locator("#id_reason-error, .has-error").count()
    analyst.page.fill("#id_reason", "같은 서류를 한 번만 내는 것은 효율에 가깝습니다.")
    analyst.page.select_option("#id_code", "efficiency")
    analyst.submit("main form .btn--primary")
    assert "/objections/" in analyst.page.url

    open_receipt(author, code)
    assert "같은 서류를 한 번만" in author.page.inner_text("#objection")
    assert "정부 효율성" in author.page.inner_text("#coded + .coded-name")
    assert author.page.locator("#id_text").count() == 0, "once for each version"
    author.look("the answer to the objection")


def test_an_answer_by_mail_counts_when_its_sender_says_so(visit: Callable[..., Visitor], site: Site) -> None:
    told = made(site, KEPT_MAIL)
    link, poll = said(told, "LINK"), said(told, "POLL")
    sender = visit(width=390)
    sender.go(link)
    shown = sender.page.inner_text("main")
    assert "한마디 설문 (시험)" in shown
    assert "이름 없이 분석합니다." in shown, "what happens with the answer is said before"
    sender.look("before confirming")
    assert site.api(f"polls/{poll}")["state"] == "open"
    sender.submit("main form .btn--primary")
    code = sender.page.inner_text(".receipt-code").strip()
    sender.look("the receipt of a mail")
    open_receipt(sender, code)
    text = sender.page.inner_text("main")
    assert "약속한 날짜를 지키는 정부" in text
    assert "이메일" in text
    sender.submit("button[value=withdraw]")
    sender.submit("button[name=sure]")
    assert "약속한 날짜를" not in sender.page.inner_text("main")


def test_two_tabs_without_scripts_and_much_too_long(visit: Callable[..., Visitor], site: Site) -> None:
    here = f"/polls/{open_one(site)}/"
    plain = visit(javascript=False, width=390)
    plain.go(here)
    plain.page.wait_for_timeout(2_500)  # sooner it counts as sent by a program
    plain.page.check("#q1-4")
    plain.page.fill("#q2", "묻지 않은 말")
    plain.page.fill("#q6", "가" * 100_000)
    plain.page.check("#consent")
    plain.submit(HAND_IN)
    assert "100,000" in plain.page.inner_text(".error-summary")
    assert len(plain.page.input_value("#q6")) == 100_000, "what was typed stays"
    plain.look("a hundred thousand letters")
    plain.page.fill("#q6", "도서관을 밤에도 열어 주세요")
    plain.submit(HAND_IN)
    code = plain.page.inner_text(".receipt-code").strip()
    assert "묻지 않은 말" not in plain.page.inner_text("main"), "what its condition hides is not kept"

    # The same answer in two tabs: each shows in the end what is kept, and there is one answer.
    one = visit()
    two = Visitor(one.page.context.new_page(), site)
    for tab in (one, two):
        open_receipt(tab, code)
        tab.submit("button[value=change]")
    for tab, words in ((one, "첫째 탭에서 고친 말"), (two, "둘째 탭에서 고친 말")):
        tab.page.fill("#q6", words)
        tab.page.check("#consent")
        tab.submit(HAND_IN)
        assert tab.page.inner_text(".receipt-code").strip() == code
        assert words in tab.page.inner_text("main")
    open_receipt(one, code)
    assert "둘째 탭에서" in one.page.inner_text("main")

    # Taken back in one tab, changed in the other: it stays taken back, and what was typed stays on the page.
    one.submit("button[value=change]")
    open_receipt(two, code)
    two.submit("button[value=withdraw]")
    two.look("before taking back")
    two.submit("button[name=sure]")
    one.page.fill("#q6", "거둔 뒤에 고친 말")
    one.page.check("#consent")
    one.submit(HAND_IN)
    assert one.page.locator(".error-summary").is_visible()
    assert one.page.input_value("#q6") == "거둔 뒤에 고친 말"
    one.look("changed after it was taken back")


def open_one(site: Site) -> str:
    """The demo's open poll with every kind of question."""
    return str(
        next(
            row["code"]
            for row in site.api("polls")["items"]
            if "공공시설" in json.dumps(row, ensure_ascii=False)
        )
    )


def test_a_cp949_file_and_two_analysts_at_one_codebook(
    visit: Callable[..., Visitor], site: Site, tmp_path: Path
) -> None:
    wrong, right = tmp_path / "wrong.csv", tmp_path / "right.csv"
    wrong.write_bytes('답변,나이\n"닫지 않은 따옴표,20대\n둘,30대\n'.encode("cp949"))
    rows = "".join(f'"시민의 말, ""그대로"" {number}",{20 + number % 3}대\n' for number in range(12))
    right.write_bytes(f"답변,나이\n{rows}".encode("cp949"))
    first = visit()
    page = first.page
    first.sign_in("analyst")
    first.go("/desk/polls/bring-in/")
    typed = {
        "title_ko": "옮겨 온 설문 (시험)",
        "title_en": "Brought here (test)",
        "source": "시험, CC0",
        "groups": "나이",
    }
    for name, value in typed.items():
        page.fill(f"#id_{name}", value)
    for file, column in ((wrong, "답변"), (right, "의견"), (right, "답변")):
        page.fill("#id_column", column)
        page.set_input_files("#id_file", file)
        first.submit("main form .btn--primary")
        if column == "의견" or file == wrong:
            assert page.locator(".error-summary").is_visible()
            assert page.input_value("#id_title_ko") == typed["title_ko"]
            first.look("a file that cannot be taken")
    assert "12" in first.said()
    poll = page.url.rstrip("/").rsplit("/", 1)[-1]

    books = f"/desk/coding/{poll}/codebooks/"
    first.go(books)
    page.check("input[name=source][value=plan]")
    first.submit("form:has(input[name=source]) button.btn--primary")
    first.go(f"{books}1/codes/communication/")
    meaning = page.input_value("#id_definition_ko")

    # Both open the same code; the second is told what it says now, keeps what she typed, and overlaps another code.
    second = Visitor(page.context.new_page(), site)
    for each in (first, second):
        each.go(f"{books}1/codes/engagement/")
    own = page.input_value("#id_definition_ko")
    page.fill("#id_definition_ko", f"{own} 투표도 여기에 넣는다.")
    first.submit("button[value=save]")
    second.page.fill("#id_definition_ko", meaning)
    second.submit("button[value=save]")
    assert "투표도 여기에 넣는다." in second.page.inner_text("main")
    assert second.page.input_value("#id_definition_ko") == meaning
    second.look("overtaken")
    second.submit("button[value=save]")
    second.go(f"{books}1/fix/")
    second.look("two codes that overlap")
    assert second.page.locator("main form button.btn--primary").count() == 0
    second.go(f"{books}1/codes/engagement/")
    second.page.fill("#id_definition_ko", own)
    second.submit("button[value=save]")
    second.go(f"{books}1/fix/")
    second.submit("main form button.btn--primary")
    first.go(f"/polls/{poll}/codebook/")
    first.look("the fixed codebook")
