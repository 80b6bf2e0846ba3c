"""A receipt code opens one matter and leaves no trace of itself."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client

from madang.commons.matters.models import Matter
from madang.kernel import clock, ids
from madang.kernel.sessions import SessionStore
from madang.kernel.web import once
from tests import factories as make

CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){4}")
UNKNOWN = ("ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ", "0000-0000-0000-0000-0001", "ABCD EFGH JKMN PQRS TVWX")
PLAUSIBLE = (
    "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZ",
    "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZU",
    "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZZ",
    "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZ한",
)


@pytest.fixture(autouse=True)
def _fresh(db: None) -> None:
    cache.clear()
    make.process()


def filed(client: Client) -> str:
    """File an idea without an account through the pages; the code as the receipt page shows it."""
    with clock.at(clock.now() - timedelta(minutes=1)):
        ticket = once.ticket()
    answer = client.post(
        "/ideas/new/test/",
        {
            "ticket": ticket, "title": "골목 가로등을 고쳐 주세요", "origin": "individual",
            "body": "밤에 골목이 어두워서 걷기가 무섭습니다. 등을 고쳐 주세요.",
        },
    )  # fmt: skip
    assert (answer.status_code, answer["Location"]) == (302, "/ideas/filed/")
    code = CODE.search(client.get("/ideas/filed/").content.decode())
    assert code is not None
    return code[0]


def normal(page: str, typed: str) -> str:
    return re.sub(r'value="[^"]*"', "", page.replace(typed, "").replace(typed.strip(), ""))


def test_a_wrong_code_and_an_unknown_one_get_the_same_answer() -> None:
    pages, problems = set(), set()
    for code in (*UNKNOWN, *PLAUSIBLE):
        cache.clear()
        answer = Client().post("/receipt/", {"code": code})
        pages.add((answer.status_code, normal(answer.content.decode(), code)))
        told = Client().post("/api/v1/receipt", {"code": code}, content_type="application/json")
        problems.add((told.status_code, told.content.decode()))
    assert len(pages) == 1
    assert len(problems) == 1


def test_guessing_is_slowed_for_a_session_and_for_an_address() -> None:
    one = Client()
    one.get("/receipt/")
    said = [one.post("/receipt/", {"code": UNKNOWN[0]}).status_code for _try in range(12)]
    assert (said[0], said[-1]) == (422, 429)
    fresh = [Client().post("/receipt/", {"code": UNKNOWN[0]}).status_code for _try in range(60)]
    assert fresh[-1] == 429
    spoofed = Client(headers={"X-Forwarded-For": "203.0.113.9"}).post("/receipt/", {"code": UNKNOWN[0]})
    assert spoofed.status_code == 429
    cache.clear()
    api = [
        Client().post("/api/v1/receipt", {"code": UNKNOWN[0]}, content_type="application/json").status_code
        for _try in range(61)
    ]
    assert (api[0], api[-1]) == (404, 429)


def test_who_has_no_session_yet_counts_alone_at_an_address() -> None:
    """The form's cookie tells two browsers of a library apart; a third, elsewhere, is not concerned at all."""
    flooder, other = Client(), Client()
    for one in (flooder, other):
        one.get("/receipt/")
        assert "sessionid" not in one.cookies
    said = [flooder.post("/receipt/", {"code": UNKNOWN[0]}).status_code for _try in range(30)]
    assert (said[0], said[-1]) == (422, 429)
    assert other.post("/receipt/", {"code": UNKNOWN[0]}).status_code == 422
    for _try in range(70):  # cookies that are made up share what the address may
        said.append(Client().post("/receipt/", {"code": UNKNOWN[0]}).status_code)
        invented = Client()
        invented.cookies["csrftoken"] = f"{_try:032d}"
        said.append(invented.post("/receipt/", {"code": UNKNOWN[0]}).status_code)
    assert said[-1] == 429
    assert other.post("/receipt/", {"code": UNKNOWN[0]}).status_code == 429
    elsewhere = Client(REMOTE_ADDR="198.51.100.7").post("/receipt/", {"code": UNKNOWN[0]})
    assert elsewhere.status_code == 422


def everything_stored() -> str:
    """Every cell of every table, sessions opened."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
            found += [
                str(bytes(cell) if isinstance(cell, memoryview) else cell) for row in cursor for cell in row
            ]
    found += [str(SessionStore().decode(session.session_data)) for session in Session.objects.all()]
    return "\n".join(found)


def test_the_database_holds_the_hash_alone() -> None:
    code = filed(Client())
    stored = everything_stored()
    assert code not in stored and code.replace("-", "") not in stored
    assert ids.code_hash(code) in stored


def test_the_api_keeps_no_code_either() -> None:
    answer = Client().post(
        "/api/v1/ideas",
        {"process": "test", "title": "골목 가로등을 고쳐 주세요", "body": "밤에 골목이 어두워서 걷기가 무섭습니다."},
        content_type="application/json", headers={"Idempotency-Key": "a-key-of-sixteen-or-more"},
    )  # fmt: skip
    code = CODE.search(answer.content.decode())
    assert answer.status_code == 201 and code is not None
    assert code[0] not in everything_stored()


def test_the_code_is_gone_after_ten_minutes_and_never_in_a_link_or_log(caplog: Any) -> None:
    client = Client()
    with caplog.at_level(logging.DEBUG):
        code = filed(client)
        opened = Client()
        answer = opened.post("/receipt/", {"code": code})
        page = opened.get(answer["Location"])
    assert answer["Location"] == "/receipt/show/1/"
    assert code not in page.content.decode()
    assert code not in caplog.text
    assert code not in str(opened.cookies) + str(client.cookies)
    first = client.get("/ideas/filed/")
    assert first["Referrer-Policy"] == "same-origin" and "no-store" in first["Cache-Control"]
    links = re.findall(r'(?:href|action|src)="([^"]*)"', first.content.decode())
    assert not [link for link in links if code in link]
    with clock.at(clock.now() + timedelta(minutes=11)):
        later = client.get("/ideas/filed/").content.decode()
    assert code not in later and not CODE.search(later)


def test_another_session_opens_nothing_by_its_place() -> None:
    client = Client()
    filed(client)
    assert client.get("/receipt/show/1/").status_code == 200
    pk = Matter.objects.get().pk
    for url in (f"/receipt/show/{pk}/", "/receipt/show/1/", "/receipt/show/1/file/", "/ideas/filed/receipt/"):
        answer = Client().get(url)
        assert answer.status_code in (302, 404), url
        assert "가로등" not in answer.content.decode()
    number = Matter.objects.get().number
    assert Client().get(f"/receipt/of/{number}/").status_code == 302
    stranger = Client()
    stranger.force_login(make.UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert stranger.get(f"/receipt/of/{number}/").status_code == 404


def test_signing_out_closes_the_receipts() -> None:
    client = Client()
    client.force_login(make.UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    made = make.idea()
    client.post("/receipt/", {"code": made.code})
    assert client.get("/receipt/show/1/").status_code == 200
    before = client.cookies["sessionid"].value
    client.post("/account/logout/")
    assert client.get("/receipt/show/1/").status_code == 404
    assert client.get("/my/").context["filed"] == []
    old = Client()
    old.cookies["sessionid"] = before
    assert old.get("/receipt/show/1/").status_code == 404
