"""Live counts as an open page hears them: on the loop, from the real database, and nothing that is not public."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from madang.commons.matters.domain import handling
from madang.conf.streams import Streams
from madang.kernel import live
from madang.services.square.domain import ideas
from madang.services.square.models import Idea, Support
from tests import factories as make
from tests.matters.conftest import City, city

__all__ = ["city"]
pytestmark = pytest.mark.django_db(transaction=True)

LONG = 20  # seconds; nothing here takes so long, it only ends a test that hangs


class Open:
    """One open stream: what the server sent, in order."""

    def __init__(self, streams: Streams, path: str, method: str = "GET") -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.gone = asyncio.Event()
        scope = {"type": "http", "method": method, "path": path, "headers": []}
        self.task = asyncio.ensure_future(streams(scope, self._receive, self.sent.put))

    async def _receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.sent.get(), LONG)

    async def status(self) -> tuple[int, dict[bytes, bytes]]:
        message = await self.next()
        return message["status"], dict(message["headers"])

    async def count(self) -> int:
        """The next value that is told; pings are no values."""
        while True:
            body = (await self.next())["body"]
            for line in body.split(b"\n"):
                if line.startswith(b"data: "):
                    return int(json.loads(line[6:])["count"])

    async def end(self) -> None:
        self.gone.set()
        await asyncio.wait_for(self.task, LONG)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "SECONDS", 0.05)
    monkeypatch.setattr(live, "SOON", 0.01)


def drive(story: Callable[[Streams, Callable[..., Awaitable[Any]]], Awaitable[None]], most: int = 50) -> None:
    """Run a story on a loop; `act` does something to the database beside it."""
    acts = ThreadPoolExecutor(1)

    async def whole() -> None:
        streams = Streams(most)

        async def act(what: Callable[[], object]) -> object:
            return await asyncio.get_running_loop().run_in_executor(acts, what)

        try:
            await story(streams, act)
        finally:
            streams.close()
            streams.hub._thread.submit(connections.close_all).result()

    try:
        asyncio.run(whole())
    finally:
        acts.submit(connections.close_all).result()
        acts.shutdown()


def address(idea: Idea) -> str:
    return f"/events/ideas/{idea.matter.number}/"


def supported(idea: Idea) -> Callable[[], object]:
    person = make.UserFactory()
    return lambda: ideas.support(actor=make.actor(person), idea=Idea.objects.get(pk=idea.pk))


def test_a_support_is_heard_before_it_is_tallied(city: City) -> None:
    idea = make.idea()
    give = supported(idea)

    async def story(streams: Streams, act: Any) -> None:
        first, second = Open(streams, address(idea)), Open(streams, address(idea).lower())
        for one in (first, second):
            status, headers = await one.status()
            assert status == 200
            assert headers[b"content-type"].startswith(b"text/event-stream")
            assert headers[b"x-accel-buffering"] == b"no"
            assert await one.count() == 0
        await act(give)
        assert await first.count() == 1
        assert await second.count() == 1
        await act(ideas.tally)
        await first.end()
        await second.end()
        assert streams.hub.count == 0 and streams.hub.channels == {}

    drive(story)


def test_what_is_taken_down_while_watched_ends_without_a_word(city: City) -> None:
    idea = make.idea()
    late = make.UserFactory()

    def count() -> object:
        now = idea.matter.filed_at
        return Support.objects.create(idea=idea, supporter=late, at=now, changed_at=now)

    def hide() -> object:
        matter = Idea.objects.get(pk=idea.pk).matter
        return handling.hide(
            actor=make.actor(city.moderator), matter=matter, reason_code="insult", reason="이유"
        )

    async def story(streams: Streams, act: Any) -> None:
        open_page = Open(streams, address(idea))
        assert (await open_page.status())[0] == 200
        assert await open_page.count() == 0
        await act(hide)
        last = await open_page.next()
        assert last == {"type": "http.response.body"}
        await act(count)
        await asyncio.wait_for(open_page.task, LONG)
        assert open_page.sent.empty()
        assert (await Open(streams, address(idea)).status())[0] == 404

    drive(story)


def test_what_nobody_may_see_looks_as_if_it_did_not_exist(city: City) -> None:
    hidden, private = city.matter("assigned"), make.idea()
    handling.hide(actor=make.actor(city.moderator), matter=hidden, reason_code="insult", reason="이유")
    handling.retype(
        actor=make.actor(city.triage), matter=private.matter, kind="complaint", reason="민원", private=True
    )

    async def story(streams: Streams, act: Any) -> None:
        for path in (
            f"/events/ideas/{hidden.number}/",
            f"/events/ideas/{private.matter.number}/",
            "/events/ideas/ID-2611-99999-T/",
            "/events/ideas/" + "9" * 500,
            "/events/people/1/",
            "/events/",
        ):
            status, headers = await Open(streams, path).status()
            assert (status, headers[b"cache-control"]) == (404, b"no-store"), path
        assert (await Open(streams, address(private), "POST").status())[0] == 405

    drive(story)


def test_more_than_fit_are_told_to_come_later(city: City) -> None:
    idea = make.idea()

    async def story(streams: Streams, act: Any) -> None:
        inside = Open(streams, address(idea))
        assert (await inside.status())[0] == 200
        status, headers = await Open(streams, address(idea)).status()
        assert status == 503 and int(headers[b"retry-after"]) >= 30
        await inside.end()
        again = Open(streams, address(idea))
        assert (await again.status())[0] == 200

    drive(story, most=1)


def test_streams_outlive_a_database_that_is_away(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    idea = make.idea()
    give = supported(idea)

    async def story(streams: Streams, act: Any) -> None:
        page = Open(streams, address(idea))
        await page.status()
        assert await page.count() == 0
        # The hub's own connection is closed under it, as a restarted server does.
        await asyncio.get_running_loop().run_in_executor(streams.hub._thread, _break)
        await act(give)
        assert await page.count() == 1

    def _break() -> None:
        connections["default"].ensure_connection()
        connections["default"].connection.close()

    drive(story)


def test_the_end_of_the_process_ends_every_stream(city: City) -> None:
    idea = make.idea()

    async def story(streams: Streams, act: Any) -> None:
        pages = [Open(streams, address(idea)) for _ in range(5)]
        for page in pages:
            await page.status()
        streams.close()
        for page in pages:
            await asyncio.wait_for(page.task, LONG)
        assert (await Open(streams, address(idea)).status())[0] == 503

    drive(story)
