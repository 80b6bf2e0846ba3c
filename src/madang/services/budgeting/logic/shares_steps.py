"""Completions of Equal Shares: everyone's share grows until the budget is used as far as it goes.

The share grows in steps of the increment, but steps are skipped where it is shown that they change nothing
(`shares_run.follow`): the next share that matters is found by doubling and halving, not by trying every won.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from madang.services.budgeting.logic.election import Election
from madang.services.budgeting.logic.shares_run import Trace, follow, run
from madang.services.budgeting.logic.shares_table import Table, prepare


@dataclass(slots=True)
class Raised:
    """The deciding run, after how many steps, why it stopped there, and how many runs were made."""

    trace: Trace
    steps: int
    stopped: str
    runs: int
    next: Trace | None = None


def exhaustive(table: Table, budget: int, bought: list[int]) -> bool:
    """Whether no further project that has supporters fits in the rest of the budget."""
    taken = set(bought)
    rest = budget - sum(table.cost[c] for c in bought)
    return all(table.cost[c] > rest for c in table.supported if c not in taken)


class _Tables:
    """Tables for growing shares, each for a stretch of them."""

    def __init__(self, election: Election, utility: str) -> None:
        self.election, self.utility = election, utility
        self.ceiling = 0
        self.table: Table | None = None

    def at(self, share: int) -> Table:
        if self.table is None or share > self.ceiling:
            self.ceiling = share * 5 // 4
            self.table = prepare(self.election, self.utility, self.ceiling)
        return self.table


class Stepper(Protocol):
    """Goes on from a share of which the outcome is known, step by step, as far as it is sure of the outcomes.

    Returns how many steps it took, each of which keeps to the budget and is not the last, and why it ended there:
    "overspend" (the next step spends too much), "exhaustive" (the last step taken leaves nothing that fits),
    "unclear" (the next step needs an exact run), "calm" (the outcome has not changed for `patience` steps) or "on".
    """

    def __call__(
        self, election: Election, table: Table, rank: list[int], share: int, step: int, ceiling: int,
        until_exhaustive: bool, patience: int,
    ) -> tuple[int, str]: ...  # fmt: skip


def raise_shares(
    election: Election,
    utility: str,
    increment: int,
    rank: list[int],
    until_exhaustive: bool,
    stepper: Stepper | None = None,
) -> Raised:
    """Raises the share until the next step would overspend, or until nothing more fits.

    `increment` is a step for each voter, in smallest units. Shares in a table are these times the number of voters.
    A `stepper` may take steps faster; the share that decides, and the one after it, are always run exactly. It comes
    in only after its attribute `loading` (marks on ballots times runs; 0 if it has none), as it takes time to load.
    """
    compiled, stepper = stepper, None
    marks = sum(len(ballot.projects) for ballot in election.ballots)
    tables = _Tables(election, utility)
    limit, step = election.budget * election.voters, increment * election.voters
    trace = run(tables.at(election.budget), election.budget, rank)
    steps, runs, jump, calm, patience = 0, 1, 1, True, 64
    while True:
        if compiled is not None and marks * runs >= getattr(compiled, "loading", 0):
            stepper = compiled
        table = tables.at(trace.share)
        if until_exhaustive and exhaustive(table, limit, trace.bought):
            return Raised(trace, steps, "exhaustive", runs)
        if len(trace.bought) == len(table.supported):
            return Raised(trace, steps, "everything", runs)
        least = 1 if stepper is None else patience
        while calm:  # as far as the outcome stays the same
            share = trace.share + max(jump, least) * step
            further = follow(tables.at(share), share, trace, rank)
            runs += 1
            if further is not None:
                jump, patience = max(jump, least), 64
                trace, steps = further, steps + jump
                jump *= 2
            elif jump <= least:
                patience = min(patience * 2, 4096)
                break
            else:
                jump //= 2
        if stepper is not None:
            share = trace.share + step
            table = tables.at(share)
            taken, ended = stepper(
                election, table, rank, trace.share, step, tables.ceiling, until_exhaustive, patience
            )
            if taken:
                runs += taken
                steps += taken
                trace = run(tables.at(trace.share + taken * step), trace.share + taken * step, rank)
            calm = ended == "calm"
            if ended not in ("overspend", "unclear"):
                continue
        share = trace.share + step
        following = run(tables.at(share), share, rank)
        runs += 1
        if following.cost(table) > limit:
            return Raised(trace, steps, "overspend", runs, following)
        if stepper is None:
            calm = following.bought == trace.bought or jump > 1 or steps % 8 == 0
        trace, steps = following, steps + 1
