"""The figures of coded answers. The report and its bundle both ask here, so that they cannot say two things.

Agreement is that of the sample: answers drawn by lot and given to two readers who did not see each other's codes, each with
her main code. What was looked at again later, to see whether codes drift, is shown at the desk and is no part of it: those
answers were drawn from others, at another time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from madang.commons.opinions.logic.persons import TIMES
from madang.kernel.logic.intervals import LEVEL
from madang.services.polls.logic import agreement, rounding, table
from madang.services.polls.logic.codebook import MULTI, SINGLE, Codebook, Coded

Readings = Sequence[Sequence[str | None]]
"""`[answer][reader]`: main codes of the sample, None where a reader gave nothing."""


def coded(
    book: Codebook,
    rows: Sequence[Coded],
    readings: Readings,
    *,
    on: date,
    method: str = rounding.PLAIN,
    decimals: int = 1,
    level: float = LEVEL,
    seed: int = table.SEED,
    times: int = TIMES,
) -> dict[str, Any]:
    """`table` by main codes; `several` by all codes, None where no answer has more than one; `agreement` and `by_code` of
    the sample, None where two read none of it. `on`: the day whose limits of agreement hold."""
    how: dict[str, Any] = {"decimals": decimals, "level": level, "seed": seed, "times": times}
    again: dict[str, Any] = {"on": on, "seed": seed, "times": times, "level": level}
    read = [row for row in readings if sum(one is not None for one in row) > 1]
    return {
        "table": table.build(book, rows, label=SINGLE, method=method, **how),
        "several": table.build(book, rows, label=MULTI, **how)
        if any(len(row.codes) > 1 for row in rows)
        else None,
        "agreement": agreement.agreement(read, **again) if read else None,
        "by_code": agreement.by_code(
            [[None if one is None else (one,) for one in row] for row in read], book.code_keys(), **again
        )
        if read
        else None,
    }
