"""A drawing that reads only the newest answers is the one that would be drawn from all of them."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.opinions import pseudonyms
from madang.commons.opinions.domain import conversations, counting, forgetting, known, statements
from madang.commons.opinions.limits import STEP_FROM
from madang.commons.opinions.models import Board, Conversation, Statement
from madang.kernel import actors
from tests import factories
from tests.opinions import rooms

pytestmark = pytest.mark.django_db

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(0, 13), st.integers(0, 7), st.sampled_from([-1, 0, 1])),
        st.tuples(st.sampled_from(["settle", "step", "draw", "draw", "undone", "elsewhere"])),
        st.tuples(st.just("withdraw"), st.integers(0, 13)),
        st.tuples(st.just("hide"), st.integers(1, 7)),
    ),
    max_size=24,
)


def withdraw(room: Conversation, person: int) -> None:
    participant = pseudonyms.of_key(room, f"p{person}")
    forgetting.withdraw(actor=actors.person(None), conversation=room, participant=participant)


def hide(room: Conversation, number: int) -> None:
    row = Statement.objects.filter(conversation=room, number=number, state="shown").first()
    if row is not None:
        statements.hide(
            actor=factories.actor(rooms.facilitator()),
            statement=row,
            reason_code="unclear",
            note="Nobody understands it.",
        )


@given(STEPS)
@settings(max_examples=8, deadline=None)
def test_it_is_the_same_as_one_that_reads_everything(steps: list[tuple]) -> None:
    with transaction.atomic():
        known.forget()
        room = rooms.room()
        rooms.crowd(room, 12)
        for what, *with_ in steps:
            if what == "say":
                if Statement.objects.filter(conversation=room, number=with_[1], state="shown").exists():
                    rooms.say(room, f"p{with_[0]}", with_[1], with_[2])
            elif what == "undone":
                with transaction.atomic():
                    rooms.say(room, "p90", 0, 1)
                    counting.settle(room.pk)
                    transaction.set_rollback(True)
            elif what == "elsewhere":  # another process counts, and knows nothing of what is kept here
                kept, known._known = known._known, type(known._known)()
                counting.settle(room.pk)
                known._known = kept
            elif what == "withdraw":
                withdraw(room, with_[0])
            elif what == "hide":
                hide(room, with_[0]) if Statement.objects.filter(state="shown").count() > 4 else None
            else:
                getattr(counting, what)(room.pk)
        counting.settle(room.pk)
        before = Board.objects.get(pk=room.pk)
        counting.draw(room.pk)
        _board, said = counting.counted(room.pk)
        drawn = Board.objects.get(pk=room.pk).picture
        known.forget()
        Board.objects.filter(pk=room.pk).update(picture=before.picture)
        counting.draw(room.pk)
        assert said == counting.answers(room.pk)
        assert drawn == Board.objects.get(pk=room.pk).picture
        assert counting.is_right(room.pk)
        transaction.set_rollback(True)
    known.forget()


def test_the_next_drawing_reads_no_answer_that_was_counted_before() -> None:
    room = rooms.room()
    rooms.crowd(room, 12)
    counting.draw(room.pk)
    rooms.say(room, "late", 0, 1)
    with CaptureQueriesContext(connection) as caught:
        counting.settle(room.pk)
        counting.draw(room.pk)
    read = [one["sql"] for one in caught if one["sql"].startswith("SELECT") and "opinions_vote" in one["sql"]]
    assert read, "the new answers are read"
    where = [sql.split("WHERE")[1] for sql in read]
    assert all(('"is_new"' in sql or '"is_leaving"' in sql) and "NOT" not in sql for sql in where), read
    assert Board.objects.get(pk=room.pk).people == 13


def test_what_somebody_took_back_is_not_drawn_from_memory() -> None:
    room = rooms.room()
    rooms.crowd(room, 12)
    counting.draw(room.pk)
    mark = Board.objects.get(pk=room.pk).mark
    leaving = Conversation.objects.get(pk=room.pk)
    participant = next(iter(counting.counted(room.pk)[1]))
    forgetting.withdraw(actor=actors.person(None), conversation=leaving, participant=participant)
    board, said = counting.counted(room.pk)
    assert (board.mark, participant in said) == (mark, True), "what is published waits for its step"
    counting.settle(room.pk)
    board, said = counting.counted(room.pk)
    assert board.mark != mark
    assert participant not in said
    assert len(said) == 11


def test_what_was_handed_out_does_not_change_afterwards() -> None:
    room = rooms.room()
    rooms.crowd(room, 12)
    _board, said = counting.counted(room.pk)
    copy = {who: dict(one) for who, one in said.items()}
    rooms.say(room, "p0", 0, 0)
    rooms.say(room, "new", 0, 1)
    counting.settle(room.pk)
    assert said == copy
    assert counting.counted(room.pk)[1] != copy


def test_a_large_conversation_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "MOST", 20)
    room = rooms.room()
    rooms.crowd(room, 12)
    board, said = counting.counted(room.pk)
    assert len(said) == 12
    assert known.of(room.pk, board.mark) is None


def test_closing_counts_the_last_answers() -> None:
    room = rooms.room()
    rooms.crowd(room, 12)
    counting.draw(room.pk)
    for person in range(STEP_FROM):
        rooms.say(room, f"last-{person}", 3, -1)
    conversations.close(actor=factories.actor(rooms.facilitator()), conversation=room)
    board = Board.objects.get(pk=room.pk)
    assert (board.people, sum(board.picture["statements"]["3"]["all"])) == (17, 17)
