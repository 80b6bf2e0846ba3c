"""A resident answers, changes, withdraws, and finds her answer again by its code alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from madang.commons.ledger import api as ledger
from madang.kernel import clock
from madang.kernel.domain.audit import canonical
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Outbox
from madang.services.polls.domain import counting, polls, responses, slips
from madang.services.polls.domain.questions import Draft
from madang.services.polls.models import Reply, Response, Slip, Trait
from madang.services.polls.web import tickets
from tests.factories import UserFactory, actor
from tests.polls import asking

pytestmark = pytest.mark.django_db


def _send(client: Client, poll, ticket: str, **fields):
    with clock.at(clock.now() + timedelta(seconds=5)):
        return client.post(f"/polls/{poll.code}/", {"ticket": ticket, "consent": "1", **fields}, follow=True)


def test_an_answer_is_kept_and_its_code_opens_it(client: Client) -> None:
    poll = asking.opened()
    ticket = asking.ticket_on(client, f"/polls/{poll.code}/")
    page = _send(client, poll, ticket, q1="국민이 주인인 정부").content.decode()
    code = asking.code_on(page)
    assert Reply.objects.get().value == "국민이 주인인 정부"
    opened = client.post("/polls/receipt/", {"code": code.lower().replace("-", " ")}).content.decode()
    assert "국민이 주인인 정부" in opened
    assert slips.number_of(code) in opened


def test_a_double_click_and_the_same_form_in_two_tabs_hand_in_once(client: Client) -> None:
    poll = asking.opened()
    ticket = asking.ticket_on(client, f"/polls/{poll.code}/")
    first = asking.code_on(_send(client, poll, ticket, q1="한 번").content.decode())
    again = asking.code_on(_send(Client(), poll, ticket, q1="한 번").content.decode())
    assert first == again
    assert Response.objects.get().revision == 1
    _send(client, poll, ticket, q1="두 번째 생각")  # gone back, changed, sent again
    assert Response.objects.get().revision == 2
    assert Reply.objects.get().value == "두 번째 생각"


def test_nothing_names_the_person(client: Client) -> None:
    poll, user = asking.opened(level="contact", once=True), UserFactory()
    client.force_login(user)
    ticket = asking.ticket_on(client, f"/polls/{poll.code}/")
    before = dict(client.session)
    _send(client, poll, ticket, q1="아무도 모르게")
    assert dict(client.session) == before
    assert not Audit.objects.filter(actor=user).exists()
    act = Audit.objects.get(action="polls.response.hand_in")
    response = Response.objects.get()
    assert (act.actor_kind, act.is_public) == ("anonymous", False)
    assert str(response.pk) not in str(act.payload)
    assert act.target not in {response.slip.code, str(response.pk)}
    assert b"private" in bytes(Outbox.objects.get(audit=act).leaf)


def test_the_receipt_seals_the_answer_for_its_holder() -> None:
    poll = asking.opened()
    done = asking.say(poll, "약속을 지키는 정부", may_quote=True)
    text = responses.receipt_file(done.code)
    assert ledger.verify_receipt(text).ok
    said = {"replies": {"1": "약속을 지키는 정부"}, "traits": {}, "may_quote": True}
    assert slips.fingerprint(done.code, poll, said) in text
    assert done.code not in text
    # Without the code nobody gets the fingerprint from the words.
    import hashlib

    assert hashlib.sha256(canonical(said)).hexdigest() not in text


def test_the_same_answer_again_writes_nothing_and_another_one_replaces_it() -> None:
    poll = asking.opened(asking.FREE, asking.EVERY_KIND[-1])
    done = asking.say(poll, raw={1: "처음", 2: "1"})
    again = asking.say(poll, raw={1: "처음", 2: "1"}, code=done.code)
    assert (again.is_new, Audit.objects.filter(action__startswith="polls.response").count()) == (False, 1)
    asking.say(poll, raw={1: "나중"}, code=done.code)
    assert (Reply.objects.get().value, Trait.objects.count()) == ("나중", 0)
    assert Audit.objects.filter(action="polls.response.change").count() == 1


def test_each_person_once_a_second_answer_changes_the_first() -> None:
    poll, user, other = asking.opened(level="contact", once=True), UserFactory(), UserFactory()
    first = asking.say(poll, "하나", user=user)
    second = asking.say(poll, "둘", user=user)
    asking.say(poll, "셋", user=other)
    assert Response.objects.count() == 2
    assert second.is_change
    assert slips.by_code(second.code).pk == first.response.pk
    assert slips.by_code(first.code) is None
    with pytest.raises(RefusedError, match="다른 사람"):
        asking.say(poll, "남의 것", user=other, code=second.code)
    assert sorted(Reply.objects.values_list("value", flat=True)) == ["둘", "셋"]


def test_taken_back_words_are_gone_and_it_counts_nowhere(client: Client) -> None:
    poll = asking.opened(asking.FREE, asking.EVERY_KIND[-1])
    done = asking.say(poll, raw={1: "거둘 말", 2: "2"}, may_quote=True)
    asked = client.post("/polls/receipt/", {"code": done.code, "act": "withdraw"}).content.decode()
    assert Reply.objects.count() == 1, "it asks first"
    assert 'name="sure"' in asked
    client.post("/polls/receipt/", {"code": done.code, "act": "withdraw", "sure": "1"})
    assert (Reply.objects.count(), Trait.objects.count()) == (0, 0)
    assert counting.counts_of(poll) == {"responses": 0, "withdrawn": 1, "channels": {}}
    with pytest.raises(RefusedError):
        responses.withdraw(code=done.code)
    with pytest.raises(RefusedError):
        asking.say(poll, "다시", code=done.code)


def test_errors_stand_beside_the_field_and_everything_typed_is_kept(client: Client) -> None:
    poll = asking.opened(*asking.EVERY_KIND)
    ticket = asking.ticket_on(client, f"/polls/{poll.code}/")
    answer = _send(
        client, poll, ticket, q1="", q2="1", q3="좋았습니다", q4=["1", "2", "3"], q5="4", q6_1="1", q6_2="1",
        q7_1="2", q9="1", may_quote="1",
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert Response.objects.count() == 0
    for expected in ('id="q1-error"', 'id="q4-error"', 'id="q6-error"', "좋았습니다"):
        assert expected in page
    for chosen in ("q2-1", "q4-1", "q4-2", "q4-3", "q5-4", "q7-1-2", "q9-1", "may_quote", "consent"):
        assert page.count("checked") >= 9
        assert f'id="{chosen}"' in page
    assert ticket in page, "the ticket stays, so that the next try is the same response"


def test_what_a_condition_hides_is_not_kept(client: Client) -> None:
    poll = asking.opened(*asking.EVERY_KIND)
    ticket = asking.ticket_on(client, f"/polls/{poll.code}/")
    answer = _send(client, poll, ticket, q1="말", q2="2", q3="보이지 않는 물음에 적은 말")
    assert answer.status_code == 200
    assert sorted(Reply.objects.values_list("question__number", flat=True)) == [1, 2]


def test_a_poll_that_takes_no_answer_keeps_no_file(client: Client) -> None:
    """A closed or foreign form is no way to fill the disk."""
    from django.core.files.storage import default_storage

    from madang.services.polls.domain import files
    from tests.security.conftest import picture

    now = clock.now()
    poll = asking.opened(
        asking.FREE, Draft("file", "사진?", "A picture?"), closes_at=now + timedelta(hours=1)
    )
    ticket = asking.ticket_on(client, f"/polls/{poll.code}/")

    def kept() -> set[str]:
        there = default_storage.exists(files.FOLDER)
        return set(default_storage.listdir(files.FOLDER)[1]) if there else set()

    before = kept()
    sent = {"ticket": ticket, "consent": "1", "q1": "늦은 말"}
    with clock.at(now + timedelta(hours=2)):
        late = client.post(f"/polls/{poll.code}/", sent | {"q2": picture()})
    assert late.status_code in (403, 409)
    assert kept() == before
    assert _send(client, poll, ticket, q1="제때 한 말", q2=picture()).status_code == 200
    assert len(kept() - before) == 1


def test_without_consent_nothing_is_kept(client: Client) -> None:
    poll = asking.opened()
    ticket = asking.ticket_on(client, f"/polls/{poll.code}/")
    answer = _send(client, poll, ticket, q1="말", consent="")
    assert (answer.status_code, Response.objects.count(), Slip.objects.count()) == (422, 0, 0)
    assert "말</textarea>" in answer.content.decode()


def test_a_forged_or_foreign_ticket_is_renewed_and_nothing_is_lost(client: Client) -> None:
    poll, other = asking.opened(), asking.opened()
    foreign = asking.ticket_on(client, f"/polls/{other.code}/")
    for ticket in ("", "forged", foreign):
        answer = _send(client, poll, ticket, q1="남는 말")
        assert answer.status_code == 422
        assert "남는 말</textarea>" in answer.content.decode()
    assert Response.objects.count() == 0


@pytest.mark.parametrize("typed", ["", "ABCD", "가나다라", "0" * 20, "x" * 5000])
def test_wrong_codes_open_nothing(client: Client, typed: str) -> None:
    assert client.post("/polls/receipt/", {"code": typed}).status_code == 422


def test_a_response_in_the_last_second_is_counted_or_refused() -> None:
    poll = asking.opened()
    with clock.at(poll.closes_at - timedelta(seconds=1)):
        asking.say(poll, "마지막 순간")
    with clock.at(poll.closes_at), pytest.raises(RefusedError):
        asking.say(poll, "늦었습니다")
    with clock.at(poll.closes_at):
        assert polls.close_ended() == 1
    poll.refresh_from_db()
    assert counting.counts_of(poll)["responses"] == 1


def test_after_closing_the_code_still_opens_but_changes_nothing(client: Client) -> None:
    poll = asking.opened()
    done = asking.say(poll, "남는 말")
    with clock.at(poll.closes_at):
        polls.close_ended()
        opened = client.post("/polls/receipt/", {"code": done.code}).content.decode()
        assert "남는 말" in opened
        assert 'value="withdraw"' not in opened
        with pytest.raises(RefusedError):
            responses.withdraw(code=done.code)
        with pytest.raises(RefusedError):
            asking.say(poll, "고친 말", code=done.code)
    assert Reply.objects.get().value == "남는 말"


def test_a_poll_that_has_not_begun_takes_nothing(client: Client) -> None:
    poll = asking.opened(opens_at=clock.now() + timedelta(days=1))
    page = client.get(f"/polls/{poll.code}/").content.decode()
    assert "data-poll" not in page
    with pytest.raises(RefusedError):
        asking.say(poll, "이른 말")


def test_who_has_to_sign_in_sees_the_questions_first(client: Client) -> None:
    poll = asking.opened(level="contact")
    page = client.get(f"/polls/{poll.code}/").content.decode()
    assert "한마디로?" in page
    assert "/account/login/" in page
    answer = client.post(f"/polls/{poll.code}/", {"q1": "말", "consent": "1"})
    again = answer.content.decode()
    assert answer.status_code == 403 and ">말</textarea>" in again and "checked" in again
    assert 'target="_blank"' in again, "the window with the answers stays"
    assert Response.objects.count() == 0


def test_signing_in_in_another_window_loses_no_tick() -> None:
    """It makes the protection of every open form run out: the form comes back filled in, and the second try is taken."""
    poll, client = asking.opened(*asking.EVERY_KIND, level="contact"), Client(enforce_csrf_checks=True)
    here = f"/polls/{poll.code}/"
    typed = {
        "q1": "밤새 쓴 말",
        "q2": "2",
        "q4": ["1", "3"],
        "q5": "4",
        "q7_1": "1",
        "q9": "2",
        "consent": "1",
    }
    typed["ticket"] = asking.ticket_on(client, here)
    client.force_login(UserFactory())
    with clock.at(clock.now() + timedelta(minutes=1)):
        asked = client.post(here, typed | {"csrfmiddlewaretoken": "x" * 64})
        page = asked.content.decode()
        assert asked.status_code == 403 and not Response.objects.exists()
        ticked = set(re.findall(r'name="(q\d+(?:_\d)?|consent)" value="(\d)"[^>]* checked', page))
        assert ticked == {
            ("q2", "2"),
            ("q4", "1"),
            ("q4", "3"),
            ("q5", "4"),
            ("q7_1", "1"),
            ("q9", "2"),
            ("consent", "1"),
        }
        assert ">밤새 쓴 말</textarea>" in page
        assert asking.ticket_in(page) != typed["ticket"], (
            "whoever made the stale form may know what its receipt will be"
        )
        token = client.cookies["csrftoken"].value
    with clock.at(clock.now() + timedelta(minutes=2)):
        done = client.post(here, typed | {"csrfmiddlewaretoken": token, "ticket": asking.ticket_in(page)})
    assert done.status_code == 200 and Response.objects.count() == 1


def test_another_site_names_no_answer_that_would_be_changed() -> None:
    """The form that comes back may have been made elsewhere: it never carries somebody's receipt code along."""
    poll = asking.opened()
    code = asking.say(poll, "먼저 한 말").code
    foreign = tickets.make(poll, code=code)
    answer = Client(enforce_csrf_checks=True).post(
        f"/polls/{poll.code}/", {"q1": "남의 말", "ticket": foreign}
    )
    page = answer.content.decode()
    assert answer.status_code == 403 and "남의 말" in page and 'name="ticket"' not in page
    assert Reply.objects.get().value == "먼저 한 말"


