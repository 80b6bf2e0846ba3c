"""An official prepares, opens, prolongs, closes and calls off; two at one draft lose nothing."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client

from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role
from madang.services.polls import flows
from madang.services.polls.domain import counting, polls
from madang.services.polls.domain.questions import Draft
from madang.services.polls.domain.starters import STARTERS
from madang.services.polls.enums import PollState
from madang.services.polls.models import Poll, Slip
from tests.factories import OrganisationFactory, UserFactory, actor, official
from tests.polls import asking

pytestmark = pytest.mark.django_db


def _fields(client: Client, poll: Poll) -> dict[str, str]:
    """What the browser would send of the edit page."""
    page = client.get(f"/desk/polls/{poll.code}/edit/").content.decode()
    found: dict[str, str] = {"channels": "web"}
    inputs = r'<input type="(?:hidden|text|number)" name="([^"]+)" value="([^"]*)"'
    found |= dict(re.findall(inputs, page))
    found |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', page))
    for name, inner in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        found[name] = chosen[1] if chosen else ""
    for name in re.findall(r'<input type="checkbox" name="([^"]+)"[^>]*checked', page):
        found.setdefault(name, "on")
    return found


@pytest.mark.parametrize("key", list(STARTERS))
def test_a_poll_in_three_steps_from_each_starter(client: Client, key: str) -> None:
    host, user = asking.office()
    client.force_login(user)
    begun = client.post("/desk/polls/new/", {"host": host.pk, "starter": key})
    poll = Poll.objects.get()
    assert begun.url == f"/desk/polls/{poll.code}/edit/"
    assert poll.consent_ko
    assert poll.consent_en
    fields = _fields(client, poll) | {
        "title_ko": "제목",
        "title_en": "Title",
        "q1-ko": "묻는 말",
        "q1-en": "Asked",
    }
    saved = client.post(begun.url, fields | {"do": "open"})
    assert saved.status_code == 302, saved.content.decode()[:3000]
    assert client.get(saved.url).status_code == 200
    assert client.post(saved.url).url == f"/polls/{poll.code}/"
    poll.refresh_from_db()
    assert poll.state == PollState.OPEN
    assert Client().get(f"/polls/{poll.code}/").status_code == 200


def test_opening_freezes_the_questions_and_seals_them() -> None:
    lead = asking.office()
    poll = asking.opened(*asking.EVERY_KIND, lead=lead)
    act = Audit.objects.get(action="polls.poll.open")
    assert act.is_public
    assert [one["number"] for one in act.payload["data"]["questions"]] == list(range(1, 10))
    with pytest.raises(RefusedError):
        polls.edit(actor=actor(lead[1]), poll=poll, seen=poll.revision, questions=[asking.FREE])
    assert poll.questions.count() == 9


def test_what_cannot_be_asked_is_not_opened(client: Client) -> None:
    host, user = asking.office()
    poll = asking.draft(Draft("choice", "하나뿐", "Only one", options=(("하나", "One"),)), lead=(host, user))
    client.force_login(user)
    answer = client.post(f"/desk/polls/{poll.code}/open/")
    assert answer.status_code == 422
    assert "#question-1" in answer.content.decode()
    poll.refresh_from_db()
    assert (poll.state, Audit.objects.filter(action="polls.poll.open").count()) == ("draft", 0)


def test_the_second_of_two_officials_is_told_and_loses_nothing(client: Client) -> None:
    host, user = asking.office()
    other = official(Role.FACILITATOR, host, name="김다른")
    poll = asking.draft(lead=(host, user))
    first, second = Client(), Client()
    first.force_login(other)
    second.force_login(user)
    mine, theirs = _fields(second, poll), _fields(first, poll)
    assert (
        first.post(
            f"/desk/polls/{poll.code}/edit/", theirs | {"title_ko": "먼저 저장한 제목", "do": "save"}
        ).status_code
        == 302
    )
    mine |= {"title_ko": "나중에 적은 제목", "q1-ko": "나중에 적은 질문", "do": "save"}
    told = second.post(f"/desk/polls/{poll.code}/edit/", mine)
    page = told.content.decode()
    assert told.status_code == 409
    assert "김다른" in page
    assert "나중에 적은 제목" in page
    assert "나중에 적은 질문" in page
    assert Poll.objects.get().title_ko == "먼저 저장한 제목"
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    again = second.post(f"/desk/polls/{poll.code}/edit/", mine | {"seen": seen[1]})
    assert again.status_code == 302
    assert Poll.objects.get().title_ko == "나중에 적은 제목"


def test_questions_are_added_moved_and_removed_and_conditions_follow(client: Client) -> None:
    host, user = asking.office()
    yes = Draft("choice", "예?", "Yes?", options=asking.YES_NO)
    poll = asking.draft(
        asking.FREE, yes, Draft("text", "왜?", "Why?", on=2, any_of=("1",)), lead=(host, user)
    )
    client.force_login(user)

    def press(what: str) -> list[tuple[str, dict]]:
        answer = client.post(f"/desk/polls/{poll.code}/edit/", _fields(client, poll) | {"do": what})
        assert answer.status_code == 302, answer.content.decode()[:2000]
        return [(row.label_ko, row.condition) for row in poll.questions.all()]

    assert [label for label, _ in press("up:2")] == ["예?", "한마디로?", "왜?"]
    assert poll.questions.get(number=3).condition == {"question": 1, "any_of": ["1"]}
    assert len(press("add:matrix")) == 4
    left = press("remove:1")
    assert [label for label, _ in left] == ["한마디로?", "왜?", ""]
    assert left[1][1] == {}, "what it hung on is gone"


def test_prolonging_is_public_and_never_shortens(client: Client) -> None:
    lead = asking.office()
    poll = asking.opened(lead=lead)
    client.force_login(lead[1])
    sooner = (poll.closes_at - timedelta(days=1)).astimezone(clock.SEOUL).strftime("%Y-%m-%dT%H:%M")
    later = (poll.closes_at + timedelta(days=1)).astimezone(clock.SEOUL).strftime("%Y-%m-%dT%H:%M")
    address = f"/desk/polls/{poll.code}/act/"
    refused = client.post(address, {"act": "prolong", "until": sooner, "reason": "더 받으려고"})
    assert refused.status_code == 422
    assert "더 받으려고" in refused.content.decode()
    assert client.post(address, {"act": "prolong", "until": later, "reason": ""}).status_code == 422
    assert Poll.objects.get().closes_at == poll.closes_at
    assert (
        client.post(address, {"act": "prolong", "until": later, "reason": "더 받으려고"}).status_code == 302
    )
    act = Audit.objects.get(action="polls.poll.prolong")
    assert (act.is_public, act.reason) == (True, "더 받으려고")
    assert Poll.objects.get().closes_at > poll.closes_at


def test_closing_seals_every_response_and_destroys_what_links_people() -> None:
    lead = asking.office()
    poll = asking.opened(asking.FREE, asking.EVERY_KIND[-1], lead=lead, level="contact", once=True)
    for place in range(3):
        asking.say(poll, raw={1: f"말 {place}", 2: "1"}, user=UserFactory())
    assert Slip.objects.exclude(participant="").count() == 3
    closed = polls.close(actor=actor(lead[1]), poll=poll)
    assert (closed.state, closed.secret) == ("closed", "")
    assert Slip.objects.exclude(participant="").count() == 0
    assert Slip.objects.exclude(code="").count() == 3
    act = Audit.objects.get(action="polls.poll.close")
    assert act.payload["data"]["responses"] == 3
    digest = hashlib.sha256(b"".join(counting.lines(poll))).hexdigest()
    assert act.payload["data"]["responses_sha256"] == closed.digest == digest
    with pytest.raises(RefusedError):
        polls.close(actor=actor(lead[1]), poll=poll)
    assert Audit.objects.filter(action="polls.poll.close").count() == 1


def test_a_closing_that_is_killed_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever comes between the first write and the last: all of it happens, or nothing; then once."""
    poll = asking.opened(level="contact", once=True)
    asking.say(poll, "말", user=UserFactory())

    class KilledError(BaseException):
        pass

    def killed(*args: object, **kwargs: object) -> None:
        raise KilledError

    with clock.at(poll.closes_at):
        with monkeypatch.context() as patch:
            patch.setattr(polls, "_part", killed)
            with pytest.raises(KilledError):
                polls.close_ended()
        poll.refresh_from_db()
        assert (poll.state, bool(poll.secret), Audit.objects.filter(action="polls.poll.close").count()) == (
            "open", True, 0,
        )  # fmt: skip
        assert Slip.objects.exclude(participant="").count() == 1
        assert [polls.close_ended(), polls.close_ended()] == [1, 0]
    assert Audit.objects.filter(action="polls.poll.close").count() == 1


