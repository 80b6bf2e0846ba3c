"""The API of the hall: meetings are read, statements answered with the rights of the page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.commons.meetings.domain import planning, recording
from madang.commons.meetings.models import Meeting
from madang.commons.opinions import pseudonyms
from madang.commons.opinions.domain import conversations, counting, statements, voting
from madang.commons.opinions.limits import VOTE
from madang.commons.opinions.models import Conversation, Statement, Vote
from madang.kernel.levels import Level
from madang.kernel.models import User
from madang.portal.api import tokens
from tests import factories as make
from tests.meetings.conftest import Hall, hall_of, held
from tests.opinions import rooms

pytestmark = pytest.mark.django_db
BASE = "/api/v1"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def get(path: str, status: int = 200, **data: str) -> Any:
    answer = Client().get(f"{BASE}{path}", data)
    assert answer.status_code == status, answer.content.decode()[:400]
    return answer.json()


def token(user: User, *scopes: str) -> str:
    return tokens.make(actor=make.actor(user), name=scopes[0], scopes=scopes, days=30)[1]


def put(
    room: Conversation, number: int, answer: Any, *, key: str = "", client: Client | None = None, **more: Any
) -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return (client or Client(enforce_csrf_checks=client is None)).put(
        f"{BASE}/opinions/{room.code}/statements/{number}/answer",
        json.dumps({"answer": answer} | more),
        content_type="application/json",
        headers=headers,
    )


def test_an_answer_counts_as_one_given_on_the_page() -> None:
    room, user = rooms.room(level=Level.CONTACT), make.UserFactory()
    key = token(user, "answers:write")
    first = put(room, 0, "agree", key=key)
    assert first.status_code == 200
    assert first.json() == {"code": room.code, "number": 0, "answer": "agree", "changed": True}
    assert first["Cache-Control"] == "no-store"
    assert put(room, 0, "agree", key=key).json()["changed"] is False
    page = Client()
    page.force_login(user)
    assert (
        page.post(f"/opinions/{room.code}/answer/", {"statement": 0, "answer": "disagree"}).status_code == 302
    )
    assert put(room, 1, "pass", key=key).json()["changed"]
    who = pseudonyms.of_person(room, user)
    assert voting.answers_of(room, who) == {0: -1, 1: 0}
    assert set(Vote.objects.values_list("participant", flat=True)) == {who}, "one person, one pseudonym"
    counting.settle(room.pk)
    assert counting.is_right(room.pk)


@pytest.mark.parametrize("level", [Level.ANONYMOUS, Level.CONTACT, Level.RESIDENT])
def test_who_may_not_answer_leaves_nothing(level: str) -> None:
    room, user = rooms.room(level=level), make.UserFactory()
    assert put(room, 0, "agree").status_code == 401
    assert put(room, 0, "agree", key=token(user, "supports:write")).json()["code"] == "token.scope"
    stolen = Client(enforce_csrf_checks=True)
    stolen.force_login(user)
    assert put(room, 0, "agree", client=stolen).json()["code"] == "csrf"
    if level == Level.RESIDENT:
        refused = put(room, 0, "agree", key=token(user, "answers:write"))
        assert (refused.status_code, refused.json()["code"]) == (403, "level.resident")
    assert not Vote.objects.exists()


def test_what_is_no_answer_is_refused() -> None:
    room, key = rooms.room(), token(make.UserFactory(), "answers:write")
    assert put(room, 0, "perhaps", key=key).status_code == 422
    assert put(room, 0, "agree", key=key, participant="somebody").status_code == 422
    assert put(room, 99, "agree", key=key).json()["code"] == "opinions.statement_gone"
    assert put(room, 10**12, "agree", key=key).status_code == 404
    hidden = Statement.objects.get(conversation=room, number=3)
    facilitator = make.actor(rooms.facilitator())
    statements.hide(actor=facilitator, statement=hidden, reason_code="unclear", note="Nobody understands it.")
    assert put(room, 3, "agree", key=key).status_code == 409
    conversations.close(actor=facilitator, conversation=room)
    assert put(room, 0, "agree", key=key).status_code in (403, 409)
    assert not Vote.objects.exists()


def test_pages_and_programs_share_the_limit(settings: Any) -> None:
    room, user = rooms.room(), make.UserFactory()
    key = token(user, "answers:write")
    settings.LIMITS_TIMES = 2 / VOTE.most
    page = Client()
    page.force_login(user)
    for number in (0, 1):
        page.post(f"/opinions/{room.code}/answer/", {"statement": number, "answer": "agree"})
    settings.LIMITS_TIMES = 2 / VOTE.most
    refused = put(room, 2, "agree", key=key)
    assert refused.status_code == 429
    assert Vote.objects.count() == 2


def test_meetings_are_listed_by_what_comes_and_what_was() -> None:
    hall = hall_of()
    numbers = [hall.meeting(days=days).number for days in (5, 3, 9)]
    hall.come(Meeting.objects.get(number=numbers[0]))
    off = hall.meeting(days=4)
    planning.cancel(actor=hall.actor, meeting=off, reason="강사가 아픕니다.")
    found = get("/meetings")
    assert [one["number"] for one in found["items"]] == [numbers[1], off.number, numbers[0], numbers[2]]
    assert [one["coming"] for one in found["items"]] == [0, 0, 1, 0]
    assert found["next"] is None
    first = get("/meetings", limit="3")
    rest = get("/meetings", limit="3", cursor=first["next"])
    assert [one["number"] for one in first["items"] + rest["items"]] == [
        one["number"] for one in found["items"]
    ]
    assert get("/meetings", when="held")["items"] == []
    assert get("/meetings", 422, when="held", cursor=first["next"])["code"] == "cursor.invalid"


def test_a_list_needs_as_many_queries_for_ten_as_for_one() -> None:
    hall = hall_of()
    hall.meeting()
    get("/meetings")
    with CaptureQueriesContext(connection) as one:
        get("/meetings")
    for day in range(2, 11):
        hall.meeting(days=day)
    with CaptureQueriesContext(connection) as many:
        assert len(get("/meetings")["items"]) == 10
    assert len(one) == len(many)


def test_agenda_and_minutes_are_those_of_the_page() -> None:
    meeting = held()
    told = get(f"/meetings/{meeting.number}")
    assert (told["number"], told["state"]) == (meeting.number, "published")
    agenda = get(f"/meetings/{meeting.number.lower()}/agenda")
    assert [(one["place"], one["title"]) for one in agenda["items"]] == [(1, "여는 말")]
    minutes = get(f"/meetings/{meeting.number}/minutes")
    assert [one["text"] for one in minutes["paragraphs"]] == [
        "보행 신호를 5초 늘리기로 했습니다.",
        "=1+1은 식이 아니라 글입니다.",
    ]
    assert minutes["paragraphs"][0]["second"] == 62
    assert minutes["versions"] == [1]
    assert get("/meetings", when="held")["items"][0]["number"] == meeting.number
    assert get(f"/meetings/{meeting.number}/minutes", 404, version="2")["code"] == "minutes.unknown"
    for path in ("", "/agenda", "/minutes"):
        assert get(f"/meetings/ME-0000-00000-0{path}", 404)["code"] == "meetings.unknown"


def test_minutes_in_work_are_read_by_nobody() -> None:
    hall: Hall = hall_of()
    meeting = hall.meeting("running")
    work = recording.draft(actor=hall.actor, meeting=meeting)
    recording.add(
        actor=hall.actor, minutes=work, text="아직 아무도 보지 못하는 글", item_id=None, question_id=None,
        reference="", second=None,
    )  # fmt: skip
    assert get(f"/meetings/{meeting.number}/minutes", 404)["code"] == "minutes.unknown"
    for kind in ("csv", "json"):
        assert Client().get(f"/meetings/{meeting.number}/minutes.{kind}").status_code == 404
    everything = json.dumps([get("/meetings"), get(f"/meetings/{meeting.number}")], ensure_ascii=False)
    assert "아무도 보지" not in everything
