"""The bridge between the loop and synchronous Django, on requests as a server hands them over."""

from __future__ import annotations

import asyncio
import json
import resource
import threading
from collections.abc import Iterable
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import StreamingHttpResponse

from madang.conf import bridge
from madang.conf.line import LATEST, SOONEST


def ask(
    wsgi: Any,
    chunks: Iterable[bytes] = (b"",),
    *,
    method: str = "POST",
    headers: Any = (),
    path: bytes = b"/x/",
) -> list[dict[str, Any]]:
    """What the bridge sends for one request whose body comes in these chunks; without any the client leaves."""
    sent: list[dict[str, Any]] = []
    parts = list(chunks)

    async def receive() -> dict[str, Any]:
        if not parts:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": "/x/", "raw_path": path, "query_string": b"q=%EA%B0%80",
        "http_version": "1.1", "headers": list(headers), "client": ("10.0.0.7", 5), "server": ("here", 80),
    }  # fmt: skip
    made = bridge.Bridge(wsgi, 1)
    asyncio.run(made(scope, receive, send))
    made.close()
    return sent


def test_too_large_is_said_by_a_page_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the headers of every page; Django refuses by the size, and nothing of the body reaches it."""
    monkeypatch.setattr(bridge, "LARGEST", settings.REQUEST_MAX_BYTES)
    length = str(settings.REQUEST_MAX_BYTES + 1).encode()
    for path in (b"/ideas/new/test/", b"/en/ideas/new/test/"):
        start, body = ask(
            WSGIHandler(), [b"x"], headers=[(b"content-length", length), (b"host", b"testserver")], path=path
        )
        assert start["status"] == 413
        assert b"<h1" in body["body"] and b"50 MB" not in body["body"]
        assert {b"content-security-policy", b"x-content-type-options"} <= {
            name for name, _value in start["headers"]
        }


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    said = repr(sorted((name, value) for name, value in environ.items() if isinstance(value, str)))
    return [said.encode(), b"|", environ["wsgi.input"].read()]


def test_body_address_and_headers_arrive_whole() -> None:
    headers = [
        (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x-forwarded-proto", b"http"),
        (b"x_forwarded_proto", b"https"), (b"content-type", b"text/plain"), (b"content-length", b"99"),
    ]  # fmt: skip
    start, body = ask(echo, [b"one ", b"two"], headers=headers, path=b"/%EA%B0%80/")
    assert start["status"] == 200
    assert [pair for pair in start["headers"] if pair[0] == b"set-cookie"] == [
        (b"set-cookie", b"a=1"),
        (b"set-cookie", b"b=2"),
    ]
    told, _, read = body["body"].partition(b"|")
    assert read == b"one two"
    assert b"('CONTENT_LENGTH', '7')" in told, "what was read counts, not what was claimed"
    assert b"('HTTP_COOKIE', 'a=1; b=2')" in told
    assert b"('HTTP_X_FORWARDED_PROTO', 'http')" in told, "an underscore must not pose as a dash"
    assert repr("/가/".encode().decode("latin-1")).encode() in told
    assert b"('REMOTE_ADDR', '10.0.0.7')" in told


@pytest.mark.parametrize("claimed", [True, False])
def test_too_long_a_body_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch, claimed: bool) -> None:
    monkeypatch.setattr(bridge, "LARGEST", 10)

    def never(environ: Any, start: Any) -> list[bytes]:
        assert (environ["CONTENT_LENGTH"], environ["wsgi.input"].read()) == ("11", b"")
        raise ValueError("no page for this")

    headers = [(b"content-length", b"11")] if claimed else [(b"transfer-encoding", b"chunked")]
    start, body = ask(never, [b"x" * 6, b"x" * 6], headers=headers)
    assert start["status"] == 413
    assert "50 MB" in body["body"].decode() and "줄여서" in body["body"].decode()


def test_a_body_for_which_there_is_no_room_is_answered_calmly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "IN_MEMORY", 10)

    def never(environ: Any, start: Any) -> list[bytes]:
        raise AssertionError("it was handed on")

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        start, body = ask(never, [b"x" * 90, b"x" * 90])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert start["status"] == 503
    assert "no room" in body["body"].decode() and "공간이 없습니다" in body["body"].decode()


def test_a_client_that_leaves_in_the_middle_occupies_nothing() -> None:
    def never(environ: Any, start: Any) -> list[bytes]:
        raise AssertionError("it was handed on")

    assert ask(never, []) == []


def test_a_stream_is_sent_piece_by_piece_and_closed() -> None:
    closed = []

    class Pieces(StreamingHttpResponse):
        def close(self) -> None:
            closed.append(True)

    def wsgi(environ: Any, start: Any) -> Any:
        start("200 OK", [])
        return Pieces(iter([b"one", b"two"]))

    sent = ask(wsgi)
    assert [message.get("body") for message in sent[1:]] == [b"one", b"two", None]
    assert closed == [True]
    sent = ask(wsgi, method="HEAD")
    assert [message.get("body") for message in sent[1:]] == [b""] and closed == [True, True]


def test_django_itself_answers_through_it(db: None) -> None:
    from madang.conf.wsgi import application

    start, body = ask(application, method="GET", path=b"/privacy/", headers=[(b"host", b"localhost")])
    assert start["status"] == 200 and b"<html" in body["body"]


FORM = [(b"host", b"testserver"), (b"content-type", b"application/x-www-form-urlencoded")]


def asked_while_full(*requests: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """What each of these gets from a site whose only place is taken and whose line is too long; Django's own answers."""
    from madang.conf.wsgi import application

    async def story() -> list[list[dict[str, Any]]]:
        made = bridge.Bridge(application, 1)
        made.line.inside, made.line.mean = 1, 60.0
        try:
            return list(await asyncio.gather(*(_one(made, **request) for request in requests)))
        finally:
            made.close()

    return asyncio.run(story())


