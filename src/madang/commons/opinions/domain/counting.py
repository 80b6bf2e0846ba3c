"""New answers are added to the tables, and the picture is drawn: never in the transaction of an answer.

An answer says with `is_new` that the tables do not know it, with `is_leaving` that it was taken back and the tables still
hold it. Adding, taking out and clearing the marks is one transaction under the lock of the board, so each is done once,
whatever is killed when. What the board holds is what is published: while a conversation is open it moves by `step`
alone, never by fewer people than `waiting` says. The tables are whole numbers: what is added can be taken out again
exactly, and counting everything anew gives the same bytes. A drawing reads the answers that came since the last one;
what came before is `known`.
"""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F

from madang.commons.opinions import engine
from madang.commons.opinions.domain import known, waiting
from madang.commons.opinions.domain.known import Answers
from madang.commons.opinions.domain.waiting import Change
from madang.commons.opinions.enums import StatementState
from madang.commons.opinions.limits import STEP_FROM
from madang.commons.opinions.models import Board, Statement, Vote
from madang.kernel import clock

PEOPLE = 400  # whose changes one transaction holds
REST = 9  # after a test, so many times as long without one: the machine has other work

_rest: dict[int, float] = {}


def _read(votes: Iterable[tuple[str, int, int]]) -> Answers:
    """Participant → number of the statement → answer; rows come in the order of their turns."""
    found: Answers = defaultdict(dict)
    for participant, number, value in votes:
        found[participant][number] = value
    return dict(found)


def answers(conversation_id: int, *, counted: bool = False, of: Iterable[str] | None = None) -> Answers:
    """What everybody, or these pseudonyms, say now.

    Args:
        counted: what the tables know, which is what is published; without it what they say now.
    """
    rows = Vote.objects.filter(conversation=conversation_id)
    rows = rows.filter(is_new=False) if counted else rows.filter(is_leaving=False)
    if of is not None:
        rows = rows.filter(participant__in=list(of))
    return _read(rows.order_by("turn").values_list("participant", "statement__number", "value").iterator())


def step(conversation_id: int) -> int:
    """The next published step of an open conversation, if enough people wait for one; how many answers went in."""
    return _all(conversation_id, in_steps=True)


def settle(conversation_id: int) -> int:
    """Add everything that waits, of however few people; how many answers that were.

    Only where nobody looks: before a conversation is shown, and in tests of something else. Whoever reads the figures
    before and after an answer that is added alone knows it.
    """
    return _all(conversation_id, in_steps=False)


def _all(conversation_id: int, *, in_steps: bool) -> int:
    done, more = 0, True
    while more:
        moved, more = _some(conversation_id, in_steps=in_steps)
        done += moved
    return done


@transaction.atomic
def _some(conversation_id: int, *, in_steps: bool) -> tuple[int, bool]:
    """What waits of so many people as one transaction may hold; how many answers moved, and whether more may wait."""
    board = Board.objects.select_for_update().get(pk=conversation_id)
    changes = _waiting(board)
    real = [one for one in changes if one.is_real]
    # Nothing is told of what comes to nothing, so it needs no step.
    going = [one for one in changes if not one.is_real]
    moving = waiting.drawn(real) if in_steps else real
    going += moving
    if moving:
        _add(board, moving)
    _clear(board, going)
    return sum(len(one.rows) for one in going), bool(going) and len(changes) == PEOPLE


def _waiting(board: Board) -> list[Change]:
    names, leaving = waiting.people(board.pk, PEOPLE)
    if not names:
        return []
    before = known.some(board.pk, board.mark, set(names))
    if before is None:
        before = answers(board.pk, counted=True, of=names)
    return waiting.read(board.pk, names, leaving, before)


def _add(board: Board, changes: Sequence[Change]) -> None:
    """From what is published of these people to what they say now."""
    board.tables = engine.changed(bytes(board.tables), [(one.before, one.after) for one in changes])
    board.people += sum(bool(one.after) - bool(one.before) for one in changes)
    board.votes += sum(len(one.after) - len(one.before) for one in changes)
    mark = board.mark
    board.mark = secrets.token_hex(8)
    board.is_stale = board.is_untested = True
    board.save(update_fields=["tables", "people", "votes", "mark", "is_stale", "is_untested"])
    known.advance(board.pk, mark, board.mark, {one.participant: one.after for one in changes})


def _clear(board: Board, changes: Sequence[Change]) -> None:
    """The tables know what these people say: nothing of it is new, and what they took back is gone."""
    keys = [key for one in changes for key in one.rows]
    for first in range(0, len(keys), 500):
        Vote.objects.filter(pk__in=keys[first : first + 500]).update(is_new=False)
    leaving = [one.participant for one in changes if one.leaves]
    Vote.objects.filter(conversation=board.pk, is_leaving=True, participant__in=leaving).delete()


