"""Acting through the API: filing, supporting, commenting, receipts; every refusal as a problem in two languages."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from madang.commons.ledger import api as ledger
from madang.commons.matters.models import Matter
from madang.kernel import clock
from madang.kernel.web import limits
from madang.portal.api import idempotency
from madang.portal.api.problems import ProblemError
from madang.portal.jobs import clear_answers
from madang.portal.models import KeptAnswer
from madang.services.square.domain import ideas as square
from madang.services.square.models import Comment, Support
from tests.factories import UserFactory, actor, idea, later, process, supporters

pytestmark = pytest.mark.django_db
BASE = "/api/v1"
HANGUL = re.compile("[가-힣]")
KEY = "0f8d5c0e-9f6b-4a51-8f1e-0c3f1b6f7a11"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def words(**more: Any) -> dict[str, Any]:
    return {
        "process": "test",
        "title": "도서관을 한 시간 더 열어 주세요",
        "body": "퇴근하고 가면 문이 닫혀 있습니다. 한 시간만 더 열면 많은 사람이 갈 수 있습니다.",
        **more,
    }


def send(
    method: str, path: str, body: Any = None, *, status: int, client: Client | None = None, **headers: str
) -> Any:
    response = (client or Client()).generic(
        method,
        f"{BASE}{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers=headers,
    )
    assert response.status_code == status, response.content.decode()[:500]
    if status >= 400:
        assert response["Content-Type"] == "application/problem+json"
        found = response.json()
        assert found["status"] == status
        assert set(found) == {"type", "title", "status", "detail", "code", "errors"}
        return found
    return response.json()


def signed_in(user: Any = None) -> Client:
    client = Client()
    client.force_login(user or UserFactory())
    return client


def test_filing_without_an_account_gives_a_receipt_that_holds() -> None:
    process()
    filed = send(
        "POST",
        "/ideas",
        words(author_label="이웃", contact_email="me@example.kr", category="safety"),
        status=201,
    )
    matter = Matter.objects.get(number=filed["number"])
    assert (matter.author, matter.author_label, matter.channel) == (None, "이웃", "api")
    assert matter.contact.email == "me@example.kr"
    assert ledger.verify_receipt(filed["receipt"]).ok
    assert filed["links"]["api"].endswith(f"/api/v1/ideas/{filed['number']}")
    opened = send("POST", "/receipt", {"code": filed["code"].lower().replace("-", " ")}, status=200)
    assert (opened["number"], opened["state"]) == (filed["number"], "open")
    assert opened["receipt"]
    listed = Client().get(f"{BASE}/ideas").content.decode()
    assert "example.kr" not in listed
    assert filed["code"] not in listed


def test_filing_with_an_account() -> None:
    process(filing="account")
    assert send("POST", "/ideas", words(), status=401)["code"] == "sign_in"
    user = UserFactory(name="김이웃")
    filed = send(
        "POST",
        "/ideas",
        words(origin="organised", group_name="골목 모임"),
        status=201,
        client=signed_in(user),
    )
    matter = Matter.objects.get(number=filed["number"])
    assert (matter.author, matter.origin, matter.group_name) == (user, "organised", "골목 모임")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"process": "nowhere"}, "process"),
        ({"category": "nothing"}, "category"),
        ({"title": " \u200e 가  "}, "title"),
        ({"body": "짧다"}, "body"),
        ({"body": "길" * 5001}, "body"),
        ({"title": 7}, "title"),
        ({"origin": "agency"}, "origin"),
        ({"origin": "organised"}, "group_name"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"state": "answered"}, "state"),
        ({"body": None}, "body"),
        ({"title": "\ud800\ud800 \ud800\ud800\ud800"}, "title"),
    ],
)
def test_every_field_that_is_wrong_is_named_in_both_languages(more: dict[str, Any], field: str) -> None:
    process()
    said = {}
    for language in ("ko", "en"):
        refused = send("POST", "/ideas", words(**more), status=422, **{"Accept-Language": language})
        [error] = refused["errors"]
        assert error["field"] == field
        said[language] = f"{refused['title']} {refused['detail']} {error['message']}"
        assert bool(HANGUL.search(said[language])) is (language == "ko"), said[language]
        assert "%(" not in said[language]
    assert not Matter.objects.exists()


def test_missing_fields_and_broken_json() -> None:
    process()
    missing = send("POST", "/ideas", {}, status=422)
    assert {error["field"] for error in missing["errors"]} == {"process", "title", "body"}
    for raw, kind, status, code in (
        ("{", "application/json", 400, "body.unreadable"),
        ("[" * 50_000, "application/json", 400, "body.unreadable"),
        ('{"title": "\xff"}'.encode("latin-1"), "application/json", 400, "body.unreadable"),
        ("[]", "application/json", 422, "request.invalid"),
        ("", "application/json", 422, "request.invalid"),
        ("title=x", "application/x-www-form-urlencoded", 415, "body.type"),
        ("x" * 100_001, "application/json", 413, "body.too_large"),
    ):
        answer = Client().generic("POST", f"{BASE}/ideas", raw, content_type=kind)
        assert (answer.status_code, answer.json()["code"]) == (status, code), raw[:20]
        assert answer["Content-Type"] == "application/problem+json"


def test_refusals_of_addresses_and_methods() -> None:
    for language in ("ko", "en"):
        header = {"Accept-Language": language}
        for path in ("/nothing", "/", "/ideas/ID-2601-00001-1", "/ideas/xx/history"):
            refused = send("GET", path, status=404, **header)
            assert bool(HANGUL.search(refused["detail"])) is (language == "ko")
        refused = send("PATCH", "/ideas", {}, status=405, **header)
        assert refused["code"] == "method.not_allowed"
        assert bool(HANGUL.search(refused["title"])) is (language == "ko")
    response = Client().delete(f"{BASE}/plan")
    assert "GET" in response["Allow"]


def test_languages_that_we_do_not_speak_are_korean() -> None:
    for header, language in (
        ("", "ko"),
        ("fr, *;q=0.1", "ko"),
        ("en-GB,ko;q=0.5", "en"),
        ("ko-KR,en;q=0.9", "ko"),
    ):
        response = Client().get(f"{BASE}/nothing", headers={"Accept-Language": header})
        assert response["Content-Language"] == language
        assert bool(HANGUL.search(response.json()["title"])) is (language == "ko")
        assert "Accept-Language" in response["Vary"]


def test_a_request_sent_twice_is_answered_once() -> None:
    process()
    header = {"Idempotency-Key": KEY}
    first = send("POST", "/ideas", words(), status=201, **header)
    again = send("POST", "/ideas", words(), status=201, **header)
    assert again == first
    assert Matter.objects.count() == 1
    other = send("POST", "/ideas", words(title="다른 제목의 제안입니다"), status=422, **header)
    assert other["code"] == "idempotency.reused"
    assert Matter.objects.count() == 1
    # Another person's key is another key.
    mine = send("POST", "/ideas", words(), status=201, client=signed_in(), **header)
    assert mine["number"] != first["number"]
    with clock.at(later(1.1)):
        late = send("POST", "/ideas", words(), status=201, **header)
    assert late["number"] != first["number"]


def test_what_is_kept_for_a_repeat_is_no_session_and_not_readable() -> None:
    process()
    filed = send("POST", "/ideas", words(), status=201, **{"Idempotency-Key": KEY})
    [row] = KeptAnswer.objects.all()
    kept = f"{row.name} {row.claim} {row.answer}"
    assert filed["code"] not in kept
    assert KEY not in kept
    assert clear_answers() == 0
    with clock.at(later(1.1)):
        assert clear_answers() == 1


def test_a_second_request_under_a_key_at_work_waits_its_turn() -> None:
    """The second comes while the first is inside its act; a claim left by a dead process is taken over later."""
    met: list[str] = []

    def second() -> dict[str, Any]:
        raise AssertionError("must not act")

    def first() -> dict[str, Any]:
        with pytest.raises(ProblemError) as refused:
            idempotency.once(owner="a", scope="s", key=KEY, asked="x", act=second)
        met.append(f"{refused.value.status} {refused.value.code} {refused.value.headers['Retry-After']}")
        return {"n": 1}

    assert idempotency.once(owner="a", scope="s", key=KEY, asked="x", act=first) == {"n": 1}
    assert met == ["409 idempotency.at_work 2"]
    assert idempotency.once(owner="a", scope="s", key=KEY, asked="x", act=second) == {"n": 1}
    KeptAnswer.objects.update(answer="")  # as a process leaves it that dies before its act is written
    with pytest.raises(ProblemError):
        idempotency.once(owner="a", scope="s", key=KEY, asked="x", act=second)
    with clock.at(later(2 / 24 / 60)):
        taken = idempotency.once(owner="a", scope="s", key=KEY, asked="x", act=lambda: {"n": 2})
    assert taken == {"n": 2}


def test_whoever_lost_its_claim_does_not_act() -> None:
    """The first was so slow that another took the key over before its act began."""

    def theirs() -> dict[str, Any]:
        KeptAnswer.objects.update(claim="2" * 32)
        return {"n": 1}

    with pytest.raises(ZeroDivisionError):
        idempotency.once(owner="a", scope="s", key=KEY, asked="x", act=lambda: {"n": 1 // 0})
    assert not KeptAnswer.objects.exists()  # a failed act leaves the key free
    idempotency.once(owner="a", scope="s", key=KEY, asked="x", act=theirs)
    assert KeptAnswer.objects.get().answer == ""  # the new holder's claim is not written over


def test_a_refused_request_leaves_its_key_free() -> None:
    made = process()
    made.cells.update(can_file=False)
    header = {"Idempotency-Key": KEY}
    assert send("POST", "/ideas", words(), status=403, **header)["code"] == "phase.closed"
    made.cells.update(can_file=True)
    send("POST", "/ideas", words(), status=201, **header)
    short = send("POST", "/ideas", words(), status=422, **{"Idempotency-Key": "1"})
    assert short["errors"][0]["field"] == "Idempotency-Key"


def test_support_counts_once_and_can_be_taken_back() -> None:
    made = idea()
    path = f"/ideas/{made.matter.number}/support"
    assert send("PUT", path, status=401)["code"] == "sign_in"
    client = signed_in()
    assert send("PUT", path, status=200, client=client)["changed"] is True
    assert send("PUT", path, status=200, client=client)["changed"] is False
    assert Support.objects.filter(withdrawn_at__isnull=True).count() == 1
    taken = send("DELETE", path, status=200, client=client)
    assert (taken["supported"], taken["changed"]) == (False, True)
    send("PUT", path, status=200, client=client)
    supporters(made, 2)
    assert send("DELETE", path, status=409, client=client)["code"] == "support.counted"
    assert send("PUT", path, status=403, client=signed_in(made.matter.author))["code"] == "idea.own"
    assert send("PUT", "/ideas/ID-2601-00001-1/support", status=404, client=client)["code"] == "idea.unknown"


def test_a_support_costs_three_statements(django_assert_num_queries) -> None:
    """Session with its person, idea with its cell, and the insert: it is what a hot idea can take that hangs on it."""
    path = f"/ideas/{idea().matter.number}/support"
    send("PUT", path, status=200, client=signed_in())  # what is kept from the first time on is kept now
    client = signed_in()
    with django_assert_num_queries(3):
        assert send("PUT", path, status=200, client=client)["changed"] is True


def test_comments_and_replies() -> None:
    made, elsewhere = idea(), idea()
    path = f"/ideas/{made.matter.number}/comments"
    body = {"body": "좋은 생각이에요", "stance": "for"}
    assert send("POST", path, body, status=401)["code"] == "sign_in"
    client = signed_in(UserFactory(name="말한이"))
    said = send("POST", path, body, status=201, client=client, **{"Idempotency-Key": KEY})
    assert said["author"] == "말한이"
    assert send("POST", path, body, status=201, client=client, **{"Idempotency-Key": KEY}) == said
    reply = send("POST", path, body | {"parent": said["id"]}, status=201, client=client)
    assert Comment.objects.get(parent__isnull=False).reference == reply["id"]
    assert Comment.objects.count() == 2
    foreign = square.comment(actor=actor(UserFactory()), idea=elsewhere, body="다른 곳", stance="for")
    for parent in (foreign.reference, "comment:999", "comment:²", "x"):
        assert (
            send("POST", path, body | {"parent": parent}, status=422, client=client)["code"]
            == "comment.parent"
        )
    refused = send("POST", path, {"body": "  \u202e ", "stance": "maybe"}, status=422, client=client)
    assert {error["field"] for error in refused["errors"]} == {"body", "stance"}


def test_receipt_of_nothing() -> None:
    for code in ("0000-0000-0000-0000-0000", "not a code at all, really"):
        assert send("POST", "/receipt", {"code": code}, status=404)["code"] == "receipt.unknown"


def test_a_session_needs_the_token_of_the_page() -> None:
    made = idea()
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    path = f"/ideas/{made.matter.number}/support"
    assert send("PUT", path, status=403, client=client)["code"] == "csrf"
    assert not Support.objects.exists()
    client.cookies["csrftoken"] = token = "a" * 32
    assert send("PUT", path, status=200, client=client, **{"X-CSRFToken": token})["supported"] is True
    # Without a session there is nothing to protect.
    send("POST", "/ideas", words(), status=201, client=Client(enforce_csrf_checks=True))


def test_writing_has_a_limit_for_each_person_and_address(monkeypatch: pytest.MonkeyPatch) -> None:
    process()
    monkeypatch.setattr(limits, "FILE", limits.Limit("file", 2, 3600))
    for _ in range(2):
        send("POST", "/ideas", words(), status=201)
    response = Client().post(f"{BASE}/ideas", words(), content_type="application/json")
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 7200
    assert response.json()["code"] == "limit.reached"
    assert Matter.objects.count() == 2
    send("POST", "/ideas", words(), status=201, client=signed_in())
    with clock.at(clock.now() + timedelta(seconds=int(response["Retry-After"]))):
        send("POST", "/ideas", words(), status=201)
    monkeypatch.setattr(limits, "API_WRITE", limits.Limit("api.write", 1, 600))
    cache.clear()
    send("POST", "/receipt", {"code": "0000-0000-0000-0000-0000"}, status=404)
    send("POST", "/receipt", {"code": "0000-0000-0000-0000-0000"}, status=429)
    assert Client().get(f"{BASE}/ideas").status_code == 200


def test_a_busy_database_and_a_slip_of_ours_are_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    from madang.portal.api import ideas as routes

    def busy(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(routes.square, "open_processes", busy)
    response = Client().get(f"{BASE}/processes")
    assert (response.status_code, response.json()["code"]) == (503, "database.busy")
    assert response["Retry-After"]

    def slip(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError("a slip with a secret in it")

    monkeypatch.setattr(routes.square, "open_processes", slip)
    found = send("GET", "/processes", status=500)
    assert found["code"] == "server.error"
    assert "secret" not in json.dumps(found)
