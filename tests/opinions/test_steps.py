"""While a conversation is open, nobody who watches what is published learns what one person said.

The attacker of these tests reads every address that is there, as nobody and as the facilitator, before and after each
single act of one person: what he reads may move only by the changes of `STEP_FROM` people at least.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.opinions import live, pseudonyms
from madang.commons.opinions.domain import conversations, counting, forgetting, known, statements
from madang.commons.opinions.limits import STEP_FROM
from madang.commons.opinions.models import Board, Conversation, Statement, Vote
from madang.commons.opinions.web.urls import urlpatterns
from madang.kernel import actors, clock
from madang.kernel.models import Audit
from tests import factories
from tests.opinions import rooms

pytestmark = pytest.mark.django_db

WAYS = 3
"""So many statements: three answers are enough for a place on the map then."""
SEEDS = rooms.SEEDS[:WAYS]
ABOUT = "space:haedam"
ELSEWHERE = (
    "/api/v1/opinions",
    "/api/v1/opinions/{code}",
    "/api/v1/opinions/{code}/statements",
    "/api/v1/opinions/{code}/results",
    "/api/v1/services",
    "/healthz",
    "/",
    "/plan/",
    "/ledger/",
)
CHANGES_BY_ITSELF = re.compile(
    rb'(csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|nonce-[\w+/=-]+|"(at|age|seconds|uptime)": ?[^,}]*)'
)
Said = dict[str, dict[int, int]]


def addresses(code: str) -> Iterator[str]:
    """Everything that is read of a conversation: taken from the table of addresses, so that a new one is tried too."""
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if "<int:" in route or pattern.name in ("opinion_answer", "opinion_withdraw"):
            continue
        yield "/" + route.replace("<str:code>", code)
    yield f"/opinions/{code}/statements/?order=agree"
    yield from (path.format(code=code) for path in ELSEWHERE)


class Attacker:
    """Reads all there is, as nobody and as the facilitator, and compares byte by byte."""

    def __init__(self, room: Conversation) -> None:
        self.room = room
        self.nobody, self.facilitator = Client(), Client()
        self.facilitator.force_login(rooms.facilitator())
        # Each page is read as of the same moment, so that a moment that an answer leaves anywhere would show.
        self.moment = clock.now() + timedelta(minutes=5)

    def look(self, *, pages: bool = True) -> dict[str, Any]:
        with clock.at(self.moment):
            return self._look(pages)

    def _look(self, pages: bool) -> dict[str, Any]:
        found: dict[str, Any] = {"events": live.boards([self.room.code])}
        for path in addresses(self.room.code) if pages else ():
            answer = self.nobody.get(path)
            body = answer.getvalue() if answer.streaming else answer.content
            found[path] = (answer.status_code, CHANGES_BY_ITSELF.sub(b"", body), answer.get("ETag"))
            if "/opinions/" in path and not path.startswith("/api/"):
                led = self.facilitator.get(path)
                found[f"facilitator: {path}"] = (led.status_code, CHANGES_BY_ITSELF.sub(b"", led.content))
        return found


def differing(one: dict[str, Any], other: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What is not the same, from where it begins to differ."""
    return {name: _begins(one[name], other[name]) for name in one if one[name] != other[name]}


def _begins(one: Any, other: Any) -> tuple[Any, Any]:
    first, second = repr(one), repr(other)
    place = next((at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), 0)
    return first[max(0, place - 80) : place + 80], second[max(0, place - 80) : place + 80]


def published(room: Conversation) -> Said:
    """Whose answers the figures hold; that the figures are theirs and no others' is checked beside it."""
    said = counting.answers(room.pk, counted=True)
    board = Board.objects.get(pk=room.pk)
    assert (board.people, board.votes) == (len(said), sum(map(len, said.values())))
    assert counting.is_right(room.pk)
    for number, row in board.picture.get("statements", {}).items():
        values = [one[int(number)] for one in said.values() if int(number) in one]
        assert row["all"] == [values.count(1), values.count(0), values.count(-1)]
    return said


def moved(before: Said, after: Said) -> set[str]:
    """Whose answers two published states differ by."""
    return {who for who in before.keys() | after.keys() if before.get(who) != after.get(who)}


def count() -> None:
    """What the worker does, at once."""
    counting.work()
    counting._rest.clear()
    counting.test_due()
    counting.work()