async def _one(
    made: bridge.Bridge, path: str, method: str = "GET", headers: Any = FORM, body: bytes = b""
) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    parts = [body]

    async def receive() -> dict[str, Any]:
        if parts:
            return {"type": "http.request", "body": parts.pop(), "more_body": False}
        await asyncio.Event().wait()
        raise AssertionError("nobody left")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "http_version": "1.1", "headers": list(headers), "client": ("10.0.0.7", 5), "server": ("here", 80),
    }  # fmt: skip
    await made(scope, receive, send)
    return sent


def test_a_full_site_says_so_at_once_and_shows_what_was_typed(db: None) -> None:
    typed = (
        b"title=%EA%B3%A8%EB%AA%A9+%EA%B0%80%EB%A1%9C%EB%93%B1&password=hunter22&csrfmiddlewaretoken=abcdef"
    )
    korean, english, page = asked_while_full(
        {"path": "/cases/new/haedam/", "method": "POST", "body": typed},
        {"path": "/en/cases/new/haedam/", "method": "POST", "body": typed},
        {"path": "/privacy/"},
    )
    for start, body in (korean, english, page):
        headers = dict(start["headers"])
        assert start["status"] == 503
        assert SOONEST <= int(headers[b"retry-after"]) <= LATEST
        assert headers[b"cache-control"] == b"no-store"
        assert b"content-security-policy" in headers
        assert (
            headers[b"retry-after"] + ("초" if start is not english[0] else " seconds").encode()
            in body["body"]
        )
        assert "hunter22" not in body["body"].decode() and "abcdef" not in body["body"].decode()
    assert "골목 가로등" in korean[1]["body"].decode()
    assert (
        "골목 가로등" in english[1]["body"].decode() and "More people are here" in english[1]["body"].decode()
    )
    assert "아래에 그대로 있어요" not in page[1]["body"].decode()


def test_programs_are_told_in_their_form(db: None) -> None:
    api, xml = asked_while_full(
        {"path": "/api/v1/matters", "headers": [(b"host", b"testserver"), (b"accept-language", b"en")]},
        {"path": "/open311/v2/requests.xml", "method": "POST", "body": b"service_code=LAMP"},
    )
    told = json.loads(api[1]["body"])
    assert (api[0]["status"], told["code"]) == (503, "site.full")
    assert "Retry-After" in told["detail"] and int(dict(api[0]["headers"])[b"retry-after"]) >= 5
    assert xml[0]["status"] == 503 and int(dict(xml[0]["headers"])[b"retry-after"]) >= 5
    assert xml[1]["body"].startswith(b"<?xml")


def test_probes_and_files_of_pages_are_answered_by_a_full_site(db: None) -> None:
    paths = [*sorted(bridge.AHEAD), "/static/kernel/mark.svg"]
    started = dict(
        zip(
            paths, (start for start, *_ in asked_while_full(*({"path": path} for path in paths))), strict=True
        )
    )
    for path, start in started.items():
        assert b"retry-after" not in dict(start["headers"]), path
    assert started["/livez"]["status"] == started["/static/kernel/mark.svg"]["status"] == 200
    told = dict(started["/healthz"]["headers"])
    assert told[b"content-type"] == b"application/json", "whatever it found, it looked"


def test_too_many_refusals_are_plain_words() -> None:
    started = threading.Event()
    go_on = threading.Event()

    def slow(environ: dict[str, Any], start: Any) -> list[bytes]:
        started.set()
        go_on.wait(20)
        start("503 Busy", [])
        return [b"a page"]

    async def story() -> tuple[list[dict[str, Any]], list[Any]]:
        made = bridge.Bridge(slow, 1)
        made.line.inside, made.line.mean = 1, 60.0
        waiting = [asyncio.create_task(_one(made, path="/x/")) for _ in range(bridge.MOST_ASIDE)]
        while not started.is_set():
            await asyncio.sleep(0.01)
        plain = await _one(made, path="/x/")
        go_on.set()
        pages = await asyncio.gather(*waiting)
        assert made.refusing == 0
        made.close()
        return plain, list(pages)

    (start, body), pages = asyncio.run(story())
    assert start["status"] == 503 and int(dict(start["headers"])[b"retry-after"]) >= 5
    assert "이용하는 분이 많아" in body["body"].decode() and "More people" in body["body"].decode()
    assert {page[1]["body"] for page in pages} == {b"a page"}


def test_what_breaks_gives_its_place_back() -> None:
    def broken(environ: dict[str, Any], start: Any) -> list[bytes]:
        raise ValueError("nothing works")

    async def story() -> int:
        made = bridge.Bridge(broken, 1)
        for _ in range(3):
            with pytest.raises(ValueError, match="nothing works"):
                await _one(made, path="/x/")
        made.close()
        return made.line.inside

    assert asyncio.run(story()) == 0
