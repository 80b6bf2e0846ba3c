"""`/events/<topic>/<key>/`: live values as server-sent events, on the loop alone.

One line of JSON for each new value, a comment every fifteen seconds that keeps proxies from closing, and an
end without a word when the thing is no longer public.
"""

from __future__ import annotations

import asyncio
import contextlib
import random

from madang.conf.bridge import Message, Receive, Send, plain
from madang.conf.line import gone
from madang.kernel import live

PREFIX = "/events/"
PING = 15.0
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
UNKNOWN = "공개된 것 가운데 이 번호가 없습니다. 주소를 확인해 주세요.\nNothing public has this number. Check the address.\n"
FULL = (
    "지금 보는 사람이 많아 실시간 표시를 쉽니다. 페이지를 새로 고치면 최신 숫자가 보입니다.\n"
    "Too many are watching for live updates now. Reload the page to see the newest figure.\n"
)
GET_ONLY = "GET 요청만 받습니다.\nOnly GET is answered here.\n"


class Streams:
    """The ASGI application below `PREFIX`. At most `most` streams are open in this process."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._hub: live.Hub | None = None

    @property
    def hub(self) -> live.Hub:
        """Made by the first request, which is when the loop runs that it belongs to."""
        if self._hub is None:
            self._hub = live.Hub(self.most)
        return self._hub

    def close(self) -> None:
        if self._hub is not None:
            self._hub.close()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await plain(send, 405, GET_ONLY, allow="GET")
            return
        topic, _, typed = scope["path"].removeprefix(PREFIX).strip("/").partition("/")
        key = live.key_of(topic, typed) if len(typed) <= 100 else None
        if key is None:
            await plain(send, 404, UNKNOWN)
            return
        try:
            channel, fresh = self.hub.join(topic, key)
        except live.FullError:
            await plain(send, 503, FULL, retry_after=str(random.randint(30, 90)))  # noqa: S311 - spread
            return
        left = asyncio.ensure_future(_left(receive, fresh))
        try:
            await _stream(channel, fresh, left, send)
        finally:
            left.cancel()
            self.hub.leave(channel, fresh)


async def _left(receive: Receive, fresh: asyncio.Event) -> None:
    """Ends, and wakes the stream, when the client has left."""
    await gone(receive)
    fresh.set()


async def _stream(
    channel: live.Channel, fresh: asyncio.Event, left: asyncio.Future[None], send: Send
) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(live.PATIENCE):
            await channel.known.wait()
    if not channel.known.is_set():
        await plain(send, 503, FULL, retry_after="10")
        return
    if channel.ended:
        await plain(send, 404, UNKNOWN)
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    # After a restart everybody comes back, but not in the same second.
    opening = f"retry: {random.randint(2000, 6000)}\n".encode()  # noqa: S311 - spread
    while not (channel.ended or left.done()):
        fresh.clear()
        await send(
            {
                "type": "http.response.body",
                "body": b"%sdata: %s\n\n" % (opening, channel.data),
                "more_body": True,
            }
        )
        opening = b""
        while not fresh.is_set():
            try:
                async with asyncio.timeout(PING):
                    await fresh.wait()
            except TimeoutError:
                await send({"type": "http.response.body", "body": b": ping\n\n", "more_body": True})
    if not left.done():
        await send({"type": "http.response.body"})