@dataclass
class Story:
    """One conversation in which single people act one after the other."""

    room: Conversation
    now: Said = field(default_factory=dict)

    def act(self, person: int, what: object, number: int) -> None:
        key = f"p{person}"
        who = pseudonyms.of_key(self.room, key)
        if what == "withdraw":
            forgetting.withdraw(actor=actors.person(None), conversation=self.room, participant=who)
            self.now.pop(who, None)
        elif isinstance(what, int):
            rooms.say(self.room, key, number, what)
            self.now.setdefault(who, {})[number] = what

    def decide(self, number: int) -> None:
        """The facilitator takes a statement down and puts it back: the picture is drawn anew each time."""
        row = Statement.objects.get(conversation=self.room, number=number)
        actor = factories.actor(rooms.facilitator())
        fresh = statements.hide(actor=actor, statement=row, reason_code="unclear", note="Nobody knows.")
        count()
        statements.restore(actor=actor, statement=fresh, note="They do.")


ACTS = st.lists(
    st.tuples(
        st.integers(0, 16),
        st.sampled_from([-1, 0, 1, -1, 0, 1, -1, 0, 1, -1, 1, "withdraw", "withdraw", "decide"]),
        st.integers(0, WAYS - 1),
    ),
    min_size=4,
    max_size=40,
)


@given(ACTS, st.integers(0, 14))
@settings(max_examples=5, deadline=None)
def test_no_two_published_states_differ_by_fewer_people(acts: list[tuple], there: int) -> None:
    with transaction.atomic():
        known.forget()
        story = Story(rooms.room(seeds=SEEDS))
        for person in range(there):
            for number in range(WAYS):
                story.act(person, 1 if (person + number) % 2 else -1, number)
        count()
        before, attacker = published(story.room), Attacker(story.room)
        seen = attacker.look(pages=False)
        for person, what, number in acts:
            if what == "decide":
                story.decide(number)
            else:
                story.act(person, what, number)
            count()
            after = published(story.room)
            step = moved(before, after)
            assert not step or len(step) >= STEP_FROM
            looked = attacker.look(pages=False)
            if not step and what != "decide":
                assert looked == seen
            before, seen = after, looked
            # What she said is there for herself at once.
            assert counting.answers(story.room.pk) == story.now
        closed = conversations.close(actor=factories.actor(rooms.facilitator()), conversation=story.room)
        after = published(closed)
        record = Audit.objects.filter(action="opinions.conversation.close").latest("pk").payload["data"]
        step = moved(before, after)
        if len(step) >= STEP_FROM or not step:
            assert record["left_out"] or after == story.now
        else:  # people took back theirs, and too few acted beside them: those who are left out are said
            assert all(who not in after for who in step)
        assert record["left_out"] < STEP_FROM
        assert all(who in story.now for who in after), "nobody is published who took everything back"
        assert (
            not Vote.objects.filter(is_new=True).exists()
            and not Vote.objects.filter(is_leaving=True).exists()
        )
        transaction.set_rollback(True)
    known.forget()


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.sampled_from([-1, 0, 1, "withdraw"]), st.integers(0, 2)), max_size=5
    )
)
@settings(max_examples=2, deadline=None)
def test_whoever_reads_every_address_learns_nothing_of_one_answer(acts: list[tuple]) -> None:
    with transaction.atomic():
        known.forget()
        cache.clear()
        story = Story(rooms.room(seeds=SEEDS, about=ABOUT))
        # Fifteen are published and five wait, drawn by lot: of both opinions at least five are on the map, whoever waits.
        for person in range(20):
            for number in range(WAYS):
                story.act(person, 1 if (person + number) % 2 else -1, number)
        count()
        attacker = Attacker(story.room)
        attacker.look()
        before, seen = published(story.room), attacker.look()
        assert len(before) == 15 and b"<polygon" in seen[f"/opinions/{story.room.code}/map/"][1]
        for person, what, number in acts:
            story.act(person, what, number)
            count()
            after, looked = published(story.room), attacker.look()
            step = moved(before, after)
            assert not step or len(step) >= STEP_FROM
            if not step:
                assert not differing(seen, looked)
            before, seen = after, looked
        transaction.set_rollback(True)
    known.forget()


