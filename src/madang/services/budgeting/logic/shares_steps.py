"""Completions of Equal Shares: everyone's share grows until the budget is used as far as it goes.

The share grows in steps of the increment, but steps are skipped where it is shown that they change nothing
(`shares_run.follow`): the next share that matters is found by doubling and halving, not by trying every won.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from madang.services.budgeting.logic.election import Election
from madang.services.budgeting.logic.shares_purse import Purse
from madang.services.budgeting.logic.shares_run import Trace, follow, run
from madang.services.budgeting.logic.shares_table import Table, prepare


@dataclass(slots=True)
class Raised:
    """The deciding run, after how many steps, why it stopped there, and how many runs were made."""

    table: Table
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
    """Tables for growing shares, each for a stretch of them; `whole` is for every share."""

    def __init__(self, election: Election, utility: str) -> None:
        self.election, self.utility = election, utility
        self.ceiling = 0
        self.table: Table | None = None

    def at(self, share: int) -> Table:
        if self.table is None or share > self.ceiling:
            self.ceiling = share * 5 // 4
            self.table = prepare(self.election, self.utility, self.ceiling)
        return self.table

    def whole(self) -> Table:
        return prepare(self.election, self.utility)


class Stepper(Protocol):
    """What takes steps faster. It comes in after `loading` marks on ballots times runs, as it takes time to load.

    `takes` says whether it can at all. A call goes on from a share, step by step, as far as it is sure of the outcomes:
    it returns how many steps it took, each of which keeps to the budget and is not the last, and why it ended there:
    "overspend" (the next step spends too much), "exhaustive" (the last step taken leaves nothing that fits),
    or "unclear" (the next step needs an exact run). `purse` makes what holds the money in an exact run.
    """

    loading: int

    def takes(self, election: Election, utility: str) -> bool: ...

    def purse(self, table: Table, share: int) -> Purse: ...

    def __call__(
        self, table: Table, rank: list[int], share: int, step: int, limit: int, until_exhaustive: bool
    ) -> tuple[int, str]: ...


@dataclass(slots=True)
class _Way:
    """How far the share was raised."""

    share: int
    steps: int = 0
    runs: int = 0


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
    With a `stepper` or without, the share that decides, and the one after it, are run exactly.
    """
    limit, step = election.budget * election.voters, increment * election.voters
    marks = sum(len(ballot.projects) for ballot in election.ballots)
    way = _Way(election.budget)
    if stepper is None or not stepper.takes(election, utility):
        found = _plainly(election, utility, way, step, limit, rank, until_exhaustive)
        assert found is not None
        return found
    early = stepper.loading // max(marks, 1)
    found = _plainly(election, utility, way, step, limit, rank, until_exhaustive, early) if early else None
    return found or _faster(prepare(election, utility), way, step, limit, rank, until_exhaustive, stepper)


def _stopped(table: Table, trace: Trace, limit: int, until_exhaustive: bool) -> str:
    """Why it ends with this outcome; empty where it goes on."""
    if until_exhaustive and exhaustive(table, limit, trace.bought):
        return "exhaustive"
    return "everything" if len(trace.bought) == len(table.supported) else ""


def _plainly(
    election: Election,
    utility: str,
    way: _Way,
    step: int,
    limit: int,
    rank: list[int],
    until_exhaustive: bool,
    most: int = 0,
) -> Raised | None:
    """Without a stepper; None when it is not done after `most` runs, and `way` says how far it came."""
    tables = _Tables(election, utility)
    trace = run(tables.at(way.share), way.share, rank)
    following = None
    way.runs, jump, calm = 1, 1, True
    while not (stopped := _stopped(tables.at(way.share), trace, limit, until_exhaustive)):
        while calm:  # as far as the outcome stays the same
            share = way.share + jump * step
            further = follow(tables.at(share), share, trace, rank)
            way.runs += 1
            if further is not None:
                trace, way.share, way.steps = further, share, way.steps + jump
                jump *= 2
            elif jump == 1:
                break
            else:
                jump //= 2
        if 0 < most < way.runs:
            return None
        following = run(tables.at(way.share + step), way.share + step, rank)
        way.runs += 1
        if following.cost(tables.at(way.share + step)) > limit:
            stopped = "overspend"
            break
        calm = following.bought == trace.bought or jump > 1 or way.steps % 8 == 0
        trace, way.share, way.steps = following, way.share + step, way.steps + 1
    table = prepare(election, utility)
    again = run(table, way.share, rank)
    if set(again.bought) != set(trace.bought):  # both ways must agree; anything else is a defect
        raise AssertionError(f"counted differently twice: {set(again.bought) ^ set(trace.bought)}")
    return Raised(table, again, way.steps, stopped, way.runs, following if stopped == "overspend" else None)


def _faster(
    table: Table, way: _Way, step: int, limit: int, rank: list[int], until_exhaustive: bool, stepper: Stepper
) -> Raised:
    """With the stepper; where it ends, exact runs decide."""
    trace, following = run(table, way.share, rank, stepper.purse), None
    while not (stopped := _stopped(table, trace, limit, until_exhaustive)):
        taken, ended = stepper(table, rank, way.share, step, limit, until_exhaustive)
        way.share, way.steps, way.runs = way.share + taken * step, way.steps + taken, way.runs + taken
        if taken:
            trace = run(table, way.share, rank, stepper.purse)
            if trace.cost(table) > limit:  # both ways must agree; anything else is a defect
                raise AssertionError(f"counted differently twice at the share {way.share}")
        if ended != "exhaustive":
            following = run(table, way.share + step, rank, stepper.purse)
            if following.cost(table) > limit:
                stopped = "overspend"
                break
            trace, way.share, way.steps = following, way.share + step, way.steps + 1
    return Raised(table, trace, way.steps, stopped, way.runs, following if stopped == "overspend" else None)
