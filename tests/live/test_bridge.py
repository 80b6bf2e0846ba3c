"""The bridge between the loop and synchronous Django, on requests as a server hands them over."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterable
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import StreamingHttpResponse

from madang.conf import bridge


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
    made.pool.shutdown()
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
