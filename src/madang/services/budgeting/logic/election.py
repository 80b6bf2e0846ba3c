"""What is counted: projects with costs in whole smallest units, and equal ballots together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from madang.services.budgeting.logic.faults import Said


@dataclass(slots=True)
class Project:
    """A project on the ballot. `cost` counts smallest units; `columns` holds the file's own words."""

    id: str
    name: str
    cost: int
    line: int
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ballot:
    """`count` equal ballots. `projects` are positions in `Election.projects`, ascending, or in order of
    preference where the vote is a ranking; `points` stand beside them, where the vote has points."""

    projects: tuple[int, ...]
    points: tuple[int, ...] | None
    count: int


@dataclass(slots=True)
class Election:
    """One file. Money is in units of 1/`unit` of the currency: with `unit` 100, a cost of 12.50 is 1250.
    Points are in units of 1/`point_unit`."""

    meta: dict[str, str]
    budget: int
    unit: int
    vote_type: str
    projects: list[Project]
    ballots: list[Ballot]
    voters: int
    point_unit: int = 1
    sha256: str = ""
    encoding: str = "utf-8"
    notes: list[Said] = field(default_factory=list)

    def votes(self) -> list[int]:
        """For each project, the number of people whose ballot names it (with more than 0 points)."""
        total = [0] * len(self.projects)
        for ballot in self.ballots:
            for at, project in enumerate(ballot.projects):
                if ballot.points is None or ballot.points[at] > 0:
                    total[project] += ballot.count
        return total

    def scores(self) -> list[int]:
        """What the greedy rule ranks by: votes, points in units of 1/`point_unit`, or Borda points of a ranking."""
        if self.vote_type == "ordinal":
            total = [0] * len(self.projects)
            first = self.longest()
            for ballot in self.ballots:
                for at, project in enumerate(ballot.projects):
                    total[project] += max(first - at, 0) * ballot.count
            return total
        if self.vote_type not in ("cumulative", "scoring"):
            return self.votes()
        total = [0] * len(self.projects)
        for ballot in self.ballots:
            for project, points in zip(ballot.projects, ballot.points or (), strict=True):
                total[project] += points * ballot.count
        return total

    def served(self, winners: set[int]) -> int:
        """How many people have at least one of these projects on their ballot (with more than 0 points)."""
        return sum(
            ballot.count
            for ballot in self.ballots
            if not winners.isdisjoint(ballot.projects)
            and (
                ballot.points is None
                or any(
                    c in winners and worth > 0
                    for c, worth in zip(ballot.projects, ballot.points, strict=True)
                )
            )
        )

    def longest(self) -> int:
        """How many projects may be ranked: the Borda points of a first place."""
        written = self.meta.get("max_length", "")
        return int(written) if written.isdecimal() and int(written) > 0 else len(self.projects)

    def money(self, amount: int) -> str:
        """An amount of smallest units in the currency, exactly."""
        if self.unit == 1:
            return str(amount)
        whole, rest = divmod(abs(amount), self.unit)
        digits = str(rest).rjust(len(str(self.unit)) - 1, "0").rstrip("0")
        return ("-" if amount < 0 else "") + str(whole) + (f".{digits}" if digits else "")


@dataclass(slots=True)
class Outcome:
    """What a rule decided. `winners` are positions in the order in which they won.

    `why` says for each project why it won or lost, `ties` which projects stood equal where the tie order
    decided, `facts` what the rule adds to the result (prices, loads, weights)."""

    winners: list[int]
    why: list[dict[str, Any]]
    ties: list[list[int]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
