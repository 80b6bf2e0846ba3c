"""New answers are added to the tables, and the picture is drawn: never in the transaction of an answer.

An answer says with `is_new` that the tables do not know it. Adding it and clearing the mark is one transaction under
the lock of the board, so each is added once, whatever is killed when. The tables are whole numbers: what is added can
be taken out again exactly, and counting everything anew gives the same bytes. A drawing reads the answers that came since
the last one; what came before is `known`.
"""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from madang.commons.opinions import engine
from madang.commons.opinions.domain import known
from madang.commons.opinions.domain.known import Answers
from madang.commons.opinions.enums import StatementState
from madang.commons.opinions.models import Board, Statement, Vote
from madang.kernel import clock

ROWS = 4000  # answers of one transaction
REST = 9  # after a test, so many times as long without one: the machine has other work

_rest: dict[int, float] = {}


def _read(votes: Iterable[tuple[str, int, int]]) -> Answers:
    """Participant → number of the statement → answer; rows come in the order of their turns."""
    found: Answers = defaultdict(dict)
    for participant, number, value in votes:
        found[participant][number] = value
    return dict(found)


def answers(conversation_id: int, *, counted: bool | None = None, of: Iterable[str] | None = None) -> Answers:
    """What everybody, or these pseudonyms, say now.

    Args:
        counted: only rows that the tables know; all rows without it.
    """
    rows = Vote.objects.filter(conversation=conversation_id)
    if counted is not None:
        rows = rows.filter(is_new=not counted)
    if of is not None:
        rows = rows.filter(participant__in=list(of))
    return _read(rows.order_by("turn").values_list("participant", "statement__number", "value").iterator())


def settle(conversation_id: int) -> int:
    """Add all new answers to the tables; how many there were."""
    done = 0
    while (batch := _settle(conversation_id)) == ROWS:
        done += batch
    return done + batch


@transaction.atomic
def _settle(conversation_id: int) -> int:
    board = Board.objects.select_for_update().get(pk=conversation_id)
    new = list(
        Vote.objects.filter(conversation=conversation_id, is_new=True)
        .order_by("turn")
        .values_list("pk", "participant", "statement__number", "value")[:ROWS]
    )
    if not new:
        return 0
    people, mark = {row[1] for row in new}, board.mark
    before = known.some(conversation_id, mark, people)
    if before is None:
        before = answers(conversation_id, counted=True, of=people)
    after = {participant: dict(said) for participant, said in before.items()}
    for _pk, participant, number, value in new:
        after.setdefault(participant, {})[number] = value
    board.tables = engine.changed(
        bytes(board.tables), [(before.get(participant, {}), said) for participant, said in after.items()]
    )
    board.people += sum(1 for participant in after if participant not in before)
    board.votes += sum(len(said) - len(before.get(participant, {})) for participant, said in after.items())
    _changed(board)
    keys = [row[0] for row in new]
    for first in range(0, len(keys), 500):
        Vote.objects.filter(pk__in=keys[first : first + 500]).update(is_new=False)
    known.advance(conversation_id, mark, board.mark, after)
    return len(new)


def _changed(board: Board) -> None:
    """Save a board whose tables are other ones now."""
    board.mark = secrets.token_hex(8)
    board.is_stale = board.is_untested = True
    board.save(update_fields=["tables", "people", "votes", "mark", "is_stale", "is_untested"])


@transaction.atomic
def take_out(conversation_id: int, participant: str) -> int:
    """Erase all answers of a pseudonym, exactly: the tables are then as if they had never been given."""
    settle(conversation_id)
    board = Board.objects.select_for_update().get(pk=conversation_id)
    said = answers(conversation_id, of=[participant]).get(participant)
    if said is None:
        return 0
    board.tables = engine.changed(bytes(board.tables), [(said, {})])
    board.people -= 1
    board.votes -= len(said)
    _changed(board)
    Vote.objects.filter(conversation=conversation_id, participant=participant).delete()
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
    """What the job does each time: add what is new, then draw what has changed."""
    waiting = Vote.objects.filter(is_new=True).order_by().values_list("conversation_id", flat=True).distinct()
    done = sum(settle(conversation) for conversation in sorted(set(waiting)))
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
