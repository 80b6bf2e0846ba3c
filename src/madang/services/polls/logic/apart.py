"""Replies to a closed question as they may be given away: what several people said alike whole, the rest in pieces.

A reply to a matrix, to a question with several choices or with an order is a pattern, and a rare pattern is somebody: who
knows a part of it finds the rest. So a pattern is given whole only where at least `LEAST` people said just that. All others
are taken apart (`closed.Piece`) and their pieces counted together, which is what the table of the report says too. Were fewer
than `LEAST` people among those taken apart, their pieces could be put together again: then the rarest whole patterns join
them. Every question stands alone: nothing leads from a reply to the same person's words or to her other replies.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from madang.kernel.logic.suppress import LEAST
from madang.services.polls.logic.closed import CHOICES, Piece, Tally, pieces_of, tally

Kept = dict[str, Any]


def kept(kind: str, replies: Iterable[Any], least: int = LEAST) -> Kept:
    """`given` and `left_out` replies; `whole`: `[{"value", "people"}]`, most first; `pieces`: `[[thing, what, how often]]`.

    In an order that follows from what was said alone. Raises ValueError for a kind that has no choices."""
    values = list(replies)
    said = tally(kind, values)
    patterns = Counter(_canonical(kind, value) for value in values if value not in (None, "", [], {}))
    order = sorted(patterns.items(), key=lambda one: (-one[1], one[0]))
    whole = [one for one in order if one[1] >= least]
    apart = said.given - sum(people for _, people in whole)
    while whole and 0 < apart < least:
        apart += whole.pop()[1]
    rest = said.pieces.copy()
    for pattern, people in whole:
        for piece, often in pieces_of(kind, json.loads(pattern)).items():
            rest[piece] -= often * people
    return {
        "given": said.given,
        "left_out": said.left_out,
        "whole": [{"value": json.loads(pattern), "people": people} for pattern, people in whole],
        "pieces": [[*piece, often] for piece, often in sorted(rest.items()) if often],
    }


def tally_of(kind: str, found: Mapping[str, Any]) -> Tally:
    """What `kept` was made of, as far as a table needs it."""
    pieces: Counter[Piece] = Counter({(thing, what): often for thing, what, often in found["pieces"]})
    for one in found["whole"]:
        for piece, often in pieces_of(kind, one["value"]).items():
            pieces[piece] += often * one["people"]
    return Tally(found["given"], found["left_out"], pieces)


def _canonical(kind: str, value: Any) -> str:
    """The same text for replies that say the same."""
    if kind == CHOICES:
        value = sorted(set(value))
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
