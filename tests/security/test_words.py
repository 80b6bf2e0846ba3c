"""Texts and dates that people, and people who mean harm, type."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madang.commons.matters.models import Matter
from madang.kernel import clock, text
from madang.kernel.web import once
from tests import factories as make

BODY = "밤에 골목이 어두워서 걷기가 무섭습니다. 등을 고쳐 주세요."
TITLE = "골목 가로등을 고쳐 주세요"
INVISIBLE = (
    "\u200b" * 30,
    "\u200d" * 30,
    "\u3164" * 30,
    "\u2800" * 30,
    "\u00ad" * 30,
    "\u115f\u1160" * 15,
    "\ufe0f" * 30,
    "\u061c" * 30,
    " " * 30,
    "\0" * 30,
)


@pytest.fixture(autouse=True)
def _site(db: None) -> None:
    make.process()


def send(**fields: Any) -> Any:
    with clock.at(clock.now() - timedelta(minutes=1)):
        ticket = once.ticket()
    typed = {"ticket": ticket, "title": TITLE, "origin": "individual", "body": BODY}
    return Client().post("/ideas/new/test/", typed | fields)


@pytest.mark.parametrize("field", ["title", "body"])
@pytest.mark.parametrize("words", INVISIBLE)
def test_what_nobody_can_see_is_nothing(field: str, words: str) -> None:
    assert send(**{field: words}).status_code == 422
    body = {"process": "test", "title": TITLE, "body": BODY} | {field: words}
    assert Client().post("/api/v1/ideas", body, content_type="application/json").status_code == 422
    assert Matter.objects.count() == 0


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script> 가로등", "javascript:alert(1) 가로등을 고쳐 주세요", "가로등 👨\u200d👩\u200d👧\u200d👦🏳\ufe0f\u200d🌈 을 고쳐 주세요",
        "가나다" * 33, "x" * 100, "\u202e가로등을 고쳐 주세요", "{{ 7*7 }} {% debug %} 가로등", "가로등을 고쳐 주세요",
        "\ufffe\uffff가로등을 고쳐 주세요", "가로등\x00을\x0b 고쳐 주세요", "'; DROP TABLE matters; --", "=cmd|' /C calc'!A0",
        "가로등을\u2028고쳐\u2029주세요", "%s %(x)s {0} 가로등", "ㅋㅋㅋ ㅠㅠ 가로등", "&lt;b&gt;가로등&amp;",
    ],
)  # fmt: skip
def test_odd_titles_are_kept_as_text(words: str) -> None:
    body = (
        f'{BODY} {words} <img src=x onerror=alert(1)> [x](javascript:alert(1)) http://example.org/"><script>'
    )
    assert send(title=words, body=body).status_code == 302
    number = Matter.objects.get().number
    for url in (
        f"/ideas/{number}/",
        "/ideas/",
        "/search/?q=가로등",
        f"/ideas/{number}/history/",
        "/",
        "/en/ideas/",
    ):
        page = Client().get(url).content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page and 'href="javascript:' not in page, (
            url
        )
        assert "\u202e" not in page and "\0" not in page and "49 " not in words
    feed = Client().get("/ideas/feed/").content
    ElementTree.fromstring(feed)  # noqa: S314 - our own feed; a reader would refuse a broken one
    listed = Client().get("/api/v1/ideas").json()["items"]
    assert listed[0]["title"] == text.clean_line(words)


def test_cleaning_twice_changes_nothing() -> None:
    for words in (
        *INVISIBLE,
        "한",
        "\u1112\u200bㅏ",
        "a\r\n\r\n\r\nb",
        "\u1112\u200e\u1161\u11ab",
        "\u3000전각\u3000공백\u3000",
    ):
        assert text.clean(text.clean(words)) == text.clean(words)


@pytest.mark.parametrize("field", ["title", "body", "place", "author_label", "contact_email"])
def test_a_hundred_thousand_characters(field: str) -> None:
    answer = send(**{field: "가" * 100_000})
    assert answer.status_code == 422
    assert "가" * 1000 in answer.content.decode()  # nothing typed is lost


@pytest.mark.parametrize(
    "raw",
    [
        b'{"process":"test","title":"\\ud800\\ud800\\ud800\\ud800\\ud800\\ud800","body":"' + b"a" * 30 + b'"}',
        b'{"process":"test","title":"' + b"\xff\xfe" * 10 + b'","body":"' + b"a" * 30 + b'"}',
        b'{"process":"test","title":["a"],"body":{}}', b"[" * 50_000, b"null", b"1e999", b'{"process":"\\u0000"}',
        b'{"process":"test","title":"aaaaaaa","body":"' + b"a" * 30 + b'","contact_email":"a@b.c\\r\\nBcc: x@y.z"}',
    ],
)  # fmt: skip
def test_broken_requests_are_answered_with_a_problem(raw: bytes) -> None:
    answer = Client().post("/api/v1/ideas", raw, content_type="application/json")
    assert 400 <= answer.status_code < 500
    assert answer["Content-Type"].startswith("application/problem+json")
    assert Matter.objects.count() == 0


@pytest.mark.parametrize(
    "day",
    [
        "9999-12-31",
        "0001-01-01",
        "2026-02-31",
        "2026-٣-01",
        "２０２６-03-01",
        "0000-00-00",
        "-1",
        "2026-3",
        "31.2.2026",
    ],
)
def test_odd_dates_in_search(day: str) -> None:
    make.idea()
    for name in ("since", "until"):
        for url in (
            f"/search/?q=&{name}={day}",
            f"/en/search/?q=신호&{name}={day}",
            f"/api/v1/search?q=a&{name}={day}",
        ):
            assert Client().get(url).status_code in (200, 422), url


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\thttps://evil.example",
              "https:///evil.example", "/\r\nSet-Cookie: a=b", "http://testserver@evil.example/"],
)  # fmt: skip
def test_next_leads_nowhere_else(where: str, settings: Any) -> None:
    settings.IS_DEMO = True
    make.UserFactory(email="resident@haedam.example", is_demo=True)
    make.UserFactory(email="a@example.org", password="pass-word-2026")
    sent = [
        Client().post("/theme/", {"theme": "dark", "next": where}),
        Client().post("/follow/", {"reference": "x", "next": where}),
        Client().post("/account/demo/", {"email": "resident@haedam.example", "next": where}),
        Client().post(
            "/account/login/", {"login": "a@example.org", "password": "pass-word-2026", "next": where}
        ),
        Client().get("/account/login/", {"next": where}),
        Client().post("/account/logout/", {"next": where}),
    ]
    for answer in sent:
        to = answer.headers.get("Location", "")
        assert not to or to.startswith(("/", "?")), to
        assert not to.startswith(("//", "/\\"))
        assert "evil.example" not in to.partition("?")[0]
        assert "a=b" not in str(answer.cookies)
