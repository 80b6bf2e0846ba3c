"""Other means than the site: paper, phone, text message, a form on another site, programs. All enter one table."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from madang.commons.channels.domain import taking
from madang.commons.channels.models import Entry
from madang.commons.channels.targets import Words, by_place, every
from madang.commons.notices.models import Event
from madang.commons.search import api as search
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role
from madang.portal import leaving, profile
from madang.services.polls import intake
from madang.services.polls.domain import polls, slips
from madang.services.polls.models import Poll, Reply, Response, Slip
from tests.factories import UserFactory, actor, official
from tests.polls import asking

pytestmark = pytest.mark.django_db


def test_words_by_phone_enter_the_same_table_with_their_means() -> None:
    poll = asking.opened(channels=["web", "phone"])
    target = by_place(poll.code.lower())
    assert target is not None
    operator = actor(official(Role.OPERATOR, poll.host))
    entry, taken = taking.take(
        key="call-1", channel="phone", target=target, words=Words("전화로 한 말", ""), operator=operator
    )
    assert taken is not None
    response = Response.objects.get()
    assert (response.channel, Reply.objects.get().value) == ("phone", "전화로 한 말")
    assert entry.reference == poll.reference, "the entry knows the moment; it must not lead to the response"
    assert slips.by_code(taken.code).pk == response.pk
    again, nothing = taking.take(
        key="call-1", channel="phone", target=target, words=Words("전화로 한 말", ""), operator=operator
    )
    assert (again.pk, nothing, Response.objects.count()) == (entry.pk, None, 1)
    with pytest.raises(RefusedError):
        taking.take(
            key="paper-1", channel="paper", target=target, words=Words("종이에 쓴 말", ""), operator=operator
        )
    assert Entry.objects.count() == 1


def test_only_polls_that_words_can_answer_are_offered() -> None:
    asking.opened()  # nobody chose another means
    asking.opened(*asking.EVERY_KIND, channels=["web", "paper"])  # another question needs an answer
    closing = asking.opened(channels=["web", "paper"])
    assert [one.place.key for one in every() if one.intake.name == intake.NAME] == [closing.code.lower()]
    with clock.at(closing.closes_at):
        assert not [one for one in every() if one.intake.name == intake.NAME]


@pytest.mark.parametrize(
    ("title", "body", "words"),
    [
        ("한 줄", "", "한 줄"),
        ("긴 글의 앞…", "긴 글의 앞부분과 나머지", "긴 글의 앞부분과 나머지"),
        ("제목", "다른 글", "제목\n다른 글"),
        ("같은 말", "같은 말", "같은 말"),
    ],
)
def test_title_and_text_are_one_answer(title: str, body: str, words: str) -> None:
    assert intake.words_of(title, body) == words


def test_the_page_for_all_receipts_opens_those_of_polls(client: Client) -> None:
    done = asking.say(asking.opened(), "여기서도 열립니다")
    assert "여기서도 열립니다" in client.post("/receipt/", {"code": done.code}).content.decode()


def test_the_form_on_another_site_needs_no_cookie_and_only_listed_sites_frame_it() -> None:
    poll = asking.opened(embed_origins=["https://www.haedam.example"])
    browser = Client(enforce_csrf_checks=True)
    address = f"/polls/{poll.code}/embed/"
    page = browser.get(address)
    assert "frame-ancestors https://www.haedam.example" in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page
    ticket = asking.ticket_on(browser, address)
    with clock.at(clock.now() + timedelta(seconds=5)):
        sent = Client(enforce_csrf_checks=True).post(
            address, {"ticket": ticket, "consent": "1", "q1": "액자 속의 말"}
        )
    assert sent.status_code == 200
    assert not sent.cookies
    assert not page.cookies
    assert (Response.objects.get().channel, Reply.objects.get().value) == ("embed", "액자 속의 말")
    own = browser.get(f"/polls/{poll.code}/")
    assert "frame-ancestors 'none'" in own["Content-Security-Policy"]
    assert own["X-Frame-Options"] == "DENY"


def test_a_poll_without_listed_sites_has_no_frame(client: Client) -> None:
    poll = asking.opened()
    assert client.get(f"/polls/{poll.code}/embed/").status_code == 404


def test_programs_read_and_hand_in(client: Client) -> None:
    poll = asking.opened(*asking.EVERY_KIND, channels=["web", "api"])
    listed = client.get("/api/v1/polls").json()["items"]
    assert [one["code"] for one in listed] == [poll.code]
    shown = client.get(f"/api/v1/polls/{poll.code}").json()
    assert [one["kind"] for one in shown["questions"]][:3] == ["text", "choice", "text"]
    address = f"/api/v1/polls/{poll.code}/responses"

    def send(**body: object):
        return client.post(address, json.dumps(body), content_type="application/json")

    wrong = send(replies={"1": "말", "2": 9, "8": "polls/files/of-somebody.png"}, consent=True)
    assert wrong.status_code == 422
    assert [one["field"] for one in wrong.json()["errors"]] == ["replies.2"]
    assert send(replies={"1": "말", "2": "2"}, consent=False).status_code == 422
    assert Response.objects.count() == 0
    done = send(
        replies={"1": "말", "2": 2, "6": ["3", "1", "2"], "8": "polls/files/x.png", "9": "1"}, consent=True
    )
    assert done.status_code == 201
    assert sorted(Reply.objects.values_list("question__number", flat=True)) == [1, 2, 6]
    changed = send(replies={"1": "다른 말", "2": "2"}, consent=True, code=done.json()["code"])
    assert changed.json()["is_change"]
    assert Response.objects.get().channel == "api"
    assert (
        send(replies={"1": "말", "2": "2"}, consent=True, code="0000-0000-0000-0000-0000").status_code == 404
    )
    assert client.get("/api/v1/polls/000000").status_code == 404
    shut = asking.opened()
    refused = client.post(
        f"/api/v1/polls/{shut.code}/responses",
        json.dumps({"replies": {"1": "말"}, "consent": True}),
        content_type="application/json",
    )
    assert refused.status_code == 403
    assert not shut.responses.exists()


def test_search_calendar_and_lists(client: Client) -> None:
    poll = asking.opened(title_ko="도서관 여는 시간 설문")
    entry = search.entry_of(poll.reference)
    assert entry is not None
    assert (entry.kind, entry.title) == ("poll", "도서관 여는 시간 설문")
    assert poll.code in client.get("/polls.ics").content.decode()
    assert "도서관 여는 시간 설문" in client.get("/polls/").content.decode()


def test_lists_need_the_same_queries_for_one_poll_and_for_many(client: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    lead = asking.office()
    asking.opened(lead=lead)
    client.force_login(lead[1])
    client.get("/polls/")  # what is asked once a visit
    client.get("/desk/polls/")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as seen:
            client.get("/polls/")
            client.get("/desk/polls/")
        counts.append(len(seen))
        for _more in range(5):
            asking.opened(lead=lead)
    assert counts[0] == counts[1]


def test_followers_hear_once_that_it_closes_soon() -> None:
    poll = asking.opened()
    with clock.at(poll.closes_at - timedelta(hours=12)):
        assert [polls.remind(), polls.remind()] == [1, 0]
    assert Event.objects.filter(kind="polls.closing").count() == 1
    assert Event.objects.filter(kind="polls.opened").count() == 1


def test_a_person_finds_her_answer_in_her_copy_and_leaving_cuts_the_link() -> None:
    poll, user = asking.opened(level="contact", once=True), UserFactory()
    asking.say(poll, "내 말", user=user)
    told = profile.copy_of(user)["polls"]["answers"]
    assert [one["replies"] for one in told] == [{"1": "내 말"}]
    leaving.leave(actor=actor(user), user=user)
    assert Slip.objects.get().participant == ""
    assert Reply.objects.get().value == "내 말"
    assert not Audit.objects.filter(action__startswith="polls.response", actor=user).exists()


def _desk(client: Client, poll: Poll, role: str) -> None:
    client.force_login(official(role, poll.host))


def test_a_call_asks_the_question_and_reads_its_consent_text_and_takes_no_name(client: Client) -> None:
    poll = asking.opened(channels=["web", "phone"])
    _desk(client, poll, Role.OPERATOR)
    target = f"polls.response:{poll.code.lower()}"
    address = f"/desk/channels/call/?target={target}"
    page = client.get(address).content.decode()
    assert "한마디로?" in page
    assert poll.consent_ko in page
    assert 'name="email"' not in page
    assert 'name="name"' not in page
    ticket = page.split('name="ticket" value="')[1].split('"')[0]
    said = {"ticket": ticket, "target": target, "consented": "on", "read_back": "on"}
    refused = client.post(address, said | {"title": ""})
    assert refused.status_code == 422
    assert not Response.objects.exists()
    long = "전화로 한 말 " * 40
    assert client.post(address, said | {"title": long}).status_code == 302
    assert Reply.objects.get().value == long.strip()
    assert Audit.objects.filter(action="polls.response.hand_in").exists()


def test_a_sheet_of_paper_carries_question_and_consent(client: Client) -> None:
    poll = asking.opened(channels=["web", "paper"])
    _desk(client, poll, Role.TRIAGE)
    target = f"polls.response:{poll.code.lower()}"
    sent = client.post(
        "/desk/channels/paper/", {"target": target, "booth": "경로당", "size": "1", "sample": "0"}
    )
    sheet = client.get(f"{sent['Location']}print/").content.decode()
    assert "한마디로?" in sheet
    assert poll.consent_ko in sheet
    assert "무엇이 바뀌면 좋을까요" not in sheet


def test_a_kiosk_shows_the_question_and_takes_nothing_without_consent(client: Client) -> None:
    poll = asking.opened(channels=["web", "kiosk"])
    _desk(client, poll, Role.OPERATOR)
    target = f"polls.response:{poll.code.lower()}"
    client.post(
        "/desk/channels/kiosks/", {"act": "start", "target": target, "where": "도서관", "pin": "471147"}
    )
    page = client.get("/kiosk/write/").content.decode()
    assert poll.consent_ko in page
    ticket = page.split('name="ticket" value="')[1].split('"')[0]
    refused = client.post("/kiosk/write/", {"ticket": ticket, "title": "무인기에서"})
    assert refused.status_code == 422
    assert "무인기에서" in refused.content.decode()
    assert not Response.objects.exists()
    done = client.post("/kiosk/write/", {"ticket": ticket, "title": "무인기에서", "consented": "on"})
    assert done["Location"].endswith("/kiosk/done/")
    assert (Response.objects.get().channel, Reply.objects.get().value) == ("kiosk", "무인기에서")
