"""Shares when people read a part of the answers and a machine coded the rest.

Three kinds of answers. `known`: read by people, chosen for any reason; they count as they are. Of all that nobody had read,
some were then drawn at random and read without showing the machine's code: `audited`. The `rest` has the machine's code
only. How often the machine errs is seen in the audit and taken back out of the rest:

- *prediction-powered* (Angelopoulos et al., Science 2023): the machine's share among audited and rest together, plus what
  people found on the audited beyond it. Right on average, whatever the machine is like; this is the published figure.
- *Rogan and Gladen* (1978) beside it: the machine's share, corrected by how many of those with the code it finds and how
  many of those without it leaves out. Unusable when the machine hardly tells them apart.

Intervals are Wilson's, for the number of answers that would leave as much doubt had people read every one of them: doubt
about who came and about the machine's errors together. Rare errors may be unseen in a small audit; as Agresti and Min
(2005) do for pairs, half an answer is added to each of the four cells before doubt is computed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from madang.kernel.logic.intervals import LEVEL, wilson, z_of
from madang.services.polls.logic import rounding
from madang.services.polls.logic.codebook import SINGLE, Codebook, Text
from madang.services.polls.logic.rounding import six

Codes = Sequence[str]

_POWER = 0.1  # below it, dividing by it says nothing


class Audited(NamedTuple):
    """An answer drawn at random from all that nobody had read: what people gave it and what the machine had."""

    human: Codes
    machine: Codes


def estimate(
    book: Codebook,
    known: Iterable[Codes],
    audited: Iterable[Audited],
    rest: Iterable[Codes],
    *,
    label: str | None = None,
    level: float = LEVEL,
) -> dict[str, Any]:
    """For every group and code of the book, other and not codable included, in the order of the table.

    Gives `codebook`, `unit`, `label`, `denominator` (all answers), `known`, `audited`, `rest` (how many of each), `level`,
    and `rows`: `key`, `kind`, `group`, `name`, `share`, `percent`, `low`, `high` (machine's errors and who came),
    `coding` (`[low, high]`: the machine's errors alone, as if these were all people; None when nothing was coded by a
    machine), `machine` (share uncorrected), `rogan_gladen` (`share`, `low`, `high`, `finds`, `leaves_out`, or None) and
    `clipped` (the correction led below 0 or above 1 and was cut).

    Raises ValueError when there is a rest but no audit: nobody knows how often the machine is wrong then."""
    label = label or book.label
    known, audited, rest = list(known), list(audited), list(rest)
    if rest and not audited:
        raise ValueError(
            "without an audit drawn at random nothing can be said about what only the machine coded"
        )
    single = label == SINGLE
    mine = [_keys(book, codes, single) for codes in known]
    pairs = [(_keys(book, one.human, single), _keys(book, one.machine, single)) for one in audited]
    machine = [_keys(book, codes, single) for codes in rest]
    rows: list[tuple[str, str, str | None, Text]] = []
    for group in book.groups:
        rows.append((group.key, "group", None, group.name))
        rows += [(code.key, code.kind, code.group, code.name) for code in book.codes_of(group.key)]
    rows += [(code.key, code.kind, None, code.name) for code in book.groupless()]
    return {
        "codebook": {"key": book.key, "version": book.version},
        "unit": "answer",
        "label": label,
        "denominator": len(known) + len(audited) + len(rest),
        "known": len(known),
        "audited": len(audited),
        "rest": len(rest),
        "level": level,
        "rows": [
            {
                "key": key,
                "kind": kind,
                "group": group,
                "name": dict(name),
                **one_share(
                    sum(key in keys for keys in mine),
                    len(known),
                    _cells(key, pairs),
                    sum(key in keys for keys in machine),
                    len(rest),
                    level,
                ),
            }
            for key, kind, group, name in rows
        ],
    }


def one_share(
    has: int, known: int, cells: tuple[int, int, int, int], rest_has: int, rest: int, level: float = LEVEL
) -> dict[str, Any]:
    """One code. `has` of `known` by people; `cells` of the audit: both gave it, only people, only the machine, neither;
    `rest_has` of `rest` by the machine alone. The keys are those of the rows of `estimate`."""
    both, people, alone, _neither = cells
    audited = sum(cells)
    unread = audited + rest
    whole = known + unread
    if not whole:
        return {
            "share": 0.0,
            "percent": "0.0",
            "low": 0.0,
            "high": 1.0,
            "coding": None,
            "machine": 0.0,
            "rogan_gladen": None,
            "clipped": False,
        }
    by_machine = both + alone + rest_has
    if rest:
        # Machine's share of the unread, plus what people found beyond it in the audit.
        raw = (has + by_machine + unread * (people - alone) / audited) / whole
        doubt = (unread / whole) ** 2 * _doubt(people, alone, audited) * (1.0 - audited / unread)
    else:
        raw, doubt = (has + both + people) / whole, 0.0
    share = min(1.0, max(0.0, raw))
    drawn = share * (1.0 - share) / whole
    # Where the share is 0 or 1 the draws leave no variance to compare with; that of half an answer stands in.
    floor = max(drawn, 0.5 / whole * (1.0 - 0.5 / whole) / whole)
    of = whole * floor / (floor + doubt)
    low, high = wilson(share * of, of, level)
    return {
        "share": six(share),
        "percent": rounding.text(math.floor(share * 1000 + 0.5)),
        "low": six(low),
        "high": six(high),
        "coding": _coding(share, doubt, level) if rest else None,
        "machine": six((has + (by_machine if rest else both + people)) / whole),
        "rogan_gladen": _rogan_gladen(has, known, cells, by_machine, unread, level) if rest else None,
        "clipped": raw != share,
    }


def _doubt(people: int, alone: int, audited: int) -> float:
    """Variance of the mean difference between people and machine in the audit."""
    size = audited + 2.0
    more, less = people + 0.5, alone + 0.5
    return ((more + less) / size - ((more - less) / size) ** 2) / size


def _coding(share: float, doubt: float, level: float) -> list[float]:
    half = z_of(level) * math.sqrt(doubt)
    return [six(max(0.0, share - half)), six(min(1.0, share + half))]


def _rogan_gladen(
    has: int, known: int, cells: tuple[int, int, int, int], by_machine: int, unread: int, level: float
) -> dict[str, float] | None:
    """Of the unread (q + leaves_out − 1) / (finds + leaves_out − 1) have the code, when the machine gave it to q of them; its
    variance by the delta method. None where the machine hardly tells the code from the others, or where the audit has
    only answers with it or only such without."""
    both, people, alone, neither = cells
    with_code, without = both + people, alone + neither
    if not with_code or not without:
        return None
    finds, leaves_out, q = both / with_code, neither / without, by_machine / unread
    power = finds + leaves_out - 1.0
    if power < _POWER:
        return None
    there = min(1.0, max(0.0, (q + leaves_out - 1.0) / power))
    sure, sure_not = ((both + 1.0) / (with_code + 2.0), (neither + 1.0) / (without + 2.0))
    variance = (
        q * (1.0 - q) / unread
        + there * there * sure * (1.0 - sure) / with_code
        + (1.0 - there) ** 2 * sure_not * (1.0 - sure_not) / without
    ) / (power * power)
    whole = known + unread
    share = (has + there * unread) / whole
    own = has / known * (1.0 - has / known) / known * (known / whole) ** 2 if known else 0.0
    half = z_of(level) * math.sqrt(variance * (unread / whole) ** 2 + own)
    return {
        "share": six(share),
        "low": six(max(0.0, share - half)),
        "high": six(min(1.0, share + half)),
        "finds": six(finds),
        "leaves_out": six(leaves_out),
    }


def _keys(book: Codebook, codes: Codes, single: bool) -> set[str]:
    counted = codes[:1] if single else codes
    groups = {book.code(code).group for code in counted}
    return {*counted, *(group for group in groups if group)}


def _cells(key: str, pairs: Sequence[tuple[set[str], set[str]]]) -> tuple[int, int, int, int]:
    both = sum(key in human and key in machine for human, machine in pairs)
    people = sum(key in human and key not in machine for human, machine in pairs)
    alone = sum(key not in human and key in machine for human, machine in pairs)
    return both, people, alone, len(pairs) - both - people - alone
