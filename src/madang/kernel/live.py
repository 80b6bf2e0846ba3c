"""Values that open pages watch: one look at the database for everybody who watches, twice a second.

An app registers a reader: `@live.topic("ideas", read_number)`. It is given the keys that are watched now and
returns the public value of each, leaving out what the public may not see (any more); the streams of those
end. Between two looks only the newest value counts, so a slow reader of a stream never piles anything up.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import DatabaseError, close_old_connections, connection

log = logging.getLogger("madang.live")

SECONDS = 0.5  # between two looks
SOON = 0.05  # before a look for somebody who has just come, so that many who come at once share it
PATIENCE = 5.0  # how long somebody who has just come waits for a database that is away
CHUNK = 500  # keys of one look

Reader = Callable[[Sequence[str]], dict[str, Any]]
_topics: dict[str, tuple[Callable[[str], str | None], Reader]] = {}


def topic(name: str, written: Callable[[str], str | None]) -> Callable[[Reader], Reader]:
    """Register the reader of a topic; `written` gives a key as typed its one form, None for what is no key."""

    def register(reader: Reader) -> Reader:
        _topics[name] = (written, reader)
        return reader

    return register


def key_of(name: str, typed: str) -> str | None:
    """The key in its written form; None when there is no such topic or it cannot be a key."""
    return _topics[name][0](typed) if name in _topics else None


class FullError(Exception):
    """As many are watching as this process takes."""


class Channel:
    """One watched key: its newest value as bytes, and who waits for the next."""

    def __init__(self, topic: str, key: str) -> None:
        self.topic, self.key = topic, key
        self.data: bytes | None = None
        self.ended = False
        self.known = asyncio.Event()
        self.watchers: set[asyncio.Event] = set()

    def put(self, value: Any) -> None:
        """A look has found this value; None ends the channel. The same value as before wakes nobody."""
        data = None if value is None else json.dumps(value, separators=(",", ":")).encode()
        if data is None:
            self.ended = True
        elif data == self.data:
            return
        self.data = data
        self.known.set()
        for watcher in self.watchers:
            watcher.set()


class Hub:
    """What is watched in this process. Belongs to one event loop."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.channels: dict[tuple[str, str], Channel] = {}
        self.count = 0
        self._newcomer = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._closed = False
        self._trouble = -30.0

    def join(self, topic: str, key: str) -> tuple[Channel, asyncio.Event]:
        """Watch a key. The event is set when there is a newer value, or when the channel has ended.

        Raises:
            FullError: too many watch already, or the process is about to end.
        """
        if self.count >= self.most or self._closed:
            raise FullError
        self.count += 1
        channel = self.channels.get((topic, key))
        if channel is None:
            channel = self.channels[topic, key] = Channel(topic, key)
            self._newcomer.set()
        watcher = asyncio.Event()
        channel.watchers.add(watcher)
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look())
        return channel, watcher

    def leave(self, channel: Channel, watcher: asyncio.Event) -> None:
        """Stop watching."""
        self.count -= 1
        channel.watchers.discard(watcher)
        if not channel.watchers and self.channels.get((channel.topic, channel.key)) is channel:
            del self.channels[channel.topic, channel.key]

    def close(self) -> None:
        """End every stream: the process is asked to stop. Browsers come back by themselves."""
        self._closed = True
        for channel in self.channels.values():
            channel.put(None)

    async def _look(self) -> None:
        """Look as long as anybody watches."""
        while self.channels and not self._closed:
            self._newcomer.clear()
            began = time.monotonic()
            watched = list(self.channels.values())
            for name in {channel.topic for channel in watched}:
                for keys in _chunks([channel.key for channel in watched if channel.topic == name]):
                    await self._read(name, keys)
            try:
                async with asyncio.timeout(max(SECONDS - (time.monotonic() - began), SOON)):
                    await self._newcomer.wait()
                await asyncio.sleep(SOON)
            except TimeoutError:
                pass
        self._looking = None

    async def _read(self, name: str, keys: list[str]) -> None:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._thread, _read, _topics[name][1], keys)
        except Exception:
            # The streams stay open and go on when it is over: the database is away, most likely.
            if time.monotonic() - self._trouble > 30:
                self._trouble = time.monotonic()
                log.exception("live values cannot be read; trying again")
            return
        for key in keys:
            channel = self.channels.get((name, key))
            if channel is not None:
                channel.put(found.get(key))
                if channel.ended:
                    del self.channels[name, key]


def _chunks(keys: list[str]) -> list[list[str]]:
    return [keys[first : first + CHUNK] for first in range(0, len(keys), CHUNK)]


def _read(reader: Reader, keys: list[str]) -> dict[str, Any]:
    """In the hub's own thread, with its own connection; one that has died is not used again."""
    close_old_connections()
    try:
        return reader(keys)
    except DatabaseError:
        connection.close()
        raise
    finally:
        close_old_connections()
