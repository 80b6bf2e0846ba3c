"""The line before the threads: nobody waits for long, nobody who left is worked for, no place is lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.conf import line
from madang.conf.line import FullError, GoneError, Line


async def _stays() -> dict[str, Any]:
    await asyncio.Event().wait()
    raise AssertionError("nobody left")


def leaving(after: float) -> Callable[[], Awaitable[dict[str, Any]]]:
    """A client that is gone after so many seconds."""

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(after)
        return {"type": "http.disconnect"}

    return receive


def test_they_enter_in_the_order_in_which_they_came() -> None:
    entered: list[int] = []

    async def one(made: Line, place: int) -> None:
        at = await made.enter(_stays)
        entered.append(place)
        await asyncio.sleep(0)
        made.leave(at)

    async def story() -> Line:
        made = Line(2)
        await asyncio.gather(*(one(made, place) for place in range(9)))
        return made

    made = asyncio.run(story())
    assert entered == list(range(9))
    assert (made.inside, len(made.waiting)) == (0, 0)


def test_whoever_would_wait_too_long_is_told_at_once_when_to_come_back() -> None:
    async def story() -> tuple[Line, FullError]:
        made = Line(2)
        # A request takes so long: the third waits half of it, the fourth all, the fifth more.
        made.mean = line.PATIENCE
        for _ in range(2):
            await made.enter(_stays)
        waiting = [asyncio.create_task(made.enter(_stays)) for _ in range(2)]
        await asyncio.sleep(0)
        assert len(made.waiting) == 2
        with pytest.raises(FullError) as full:
            async with asyncio.timeout(0.5):
                await made.enter(_stays)
        made.leave(0.0)
        made.leave(0.0)
        await asyncio.gather(*waiting)
        return made, full.value

    made, full = asyncio.run(story())
    assert made.inside == 2, "those who waited are in"
    assert line.SOONEST <= full.seconds <= line.SOON


def test_the_more_were_told_to_come_back_the_later_the_next_is_told() -> None:
    """Their coming back is spread over twice the time that serving them takes, and forgotten when they have come."""

    async def story() -> tuple[list[int], Line]:
        made = Line(2)
        made.inside, made.mean = 2, 0.2
        made.waiting.extend(asyncio.get_running_loop().create_future() for _ in range(80))
        seconds = []
        for _ in range(600):
            with pytest.raises(FullError) as full:
                await made.enter(_stays)
            seconds.append(full.value.seconds)
        return seconds, made

    seconds, made = asyncio.run(story())
    assert max(seconds[:100]) <= line.SOON
    assert line.SOON < max(seconds[400:]) <= line.LATEST
    assert min(seconds) >= line.SOONEST
    assert len(made.told) == 600
    made.told = [at - 2 * line.LATEST for at in made.told]
    assert made._full().seconds <= line.SOON and len(made.told) == 1


def test_one_long_export_does_not_make_the_site_full() -> None:
    async def story() -> Line:
        made = Line(4)
        for ago in [0.05] * 50 + [600.0]:
            made.leave(await made.enter(_stays) - ago)
        return made

    made = asyncio.run(story())
    assert 30 * made.mean / made.places < line.PATIENCE


def test_nobody_waits_longer_than_patience_when_everything_stands_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A database that is away lets nobody out, so nothing is known of how long a request takes."""
    monkeypatch.setattr(line, "PATIENCE", 0.05)

    async def story() -> Line:
        made = Line(1)
        at = await made.enter(_stays)
        with pytest.raises(FullError):
            await made.enter(_stays)
        made.leave(at)
        await made.enter(_stays)
        return made

    made = asyncio.run(story())
    assert (made.inside, len(made.waiting)) == (1, 0)


def test_whoever_leaves_while_waiting_is_let_go() -> None:
    async def story() -> Line:
        made = Line(1)
        at = await made.enter(_stays)
        with pytest.raises(GoneError):
            await made.enter(leaving(0.01))
        made.leave(at)
        return made

    made = asyncio.run(story())
    assert (made.inside, len(made.waiting)) == (0, 0)


@given(seed=st.integers(0, 2**32), places=st.integers(1, 4), many=st.integers(1, 25))
def test_no_place_is_lost_or_given_twice(seed: int, places: int, many: int) -> None:
    """Whatever happens to those in the line - served, gone, told to come back, cut off by the server."""
    chance = random.Random(seed)
    fates: list[str] = []
    most = begun = 0

    async def one(made: Line, stays: float, leaves: float) -> None:
        nonlocal most, begun
        begun += 1
        try:
            at = await made.enter(leaving(leaves))
        except (GoneError, FullError) as end:
            fates.append(type(end).__name__)
            return
        except asyncio.CancelledError:
            fates.append("cut")
            raise
        most = max(most, made.inside)
        try:
            await asyncio.sleep(stays)
            fates.append("served")
        except asyncio.CancelledError:
            fates.append("cut")
            raise
        finally:
            made.leave(at)

    async def story() -> Line:
        made = Line(places)
        tasks = []
        for _ in range(many):
            stays, leaves = chance.random() * 0.002, chance.choice([0.0005, 0.001, 5.0])
            tasks.append(asyncio.create_task(one(made, stays, leaves)))
            if chance.random() < 0.3:
                await asyncio.sleep(0)
            if chance.random() < 0.2:
                chance.choice(tasks).cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return made

    made = asyncio.run(story())
    assert (made.inside, len(made.waiting)) == (0, 0)
    assert most <= places
    assert len(fates) == begun, "each that began has one fate"
    assert made.expected() < line.PATIENCE
