"""Equal Shares faster: money in arrays, and compiled steps. Only the product has them; the program for citizens does without.

The result is the same: whatever the compiled code cannot settle for sure is counted exactly, and so is the share that
decides. `python -m madang.services.budgeting.fast FILE.pb` counts with it, without Django.
"""

from __future__ import annotations

import sys
from functools import cache, partial
from typing import Any

import numpy as np

from madang.kernel.logic.commands import standalone
from madang.services.budgeting.logic.count_command import arguments, run
from madang.services.budgeting.logic.election import Election
from madang.services.budgeting.logic.shares_purse import HAIR, INFINITE, Purse
from madang.services.budgeting.logic.shares_table import Table

ENDS = ("overspend", "exhaustive", "unclear")
"""What the numbers OVERSPENT, EXHAUSTIVE and UNCLEAR of `fast_loops` mean."""
LARGEST = 2**51
"""Amounts below it, and twice as much, are exact as floating-point numbers."""


@cache
def compiled() -> Any:
    """The compiled steps; loading numba takes a second, which small counts do without."""
    from madang.services.budgeting import fast_loops

    return fast_loops.climb


class Steps:
    """A stepper for `shares_steps.raise_shares`; keeps what it prepared for the last table.

    It comes in after runs over `loading` marks on ballots: about as long as loading it takes."""

    def __init__(self, loading: int = 600_000) -> None:
        self.loading = loading
        self._last: _Arrays | None = None

    def takes(self, election: Election, utility: str) -> bool:
        """Whether every amount is exact as a floating-point number, and units are alike."""
        together = sum(project.cost for project in election.projects) + election.budget
        return utility != "points" and together * election.voters < LARGEST

    def purse(self, table: Table, share: int) -> Purse:
        return ArrayPurse(self._of(table), share)

    def __call__(
        self, table: Table, rank: list[int], share: int, step: int, limit: int, until_exhaustive: bool
    ) -> tuple[int, str]:
        taken, ended, _runs = compiled()(
            float(share), float(step), float(limit), until_exhaustive, len(table.supported),
            *self._of(table).as_compiled(rank),
        )  # fmt: skip
        return int(taken), ENDS[int(ended)]

    def _of(self, table: Table) -> _Arrays:
        if self._last is None or self._last.table is not table:
            self._last = _Arrays(table)
        return self._last


class _Arrays:
    """A table as numpy arrays: for each project its kinds of ballots and how many people cast each."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows = [np.array(row, np.int64) for row in table.supporters]
        self.weights = np.array(table.weights, np.float64)
        self.heavy = [self.weights[row] for row in self.rows]

    def as_compiled(self, rank: list[int]) -> tuple[Any, ...]:
        """What the compiled steps take; projects are numbered as in `table.open`."""
        table, open_ = self.table, self.table.open
        rows = [self.rows[c] for c in open_]
        near = np.array([[table.near[a] >> b & 1 for b in open_] for a in open_], np.uint8)
        first: dict[tuple[int, bytes], int] = {}
        twin = [first.setdefault((table.cost[c], self.rows[c].tobytes()), at) for at, c in enumerate(open_)]
        bare = [table.cost[c] // table.gain[c] for c in open_]  # whole: the gain is 1 or the cost itself
        return (
            np.cumsum([0, *map(len, rows)], dtype=np.int64),
            np.concatenate([np.zeros(0, np.int64), *rows]),
            self.weights,
            np.array([table.cost[c] for c in open_], np.float64),
            np.array([table.gain[c] for c in open_], np.float64),
            np.array([table.heads[c] for c in open_], np.float64),
            near.reshape(len(open_), len(open_)),
            np.array([rank[c] for c in open_], np.int64),
            np.array(twin, np.int64),
            np.array(bare, np.float64),
        )


class ArrayPurse(Purse):
    """The purse in arrays. The order in which numpy adds is not that of the plain purse; bounds allow for any."""

    def __init__(self, arrays: _Arrays, share: int) -> None:
        self.table = arrays.table
        self.share = share
        self.bottom = 1
        self.exact = [share, 0]
        self.scale = [1, 1]
        self.arrays = arrays
        self.kinds = np.zeros(len(arrays.weights), np.int64)
        self.moneys = np.full(len(arrays.weights), float(share))

    def about_price(self, project: int, least: float) -> tuple[float, float]:
        row, weights = self.arrays.rows[project], self.arrays.heavy[project]
        cost, many = float(self.table.cost[project]), float(self.table.amount[project])
        slack = cost * HAIR * (len(row) + 8)
        moneys = self.moneys[row]
        if float(moneys @ weights) < cost - slack:
            return INFINITE, INFINITE
        price, wide, before = max(least, cost / many), slack / many, -1.0
        while True:
            below = moneys < price
            rich = many - float(weights[below].sum())
            if rich <= 0 or rich == before:
                return price, price - wide - price * HAIR
            before, wide = rich, slack / rich
            price = max(price, (cost - float(moneys[below] @ weights[below])) / rich)

    def highest(self, project: int, price: float, low: float) -> float:
        row, weights = self.arrays.rows[project], self.arrays.heavy[project]
        wide = price - low
        high = price + 4 * wide
        left = float(weights[self.moneys[row] >= high].sum())
        slack = float(self.table.cost[project]) * HAIR * (len(row) + 8)
        return high if left * 3 * wide > slack else INFINITE

    def classes(self, project: int) -> dict[tuple[int, int], int]:
        counts = np.bincount(self.kinds[self.arrays.rows[project]], self.arrays.heavy[project])
        return {(int(one), 1): int(counts[one]) for one in np.flatnonzero(counts)}

    def can_pay(self, project: int) -> bool:
        return self.left(project) >= self.table.cost[project]

    def _move(self, project: int, changed: dict[tuple[int, int], tuple[int, float]]) -> None:
        row = self.arrays.rows[project]
        target, about = np.zeros(len(self.exact), np.int64), np.zeros(len(self.exact))
        for (one, _), (to, money) in changed.items():
            target[one], about[one] = to, money
        before = self.kinds[row]
        self.kinds[row], self.moneys[row] = target[before], about[before]


if __name__ == "__main__":
    sys.exit(standalone("count", __doc__, arguments, partial(run, stepper=Steps())))