def test_a_poll_that_ends_at_midnight_in_seoul() -> None:
    midnight = clock.seoul(clock.now() + timedelta(days=3)).replace(hour=0, minute=0, second=0, microsecond=0)
    poll = asking.opened(closes_at=midnight)
    with clock.at(midnight - timedelta(microseconds=1)):
        done = asking.say(poll, "아슬아슬")
        assert done.response.day == (midnight - timedelta(days=1)).date()
        assert polls.close_ended() == 0
    with clock.at(midnight), pytest.raises(RefusedError):
        asking.say(poll, "자정")
    with clock.at(midnight):
        assert polls.close_ended() == 1


def test_a_called_off_draft_stays_unseen_and_an_open_one_says_so(client: Client) -> None:
    lead = asking.office()
    unseen = asking.draft(lead=lead, opens_at=clock.now() + timedelta(days=1))
    polls.call_off(actor=actor(lead[1]), poll=unseen, reason="다른 설문과 합칩니다")
    poll = asking.opened(lead=lead)
    asking.say(poll, "말")
    polls.call_off(actor=actor(lead[1]), poll=poll, reason="질문이 잘못되었습니다")
    assert client.get(f"/polls/{unseen.code}/").status_code == 404
    assert client.get(f"/polls/{poll.code}/").status_code == 200
    assert Poll.objects.exclude(secret="").count() == 0
    listed = client.get("/polls/").content.decode()
    assert poll.code in listed
    assert unseen.code not in listed