def test_drafts_of_others_do_not_exist(client: Client) -> None:
    poll = asking.draft()
    assert client.get(f"/polls/{poll.code}/").status_code == 404
    client.force_login(UserFactory())
    assert client.get(f"/polls/{poll.code}/").status_code == 404


def test_levels_are_asked(client: Client) -> None:
    poll = asking.opened(level="resident", once=True)
    with pytest.raises(RefusedError):
        responses.hand_in(actor=actor(UserFactory()), poll=poll, raw={1: "말"}, has_consented=True)


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("how", ["closed by the office", "its time is over"])
def test_an_answer_that_comes_too_late_is_shown_again_with_the_reason(language: str, how: str) -> None:
    lead = asking.office()
    poll = asking.opened(*asking.EVERY_KIND, lead=lead, embed_origins=["https://www.haedam.example"])
    client = Client()
    ticket = asking.ticket_on(client, f"/polls/{poll.code}/")
    if how == "closed by the office":
        polls.close(actor=actor(lead[1]), poll=poll)
    before = (Response.objects.count(), Audit.objects.count())
    fields = {
        "q1": "밤새 쓴 <말>",
        "q2": "1",
        "q3": "",
        "q4": ["1", "3"],
        "q6_1": "2",
        "q6_2": "1",
        "q7_1": "1",
    }
    late = clock.now() + timedelta(days=0 if how == "closed by the office" else 8)
    for where in ("", "embed/"):
        with clock.at(late):
            answer = client.post(
                f"{language}/polls/{poll.code}/{where}", {"ticket": ticket, "consent": "1", **fields}
            )
        page = answer.content.decode()
        assert answer.status_code == 403
        assert ("not open any more" if language else "이제 열려 있지 않아요") in page
        assert "밤새 쓴 &lt;말&gt;" in page
        assert ("<li>A</li><li>C</li>" if language else "<li>가</li><li>다</li>") in page
        assert '<form class="poll-form"' not in page
    assert (Response.objects.count(), Audit.objects.count()) == before