def room_with(people: int) -> Story:
    story = Story(rooms.room(seeds=SEEDS))
    for person in range(people):
        story.act(person, 1, 0)
    count()
    return story


def test_the_first_step_waits_for_twice_as_many() -> None:
    story = room_with(2 * STEP_FROM - 1)
    assert not published(story.room)
    story.act(50, -1, 0)
    count()
    assert len(published(story.room)) == STEP_FROM, "as many wait on, so that the last step is no smaller"


def test_changing_back_and_forth_is_no_step() -> None:
    story = room_with(4 * STEP_FROM)
    before = published(story.room)
    waits = set(story.now) - set(before)
    for person in range(4 * STEP_FROM):
        if pseudonyms.of_key(story.room, f"p{person}") not in waits:
            story.act(person, -1, 0)
            story.act(person, 1, 0)
    story.act(60, -1, 0)
    count()
    assert published(story.room) == before
    assert Vote.objects.filter(is_new=True).count() == len(waits) + 1


def test_the_last_step_is_as_large_as_the_others() -> None:
    story = room_with(3 * STEP_FROM)
    before = published(story.room)
    story.act(70, -1, 1)
    count()
    assert published(story.room) == before
    closed = conversations.close(actor=factories.actor(rooms.facilitator()), conversation=story.room)
    after = published(closed)
    assert after == story.now and len(moved(before, after)) == STEP_FROM + 1
    assert Audit.objects.get(action="opinions.conversation.close").payload["data"]["left_out"] == 0


def test_of_fewer_people_nothing_is_published_ever() -> None:
    story = room_with(STEP_FROM - 1)
    attacker = Attacker(story.room)
    closed = conversations.close(actor=factories.actor(rooms.facilitator()), conversation=story.room)
    assert not published(closed) and not Vote.objects.exists()
    record = Audit.objects.get(action="opinions.conversation.close").payload["data"]
    assert (record["people"], record["answers"], record["left_out"]) == (0, 0, STEP_FROM - 1)
    page = attacker.nobody.get(f"/opinions/{closed.code}/results/").content.decode()
    assert f'data-left-out="{STEP_FROM - 1}"' in page


def test_what_is_taken_back_is_never_published_again_and_leaves_with_a_step() -> None:
    story = room_with(4 * STEP_FROM)
    before = published(story.room)
    out = next(iter(before))
    person = next(n for n in range(99) if pseudonyms.of_key(story.room, f"p{n}") == out)
    story.act(person, "withdraw", 0)
    count()
    assert published(story.room) == before
    assert not counting.answers(story.room.pk, of=[out])
    # She comes back and says the same: no turn is in the way.
    assert rooms.say(story.room, f"p{person}", 0, 1)
    story.act(person, "withdraw", 0)
    for late in range(100, 100 + STEP_FROM):
        story.act(late, -1, 0)
    count()
    after = published(story.room)
    assert out not in after and len(moved(before, after)) >= STEP_FROM
    assert not Vote.objects.filter(participant=out).exists()


def test_whoever_takes_back_at_the_end_is_taken_out_and_those_beside_her_are_left_out() -> None:
    story = room_with(3 * STEP_FROM)
    before = published(story.room)
    for person in range(3 * STEP_FROM):  # everybody who waits goes, so that nobody is left to hide among
        if pseudonyms.of_key(story.room, f"p{person}") not in before:
            story.act(person, "withdraw", 0)
    leaver = next(n for n in range(99) if pseudonyms.of_key(story.room, f"p{n}") in before)
    story.act(leaver, "withdraw", 0)
    story.act(80, -1, 0)
    closed = conversations.close(actor=factories.actor(rooms.facilitator()), conversation=story.room)
    assert moved(before, published(closed)) == {pseudonyms.of_key(story.room, f"p{leaver}")}
    assert Audit.objects.get(action="opinions.conversation.close").payload["data"]["left_out"] == 1


def test_a_long_queue_goes_in_several_steps_none_of_them_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "PEOPLE", 12)
    story = Story(rooms.room(seeds=SEEDS))
    for person in range(43):
        story.act(person, 1, person % WAYS)
    counting.step(story.room.pk)
    assert STEP_FROM <= 43 - len(published(story.room)) < 2 * STEP_FROM
    counting.settle(story.room.pk)
    assert published(story.room) == story.now
