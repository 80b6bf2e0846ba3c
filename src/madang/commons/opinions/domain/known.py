"""What this process has read of the answers that are counted, so that a drawing reads only those that came since.

Each change of the tables gives the board a new random `mark`, in the same transaction. What is kept here is kept under
the mark it belongs to and used under no other: an answer that is taken out, another process that counts or a
transaction that is rolled back leaves a mark that nobody here knows, and everything is read again. A mark never returns.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

Answers = dict[str, dict[int, int]]
"""Participant → number of the statement → answer. What one person said is replaced, never changed in place."""

ROOMS = 8
MOST = 400_000
"""Answers that are kept of one conversation (some 100 MB); a larger one is read each time."""


@dataclass(slots=True)
class _Known:
    mark: str
    said: Answers


_known: OrderedDict[int, _Known] = OrderedDict()
_lock = threading.Lock()


def of(conversation_id: int, mark: str) -> Answers | None:
    """Everybody's answers at this mark; None where they have to be read."""
    with _lock:
        kept = _known.get(conversation_id)
        if kept is None or not mark or kept.mark != mark:
            return None
        _known.move_to_end(conversation_id)
        return dict(kept.said)


def some(conversation_id: int, mark: str, people: set[str]) -> Answers | None:
    """The same for these people alone."""
    with _lock:
        kept = _known.get(conversation_id)
        if kept is None or not mark or kept.mark != mark:
            return None
        return {person: kept.said[person] for person in people if person in kept.said}


def keep(conversation_id: int, mark: str, said: Answers, answers: int) -> None:
    """Keep what was read; `answers`: how many there are."""
    with _lock:
        _known.pop(conversation_id, None)
        if mark and answers <= MOST:
            _known[conversation_id] = _Known(mark, said)
            while len(_known) > ROOMS:
                _known.popitem(last=False)


def advance(conversation_id: int, mark: str, fresh: str, changed: Answers) -> None:
    """From one mark to the next: these people say something else now, or nothing any more.

    Where the first mark is not known, nothing is.
    """
    with _lock:
        kept = _known.get(conversation_id)
        if kept is not None and mark and kept.mark == mark:
            kept.mark = fresh
            kept.said.update(changed)
            for person in (person for person, said in changed.items() if not said):
                del kept.said[person]


def forget() -> None:
    """Drop everything: the next drawing reads it again."""
    with _lock:
        _known.clear()
