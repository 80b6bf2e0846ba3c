"""What a ballot paper allows, and what was put on it: the same check for the page and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

APPROVAL, KNAPSACK, POINTS, RANKING = "approval", "knapsack", "points", "ranking"

Chosen = list[str] | dict[str, int]
"""Codes of projects in the order of the paper, or of preference where the ballot is a ranking; points by code."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A ballot of one pot. `costs` by the code of each project, in the order of the paper; amounts are won."""

    kind: str
    costs: Mapping[str, int]
    least: int
    most: int
    points: int
    money: int

    @property
    def needed(self) -> int:
        """Projects that have to be named: never more than can be."""
        return min(self.least, self.allowed)

    @property
    def allowed(self) -> int:
        """Projects that may be named."""
        return len(self.costs) if self.kind == KNAPSACK else min(self.most, len(self.costs))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that has to be put right: a key, the project it is about (none: the whole paper), a number for the sentence."""

    key: str
    project: str = ""
    number: int = 0


def read(paper: Paper, given: object) -> tuple[Chosen, tuple[Finding, ...]]:
    """What was chosen in its one written form, and what is wrong with it; the first is to be kept only without the second.

    Args:
        given: a list of codes, or points by code; of points 0 stands for nothing.
    """
    if paper.kind == POINTS:
        return _points(paper, given)
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        return [], (Finding("list"),)
    named: list[str] = list(given)
    findings = [Finding("unknown", one) for one in named if one not in paper.costs]
    known = [one for one in dict.fromkeys(named) if one in paper.costs]
    if len(set(named)) < len(named):
        twice = next(one for one in named if named.count(one) > 1)
        findings.append(Finding("twice", twice))
    if paper.kind != RANKING:
        known = [one for one in paper.costs if one in known]
    return known, (*findings, *_limits(paper, known))


def _points(paper: Paper, given: object) -> tuple[Chosen, tuple[Finding, ...]]:
    if not isinstance(given, Mapping):
        return {}, (Finding("points_object"),)
    findings = [Finding("unknown", str(one)) for one in given if one not in paper.costs]
    found: dict[str, int] = {}
    for code in paper.costs:
        worth = given.get(code, 0)
        if isinstance(worth, bool) or not isinstance(worth, int) or worth < 0:
            findings.append(Finding("whole", code))
        elif worth:
            found[code] = worth
    total = sum(found.values())
    if total > paper.points:
        findings.append(Finding("points_over", number=total - paper.points))
    return found, (*findings, *_limits(paper, list(found)))


def _limits(paper: Paper, named: list[str]) -> list[Finding]:
    found = []
    if len(named) < paper.needed:
        found.append(Finding("few", number=paper.needed))
    if len(named) > paper.allowed:
        found.append(Finding("many", number=paper.allowed))
    cost = sum(paper.costs[code] for code in named)
    if paper.kind == KNAPSACK and cost > paper.money:
        found.append(Finding("dear", number=cost - paper.money))
    return found


def by_place(places: Mapping[str, int]) -> tuple[list[str], tuple[Finding, ...]]:
    """A ranking from the place that each project was given; two on one place cannot both stand there."""
    seen: dict[int, str] = {}
    findings = []
    for code, place in places.items():
        if seen.setdefault(place, code) != code:
            findings.append(Finding("same_place", code, place))
    return sorted(places, key=lambda code: places[code]), tuple(findings)
