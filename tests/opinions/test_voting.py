"""One answer is one row; the latest counts; nothing is lost or doubled; the tables are always those of the votes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.opinions import engine, pseudonyms
from madang.commons.opinions.domain import conversations, counting, forgetting, statements, voting
from madang.commons.opinions.models import Board, Conversation, Statement, Vote
from madang.kernel import actors, policy
from madang.kernel.errors import RefusedError
from madang.kernel.levels import Level
from madang.kernel.models import Audit
from tests import factories
from tests.opinions import rooms

pytestmark = pytest.mark.django_db


def test_the_latest_answer_counts_and_the_earlier_row_stays() -> None:
    room = rooms.room()
    assert rooms.say(room, "a", 0, 1)
    assert not rooms.say(room, "a", 0, 1), "the same again changes nothing"
    assert rooms.say(room, "a", 0, -1)
    assert sorted(Vote.objects.values_list("turn", "value")) == [(1, 1), (2, -1)]
    assert voting.answers_of(room, pseudonyms.of_key(room, "a")) == {0: -1}
    counting.settle(room.pk)
    board = Board.objects.get(pk=room.pk)
    assert (board.people, board.votes) == (1, 1)
    assert counting.is_right(room.pk)


def test_a_vote_counted_twice_is_refused_by_the_database() -> None:
    room = rooms.room()
    rooms.say(room, "a", 0, 1)
    vote = Vote.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(
            conversation=room, statement=vote.statement, participant=vote.participant, turn=1, value=-1
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(conversation=room, statement=vote.statement, participant="b", value=2)


@pytest.mark.parametrize("number, answer", [(99, 1), (0, 2), (0, -7)])
def test_what_is_no_answer_is_refused_and_writes_nothing(number: int, answer: int) -> None:
    room = rooms.room()
    with pytest.raises(RefusedError):
        rooms.say(room, "a", number, answer)
    assert not Vote.objects.exists()


def test_levels_decide_who_answers() -> None:
    room = rooms.room(level=Level.RESIDENT)
    for who, code in ((None, "sign_in"), (factories.UserFactory(), "level.resident")):
        assert policy.can("opinions.vote.cast", factories.actor(who), room).code == code
    with pytest.raises(RefusedError):
        rooms.say(room, "a", 0, 1)
    assert not Vote.objects.exists()


def test_a_closed_conversation_takes_nothing() -> None:
    room = rooms.room()
    for who in "abcde":
        rooms.say(room, who, 0, 1)
    participant = pseudonyms.of_key(room, "a")
    stale = Conversation.objects.get(pk=room.pk)
    conversations.close(actor=factories.actor(rooms.facilitator()), conversation=room)
    with pytest.raises(RefusedError):  # as if it had been read before the closing
        voting.cast(
            actor=actors.person(None), conversation=stale, participant=participant, number=1, answer=1
        )
    assert Vote.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_windows_of_one_person_at_the_same_moment() -> None:
    room = rooms.room()
    participant = pseudonyms.of_key(room, "a")

    def vote(answer: int) -> bool:
        try:
            return voting.cast(
                actor=actors.person(None), conversation=room, participant=participant, number=0, answer=answer
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(vote, [1, -1, 0, 1, -1, 0, 1, -1] * 3))
    turns = sorted(Vote.objects.values_list("turn", flat=True))
    assert turns == list(range(1, len(turns) + 1)), "no turn twice, none missing"
    counting.settle(room.pk)
    board = Board.objects.get(pk=room.pk)
    assert (board.people, board.votes) == (1, 1)
    last = Vote.objects.order_by("-turn").values_list("value", flat=True).first()
    assert counting.answers(room.pk)[participant] == {0: last}
    assert counting.is_right(room.pk)


@pytest.mark.django_db(transaction=True)
def test_closing_while_many_answer_loses_and_smuggles_nothing() -> None:
    room = rooms.room()

    def vote(person: int) -> bool:
        try:
            return rooms.say(room, f"p{person}", 0, 1)
        except RefusedError:
            return False
        finally:
            connection.close()

    def close(_nothing: int) -> bool:
        try:
            conversations.close(actor=factories.actor(rooms.facilitator()), conversation=room)
            return False
        finally:
            connection.close()

    rooms.facilitator()
    with ThreadPoolExecutor(8) as pool:
        taken = list(
            pool.map(
                lambda job: job[0](job[1]),
                [(vote, n) for n in range(12)] + [(close, 0)] + [(vote, n) for n in range(12, 30)],
            )
        )
    board = Board.objects.get(pk=room.pk)
    record = Audit.objects.get(action="opinions.conversation.close").payload["data"]
    assert Vote.objects.count() == board.votes == record["answers"]
    assert sum(taken) == record["answers"] + record["left_out"]
    assert not Vote.objects.filter(is_new=True).exists()


STEPS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 7), st.sampled_from([-1, 0, 1, None, "count", "step"])),
    max_size=40,
)


@given(STEPS)
@settings(max_examples=25, deadline=None)
def test_tables_are_those_of_the_votes_whatever_happens(steps: list[tuple[int, int, object]]) -> None:
    with transaction.atomic():
        room = rooms.room()
        said: dict[int, dict[int, int]] = {}
        for person, number, what in steps:
            if what == "count":
                counting.settle(room.pk)
            elif what == "step":
                counting.step(room.pk)
            elif what is None:
                forgetting.withdraw(
                    actor=actors.person(None),
                    conversation=room,
                    participant=pseudonyms.of_key(room, f"p{person}"),
                )
                said.pop(person, None)
            else:
                rooms.say(room, f"p{person}", number, what)  # type: ignore[arg-type]
                said.setdefault(person, {})[number] = what  # type: ignore[assignment]
        counting.settle(room.pk)
        board = Board.objects.get(pk=room.pk)
        assert (board.people, board.votes) == (len(said), sum(map(len, said.values())))
        anew = engine.changed(b"", [({}, one) for one in said.values()])
        assert engine.same(bytes(board.tables), anew)
        transaction.set_rollback(True)


def test_a_person_who_leaves_is_taken_out_exactly() -> None:
    room = rooms.room(level=Level.CONTACT)
    stays, leaves = factories.UserFactory(), factories.UserFactory()
    for user in (stays, leaves):
        for number in range(5):
            voting.cast(
                actor=factories.actor(user),
                conversation=room,
                participant=pseudonyms.of_person(room, user),
                number=number,
                answer=1 if user == stays else -1,
            )
    statements.write(
        actor=factories.actor(leaves), conversation=room, words="다리 아래에도 시계를 걸어야 한다"
    )
    counting.settle(room.pk)
    was = pseudonyms.of_person(room, leaves)
    forgotten = forgetting.forget(actor=actors.system("test"), user=leaves)
    assert (forgotten.answers, forgotten.statements) == (5, 1)
    assert not Vote.objects.filter(participant=was).exists(), (
        "from now on nobody can tell that they were hers"
    )
    board = Board.objects.get(pk=room.pk)
    assert (board.people, board.votes) == (2, 10), "what is published waits for its step"
    assert counting.is_right(room.pk)
    counting.settle(room.pk)
    board = Board.objects.get(pk=room.pk)
    assert (board.people, board.votes, Vote.objects.count()) == (1, 5, 5)
    assert engine.same(bytes(board.tables), engine.changed(b"", [({}, dict.fromkeys(range(5), 1))]))
    assert not Statement.objects.filter(author=leaves).exists()
