"""The web application: pages through the bridge, live values beside them on the loop."""

from __future__ import annotations

import asyncio
import os
import signal
from types import FrameType

from django.db import connection

from madang.conf.bridge import Bridge, Message, Receive, Send
from madang.conf.family import die_with_parent
from madang.conf.streams import PREFIX, Streams
from madang.conf.wsgi import application as pages

# Whoever files waits for who is being given the number before hers, and many threads in that one's process make it slow.
threads = int(os.environ.get("WEB_THREADS") or ("4" if os.environ.get("WEB_WORKERS", "1") == "1" else "2"))
# Connections that are left in the pool for the live counts and whoever else asks, when each thread keeps its own.
OTHERS = 2


def keep_connection() -> None:
    """For a thread that serves pages, when the pool has enough for all of them."""
    pool: dict[str, int] = connection.settings_dict.get("OPTIONS", {}).get("pool") or {}
    if threads + OTHERS <= pool.get("max_size", 0):
        connection.stays = True  # type: ignore[attr-defined]


bridge = Bridge(pages, threads, keep_connection)
streams = Streams(int(os.environ.get("LIVE_WATCHERS", "5000")))


async def application(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["path"].startswith(PREFIX):
        await streams(scope, receive, send)
    else:
        await bridge(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    """Start and stop. The server waits for open answers before it ends, so streams end at the signal."""
    loop = asyncio.get_running_loop()

    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(streams.close)

    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            # The server hears signals through the loop, where this handler is a place left empty.
            signal.signal(signal.SIGTERM, stop)
            signal.signal(signal.SIGINT, stop)
            # The server's main process may be killed without a word to this one, which holds the port.
            die_with_parent(signal.SIGKILL)
            await send({"type": "lifespan.startup.complete"})
        else:
            bridge.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
