"""A rehearsal: voters who do not exist fill in ballots, and a rule counts them. It shows what a rule does before anyone votes.

Voters live in quarters of unlike size and mostly like what is made for their own; that is where rules differ most.
The same seed makes the same voters.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from madang.services.budgeting.logic.count import Settings, count
from madang.services.budgeting.logic.election import Election
from madang.services.budgeting.logic.pabulib import read

QUARTERS = (("A", 52, 5), ("B", 21, 3), ("C", 15, 2), ("D", 12, 2))
"""Name, percent of the voters, and how many projects are made for it: large quarters propose more."""
COMMON = 2
"""Made projects for everybody."""
VOTERS = 400
VOTE_TYPES = {"approval": "approval", "knapsack": "approval", "points": "cumulative", "ranking": "ordinal"}


@dataclass(frozen=True, slots=True)
class Made:
    """A project of the rehearsal. `quarter` is empty where it is for everybody; `liked` is the percent of each quarter
    that would choose it. `cost` is in won."""

    code: str
    quarter: str
    cost: int
    liked: tuple[int, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one made voter hands in."""

    quarter: int
    projects: tuple[int, ...]
    points: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """How a ballot is filled in: one of `VOTE_TYPES`, with its limits."""

    kind: str
    least: int = 1
    most: int = 5
    points: int = 0


@dataclass(slots=True)
class Result:
    """What one rule made of the ballots: positions of winners, what they cost, whom they serve.

    `served` counts voters with a funded project on their ballot, `by_quarter` the same for each quarter."""

    winners: set[int]
    spent: int
    served: int
    by_quarter: list[int] = field(default_factory=list)


def made_projects(budget: int, seed: int) -> list[Made]:
    """Projects of every quarter and for everybody, together much dearer than the money."""
    draw = random.Random(f"projects {seed}")  # noqa: S311 - made up on purpose
    found = []
    for place, (quarter, _share, many) in enumerate(QUARTERS):
        for number in range(1, many + 1):
            liked = [draw.randint(3, 12) for _ in QUARTERS]
            liked[place] = draw.randint(45, 75)
            found.append(Made(f"{quarter}{number}", quarter, _cost(draw, budget), tuple(liked)))
    for number in range(1, COMMON + 1):
        found.append(
            Made(f"X{number}", "", _cost(draw, budget), tuple(draw.randint(20, 40) for _ in QUARTERS))
        )
    return found


def _cost(draw: random.Random, budget: int) -> int:
    """Between 8 and 28 percent of the money, in two figures as costs are usually stated."""
    exact = max(budget * draw.randint(8, 28) // 100, 1)
    step = max(10 ** (len(str(exact)) - 2), 1)
    return max(exact // step * step, 1)


def ballots(projects: Sequence[Made], budget: int, way: Way, seed: int, voters: int = VOTERS) -> list[Ballot]:
    """The ballots of so many made voters."""
    draw = random.Random(f"voters {seed}")  # noqa: S311 - made up on purpose
    found = []
    for number in range(voters):
        quarter = _quarter(number * 100 // voters)
        liked = [at for at, project in enumerate(projects) if draw.randrange(100) < project.liked[quarter]]
        others = [at for at in range(len(projects)) if at not in liked]
        draw.shuffle(liked)
        draw.shuffle(others)
        least = min(way.least, len(projects))
        wanted = liked + others[: max(least - len(liked), 0)]
        found.append(_filled(draw, quarter, wanted, projects, budget, way))
    return found


def _quarter(percent: int) -> int:
    for place, (_name, share, _many) in enumerate(QUARTERS):
        if percent < share:
            return place
        percent -= share
    return len(QUARTERS) - 1


def _filled(
    draw: random.Random, quarter: int, wanted: list[int], projects: Sequence[Made], budget: int, way: Way
) -> Ballot:
    if way.kind == "knapsack":
        rest, chosen = budget, []
        for at in wanted:
            if projects[at].cost <= rest:
                chosen.append(at)
                rest -= projects[at].cost
        return Ballot(quarter, tuple(sorted(chosen)))
    chosen = wanted[: way.most]
    if way.kind == "ranking":
        return Ballot(quarter, tuple(chosen))
    if way.kind == "points":
        chosen = chosen[: way.points]
        given = [1] * len(chosen)
        for _ in range(way.points - len(chosen) if chosen else 0):
            given[draw.randrange(len(chosen))] += 1
        pairs = sorted(zip(chosen, given, strict=True))
        return Ballot(quarter, tuple(at for at, _ in pairs), tuple(many for _, many in pairs))
    return Ballot(quarter, tuple(sorted(chosen)))


def election(projects: Sequence[Made], given: Sequence[Ballot], budget: int, way: Way) -> Election:
    """The ballots as a file would have them, read by the same program as a real one."""
    has_points = way.kind == "points"
    meta = {
        "description": "rehearsal",
        "num_projects": len(projects),
        "num_votes": len(given),
        "budget": budget,
        "vote_type": VOTE_TYPES[way.kind],
        "currency": "KRW",
    }
    if way.kind != "knapsack":
        meta["max_length"] = way.most
    lines = ["META", "key;value", *(f"{key};{value}" for key, value in meta.items())]
    lines += ["PROJECTS", "project_id;cost;name"]
    lines += [f"{one.code};{one.cost};{one.code}" for one in projects]
    lines += ["VOTES", "voter_id;vote;points" if has_points else "voter_id;vote"]
    for number, one in enumerate(given, start=1):
        line = f"{number};{','.join(projects[at].code for at in one.projects)}"
        lines.append(f"{line};{','.join(map(str, one.points))}" if has_points else line)
    return read("\n".join([*lines, ""]).encode())


def result(projects: Sequence[Made], given: Sequence[Ballot], held: Election, settings: Settings) -> Result:
    """What a rule makes of the ballots."""
    winners = set(count(held, settings).winners)
    by_quarter = [0] * len(QUARTERS)
    for one in given:
        by_quarter[one.quarter] += any(at in winners for at in one.projects)
    spent = sum(projects[at].cost for at in winners)
    return Result(winners, spent, sum(by_quarter), by_quarter)
