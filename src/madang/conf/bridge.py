"""Synchronous Django behind an asynchronous server.

The loop reads the body, so a slow sender occupies no thread; Django then runs in one of a few threads that
live as long as the process and keep their database connection. Django's own ASGI handler starts a thread for
each request and costs five to six times as much.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from madang.conf.line import FullError, GoneError, Line

log = logging.getLogger("madang.web")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

LARGEST = 50_000_000  # bytes of a request body; the forms' own limits are lower and explained on the page
IN_MEMORY = 1_000_000  # bytes of a body; what is longer is kept in a temporary file
TOO_LARGE = (
    "보내신 내용이 50 MB를 넘습니다. 파일을 줄여서 다시 보내 주세요.\n"
    "This is more than 50 MB. Make the files smaller and send it again.\n"
)


class TooLargeError(Exception):
    """The body is longer than `LARGEST`."""


NO_ROOM = (
    "지금은 받을 공간이 없습니다. 아무것도 저장되지 않았습니다. 잠시 뒤에 다시 보내 주세요.\n"
    "There is no room for this just now. Nothing was saved. Send it again in a while.\n"
)
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


CROWDED = (
    "지금 이용하는 분이 많아 답해 드리지 못합니다. 아무것도 저장되지 않았습니다. 잠시 뒤에 다시 보내 주세요.\n"
    "More people are here than can be answered at once. Nothing was saved. Send it again in a while.\n"
)
AHEAD = frozenset({"/healthz", "/livez", "/readyz", "/metrics"})
"""Asked by machines that watch the site: they must not take a full site for a dead one."""
QUIET = 60.0  # seconds between two lines of the log that say that the site is full
MOST_ASIDE = 20  # refusals that wait for their page; whoever comes then gets plain words


class Bridge:
    """An ASGI application made of a WSGI one. `threads` requests run at a time; the others wait in line (`line`).
    Each thread calls `begin` first. One thread more, `aside`, writes refusals and answers what stands in `AHEAD`."""

    def __init__(self, wsgi: Wsgi, threads: int, begin: Callable[[], None] = lambda: None) -> None:
        self.wsgi = wsgi
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="page", initializer=begin)
        self.aside = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self.line = Line(threads)
        self.refusing = 0
        self.crowded = 0  # refused since it was last said
        self.said = -QUIET

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            body = await _read(scope, receive)
        except TooLargeError:
            with tempfile.SpooledTemporaryFile(IN_MEMORY) as nothing:
                told = {**scope, "madang.size": LARGEST + 1}
                await self._refuse(told, nothing, send, 413, TOO_LARGE)
            return
        except GoneError:
            return
        except OSError as error:  # the body is too long for memory and the disk is full
            if error.errno not in FULL:
                raise
            log.error("no room for the body of a request: %s", error)
            await plain(send, 503, NO_ROOM)
            return
        with body:
            if scope["path"] in AHEAD:
                await self._answer(self.aside, scope, body, send)
                return
            try:
                entered = await self.line.enter(receive)
            except GoneError:
                return
            except FullError as full:
                self._say()
                told = {**scope, "madang.full": full.seconds}
                await self._refuse(told, body, send, 503, CROWDED, retry_after=str(full.seconds))
                return
            await self._answer(self.pool, scope, body, send, entered)

    async def _answer(
        self,
        pool: ThreadPoolExecutor,
        scope: Message,
        body: IO[bytes],
        send: Send,
        entered: float | None = None,
    ) -> None:
        """Run it in a thread of this pool and send what comes; a place in the line is free as soon as it has run."""
        loop = asyncio.get_running_loop()
        try:
            status, headers, parts, close = await loop.run_in_executor(pool, self._run, scope, body)
        finally:
            if entered is not None:
                self.line.leave(entered)
        try:
            await send({"type": "http.response.start", "status": status, "headers": headers})
            if isinstance(parts, bytes):
                await send({"type": "http.response.body", "body": parts})
                return
            chunks = iter(parts)
            while (chunk := await loop.run_in_executor(pool, next, chunks, None)) is not None:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body"})
        finally:
            if close is not None:
                await loop.run_in_executor(pool, close)

    async def _refuse(
        self, scope: Message, body: IO[bytes], send: Send, status: int, words: str, **headers: str
    ) -> None:
        """The page that says so comes from Django, told by `scope`; plain words where it has none or many wait for it."""
        if self.refusing >= MOST_ASIDE:
            await plain(send, status, words, **headers)
            return
        self.refusing += 1
        sent = False

        async def once(message: Message) -> None:
            nonlocal sent
            sent = True
            await send(message)

        try:
            await self._answer(self.aside, scope, body, once)
        except Exception:
            log.exception("no page for a refusal")
            if not sent:
                await plain(send, status, words, **headers)
        finally:
            self.refusing -= 1

    def _say(self) -> None:
        """Write down that the site is full: at once, then once in `QUIET`, with how many were told to come back."""
        self.crowded += 1
        now = time.monotonic()
        if now - self.said >= QUIET:
            log.warning(
                "the site is full: %d told to come back, %d wait", self.crowded, len(self.line.waiting)
            )
            self.crowded, self.said = 0, now

    def close(self) -> None:
        """End the threads; what has begun is finished, what waits for a thread is not begun."""
        for pool in (self.pool, self.aside):
            pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, scope: Message, body: IO[bytes]) -> tuple[int, list[Any], Any, Callable[[], None] | None]:
        """In a thread: the whole answer where it is in memory, else its chunks and how to end them."""
        began: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            began[:] = [int(status[:3]), encoded]

        answer = self.wsgi(environ(scope, body), start)
        close = getattr(answer, "close", None)
        if scope["method"] != "HEAD" and getattr(answer, "streaming", False):
            return began[0], began[1], answer, close
        try:
            return began[0], began[1], b"" if scope["method"] == "HEAD" else b"".join(answer), None
        finally:
            if close is not None:
                close()


def environ(scope: Message, body: IO[bytes]) -> dict[str, Any]:
    """The request as PEP 3333 wants it. Header names with an underscore are dropped: they could pose as others."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    raw = scope.get("raw_path") or scope["path"].encode()
    made: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": unquote_to_bytes(raw.partition(b"?")[0]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" in name:
            continue
        key = name.decode("latin-1").upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        text = value.decode("latin-1")
        if key in made:
            text = f"{made[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        made[key] = text
    # What was read counts: a body that came in chunks has no length, and a wrong one must not be believed.
    made["CONTENT_LENGTH"] = str(scope.get("madang.size") or body.seek(0, 2))
    body.seek(0)
    if "madang.full" in scope:
        made["madang.full"] = scope["madang.full"]
    return made


async def _read(scope: Message, receive: Receive) -> IO[bytes]:
    """The whole body, ready to be read from its beginning."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if length.isdigit() and int(length) > LARGEST:
        raise TooLargeError
    body = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by the caller
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            body.close()
            raise GoneError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > LARGEST:
            body.close()
            raise TooLargeError
        more = message.get("more_body", False)
        try:
            body.write(chunk)
            if not more:
                body.flush()
        except OSError:
            with suppress(OSError):  # what is still in its buffer finds no room either
                body.close()
            raise
    return body


async def plain(send: Send, status: int, words: str, **headers: str) -> None:
    """A short answer in plain words, in both languages."""
    lines = {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store", **headers}
    encoded = [(name.replace("_", "-").encode(), value.encode()) for name, value in lines.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": words.encode()})
