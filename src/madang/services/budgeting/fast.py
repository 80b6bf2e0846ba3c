"""Compiled steps for Equal Shares. Only the product has them; the program for citizens counts without, more slowly.

The result is the same: whatever the compiled code cannot settle for sure is counted exactly, and so is the share that
decides.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from madang.services.budgeting.logic.election import Election
from madang.services.budgeting.logic.shares_table import Table

BATCH = 4096
ENDS = ("on", "overspend", "exhaustive", "unclear", "calm")
"""What the numbers DONE, OVERSPENT … of `fast_loops` mean."""


@cache
def compiled() -> Any:
    """The compiled steps; loading numba takes a second, which small counts do without."""
    from madang.services.budgeting import fast_loops

    return fast_loops.steps


class Steps:
    """A stepper for `shares_steps.raise_shares`; keeps what it prepared for the last table.

    It comes in after runs over `loading` marks on ballots: about as long as loading it takes."""

    def __init__(self, loading: int = 2_000_000) -> None:
        self.loading = loading
        self._table: Table | None = None
        self._arrays: tuple[Any, ...] = ()

    def __call__(
        self, election: Election, table: Table, rank: list[int], share: int, step: int, ceiling: int,
        until_exhaustive: bool, patience: int,
    ) -> tuple[int, str]:  # fmt: skip
        limit = election.budget * election.voters
        if table.units is not None or ceiling >= 2**52 or sum(table.cost) >= 2**52:
            return 0, "unclear"
        if self._table is not table:
            self._table, self._arrays = table, arrays(table, rank)
        dear, *rest = self._arrays
        taken, ended = compiled()(
            float(share), float(step), float(limit), BATCH, until_exhaustive, patience, len(table.supported),
            dear, float(ceiling), *rest,
        )  # fmt: skip
        return int(taken), ENDS[int(ended)]


def arrays(table: Table, rank: list[int]) -> tuple[Any, ...]:
    """The table as numpy arrays; projects are numbered as in `table.open`."""
    open_ = table.open
    ptr = np.cumsum([0, *(len(table.supporters[c]) for c in open_)])
    idx = np.array([t for c in open_ for t in table.supporters[c]], np.int64)
    bare = [table.cost[c] // table.gain[c] for c in open_]  # whole: the gain is 1 or the cost itself
    near = np.array([[table.near[a] >> b & 1 for b in open_] for a in open_], np.uint8)
    inside = set(open_)
    return (
        np.array([table.cost[c] for c in table.supported if c not in inside], np.float64),
        ptr.astype(np.int64),
        idx,
        np.array(table.weights, np.float64),
        np.array([table.cost[c] for c in open_], np.float64),
        np.array([table.gain[c] for c in open_], np.float64),
        np.array([table.heads[c] for c in open_], np.float64),
        near.reshape(len(open_), len(open_)),
        np.array([rank[c] for c in open_], np.int64),
        np.array(bare, np.float64),
    )