def test_only_those_of_the_office_may(client: Client) -> None:
    poll = asking.draft()
    assert client.get("/desk/polls/").status_code == 302
    for user, status in ((UserFactory(), 403), (official(Role.ANALYST, OrganisationFactory()), 404)):
        client.force_login(user)
        for page in ("", "edit/", "preview/", "open/", "close/"):
            assert client.get(f"/desk/polls/{poll.code}/{page}").status_code == status, page
        assert client.post(f"/desk/polls/{poll.code}/open/").status_code == status
    coder = official(Role.CODER, poll.host)
    client.force_login(coder)
    assert client.get(f"/desk/polls/{poll.code}/").status_code == 200
    assert client.post(f"/desk/polls/{poll.code}/open/").status_code == 403
    poll.refresh_from_db()
    assert poll.state == "draft"


def test_every_step_has_its_policy() -> None:
    from madang.kernel import policy

    for flow in (flows.POLL, flows.CODEBOOK, flows.OBJECTION):
        for step in flow.steps:
            assert f"{flow.name}.{step.name}" in policy._policies


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"once": True}, "polls.level"),
        ({"embed_origins": ["https://a.example"], "level": "contact"}, "polls.embed_origins"),
    ],
)
def test_fields_that_contradict_each_other(fields: dict, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        asking.draft(**fields)
    assert refused.value.code == code
    assert Poll.objects.count() == 0


def test_the_database_refuses_a_closed_poll_with_a_secret() -> None:
    poll = asking.opened()
    with pytest.raises(IntegrityError):
        Poll.objects.filter(pk=poll.pk).update(state="closed")
