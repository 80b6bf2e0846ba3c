"""Public tables of counts and shares, with small cells taken out. Plain Python; what a page shows and what its CSV holds are
the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from madang.kernel.logic.intervals import wilson
from madang.kernel.logic.suppress import hidden

LEAST = 5
"""Fewer people than this in a cell are not shown."""
WIDEST = 150  # cells with somebody in them up to which cells are hidden one by one


@dataclass(frozen=True, slots=True)
class Counted:
    """A table of counts: `cells[row][column]`, None where not shown; `sums` of the rows, None where too small."""

    rows: list[str]
    columns: list[str]
    cells: list[list[int | None]]
    sums: list[int | None]
    hidden: int


def counted(counts: Mapping[tuple[str, str], int], rows: Sequence[str], columns: Sequence[str]) -> Counted:
    """Counts with small cells hidden, and as many others that no hidden one can be reckoned from the sums
    (`kernel.logic.suppress`). A table too wide for that shows of a row with any small cell its sum alone."""
    whole = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    sums = {row: sum(whole[row, column] for column in columns) for row in rows}
    filled = sum(1 for value in whole.values() if value)
    away: set[tuple[str, str]] | None = None
    if filled <= WIDEST:
        away = hidden(whole, dict.fromkeys(rows), parts=True, least=LEAST)
    if away is None:
        bad = {row for (row, _column), value in whole.items() if 0 < value < LEAST}
        away = {(row, column) for row in bad for column in columns}
        if len(bad) == 1:  # what one row hides follows from the others and the total of a column
            away |= {(row, column) for row in rows for column in columns}
    for row in rows:
        # Hidden alone beside a sum that is shown, a cell is known anyway; small it cannot be, `hidden` saw to that.
        alone = [column for column in columns if (row, column) in away]
        if len(alone) == 1 and sums[row] >= LEAST and whole[row, alone[0]] >= LEAST:
            away.remove((row, alone[0]))
    cells = [[None if (row, column) in away else whole[row, column] for column in columns] for row in rows]
    shown = [None if 0 < sums[row] < LEAST else sums[row] for row in rows]
    return Counted(
        list(rows), list(columns), cells, shown, sum(cell is None for row in cells for cell in row)
    )


def share(count: int, of: int) -> dict[str, Any]:
    """A share with its denominator and Wilson's 95 % interval.

    With fewer than `LEAST` in the denominator nothing is said; where there are so few on the one or the other side, only the
    denominator: the ends of an interval would tell the count."""
    nothing = {"count": None, "share": None, "low": None, "high": None}
    if of < LEAST:
        return {"of": 0 if of == 0 else None, **nothing}
    if 0 < count < LEAST or 0 < of - count < LEAST:
        return {"of": of, **nothing}
    low, high = wilson(count, of)
    return {
        "of": of,
        "count": count,
        "share": round(count / of, 4),
        "low": round(low, 4),
        "high": round(high, 4),
    }


def shares(counts: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    """Shares of the parts of one whole that is published too: where a single part is not told, it could be reckoned from the
    others, so the smallest of these is left out as well."""
    told = [share(count, of) for count, of in counts]
    secret = [at for at, one in enumerate(told) if one["count"] is None and counts[at][1]]
    if len(secret) == 1:
        rest = [at for at, one in enumerate(told) if one["count"] is not None]
        if rest:
            least = min(rest, key=lambda at: (counts[at][1], at))
            told[least] = {"of": None, "count": None, "share": None, "low": None, "high": None}
    return told
