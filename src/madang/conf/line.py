"""The line before the threads that serve pages.

A site that lets everybody wait answers people who have gone: they gave up, asked again and stand in the line twice.
So whoever would wait longer than `PATIENCE` is told at once when to come back, and whoever has left is let go
before any work is done. What has begun is always finished.
"""

from __future__ import annotations

import asyncio
import heapq
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

PATIENCE = 8.0  # seconds; people and programs give up after ten to thirty
MEMORY = 0.05  # weight of the latest request in the mean time that one takes
# Seconds after which one is told to come back: the more are told, the later.
SOONEST, SOON, LATEST = 5, 20, 120

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class GoneError(Exception):
    """The client has left."""


class FullError(Exception):
    """The line is longer than `PATIENCE`. `seconds` after which to come back."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"come back in {seconds} s")


class Line:
    """`places` requests are inside at a time; the others wait in the order in which they came."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.inside = 0
        self.waiting: deque[asyncio.Future[None]] = deque()
        self.mean = 0.0  # seconds that one request is inside
        self.told: list[float] = []  # a heap: when those are expected who were told to come back

    def expected(self) -> float:
        """Seconds until somebody who comes now would be inside."""
        return (len(self.waiting) + 1) * self.mean / self.places

    async def enter(self, receive: Receive) -> float:
        """Wait for a place; returns the moment of entering, for `leave`.

        Args:
            receive: the client's, its body read: the next that comes from it is that it left.

        Raises:
            FullError: too many wait, or it has waited too long.
            GoneError: the client left while it waited.
        """
        if self.inside < self.places:
            self.inside += 1
            return time.monotonic()
        if self.expected() > PATIENCE:
            raise self._full()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        left = asyncio.ensure_future(gone(receive))
        try:
            await asyncio.wait({turn, left}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            if turn.done():
                self._next()
            raise
        finally:
            left.cancel()
            is_in = turn.done()
            if not is_in:
                turn.cancel()
                self.waiting.remove(turn)
        if is_in:
            return time.monotonic()
        raise GoneError if left.done() else self._full()

    def leave(self, entered: float) -> None:
        """Give the place to the next one."""
        # One export that takes a minute says little of how long the pages after it take.
        took = min(time.monotonic() - entered, PATIENCE)
        self.mean += (took - self.mean) * (MEMORY if self.mean else 1.0)
        self._next()

    def _full(self) -> FullError:
        """Come back when those who were told before could have been served; spread, so that not all come together.

        With a fixed time the refusals themselves would be most of the work, and the site would stay full.
        """
        now = time.monotonic()
        while self.told and self.told[0] <= now:
            heapq.heappop(self.told)
        most = min(LATEST, max(SOON, 2 * len(self.told) * self.mean / self.places))
        seconds = round(random.uniform(SOONEST, most))  # noqa: S311 - spread
        heapq.heappush(self.told, now + seconds)
        return FullError(seconds)

    def _next(self) -> None:
        if self.waiting:
            self.waiting.popleft().set_result(None)
        else:
            self.inside -= 1


async def gone(receive: Receive) -> None:
    """Ends when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