@transaction.atomic
def finish(conversation_id: int) -> int:
    """The last step, at closing; of how many people the last changes are left out of it.

    As the steps before it, it never holds the changes of fewer than `STEP_FROM` people. There are fewer only where fewer
    took part at all, or where people who waited took theirs back: what they changed since the last step is then erased
    unpublished, and the record says of how many. What somebody took back goes out in any case.
    """
    step(conversation_id)
    board = Board.objects.select_for_update().get(pk=conversation_id)
    changes = _waiting(board)  # fewer than PEOPLE: the steps have taken the rest
    left_out = 0
    if sum(one.is_real for one in changes) < STEP_FROM:
        for one in changes:
            left_out += bool(one.rows)
            Vote.objects.filter(pk__in=one.rows).delete()
            one.rows, one.after = [], {} if one.leaves else one.before
    real = [one for one in changes if one.is_real]
    if real:
        _add(board, real)
    _clear(board, changes)
    return left_out


@transaction.atomic
def take_out(conversation_id: int, participant: str, *, for_good: bool = False) -> int:
    """Erase all answers of a pseudonym; how many there were.

    What is not published yet is erased at once. What is published leaves the figures with the next step, since a change
    of theirs that is hers alone would tell what she takes back; then its rows are erased too, and the tables are as
    if they had never been given.

    Args:
        for_good: she cannot come back under this pseudonym: it is replaced at once by one that nobody can make.
    """
    board = Board.objects.select_for_update().get(pk=conversation_id)
    said = answers(conversation_id, of=[participant]).get(participant, {})
    rows = Vote.objects.filter(conversation=conversation_id, participant=participant)
    rows.filter(is_new=True).delete()
    rows.update(is_leaving=True)
    if for_good and rows.update(participant=secrets.token_hex(16)):
        board.mark = secrets.token_hex(8)
        board.save(update_fields=["mark"])
    return len(said)


def tables_anew(conversation_id: int) -> bytes:
    """The tables counted from the votes, without what was kept: they must be the same bytes."""
    return engine.changed(b"", [({}, said) for said in answers(conversation_id, counted=True).values()])


def is_right(conversation_id: int) -> bool:
    """Whether the tables that are kept are those of the votes."""
    with transaction.atomic():
        board = Board.objects.select_for_update().get(pk=conversation_id)
        return engine.same(bytes(board.tables), tables_anew(conversation_id))


def _shown(conversation_id: int) -> list[int]:
    rows = Statement.objects.filter(conversation=conversation_id, state=StatementState.SHOWN)
    return list(rows.order_by("number").values_list("number", flat=True))


def counted(conversation_id: int) -> tuple[Board, Answers]:
    """The board, and the answers that its tables count: both of the same moment."""
    board = Board.objects.get(pk=conversation_id)
    said = known.of(conversation_id, board.mark)
    if said is None:
        with transaction.atomic():
            board = Board.objects.select_for_update().get(pk=conversation_id)
            said = answers(conversation_id, counted=True)
        known.keep(conversation_id, board.mark, said, board.votes)
        said = dict(said)
    return board, said


def draw(conversation_id: int) -> None:
    """Draw what has been counted, with as many groups as the last test found: fast enough for a hall."""
    # What comes from here on draws again.
    Board.objects.filter(pk=conversation_id).update(is_stale=False)
    board, said = counted(conversation_id)
    _keep(conversation_id, engine.picture(bytes(board.tables), said, _shown(conversation_id), board.picture))


def test(conversation_id: int) -> None:
    """Find the groups anew and test how far they can be trusted; what came meanwhile is drawn right after."""
    Board.objects.filter(pk=conversation_id).update(is_untested=False)
    board, said = counted(conversation_id)
    picture = engine.picture(bytes(board.tables), said, _shown(conversation_id))
    _keep(conversation_id, picture)
    if Board.objects.filter(pk=conversation_id).exclude(revision=board.revision + 1).exists():
        Board.objects.filter(pk=conversation_id).update(is_stale=True)


def _keep(conversation_id: int, picture: dict[str, object]) -> None:
    Board.objects.filter(pk=conversation_id).update(
        picture=picture, revision=F("revision") + 1, drawn_at=clock.now()
    )


def work() -> int:
    """What the job does each time: a step wherever enough people wait for one, then draw what has changed."""
    done = sum(step(conversation) for conversation in waiting.rooms())
    for conversation in Board.objects.filter(is_stale=True).order_by("pk").values_list("pk", flat=True):
        draw(conversation)
    return done


def test_due() -> int:
    """Test the groups where answers have come since; whoever takes long is tested less often."""
    due = Board.objects.filter(is_untested=True).order_by("pk").values_list("pk", flat=True)
    done = 0
    for conversation in due:
        if time.monotonic() < _rest.get(conversation, 0.0):
            continue
        began = time.monotonic()
        test(conversation)
        _rest[conversation] = time.monotonic() + REST * (time.monotonic() - began)
        done += 1
    return done
