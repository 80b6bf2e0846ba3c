"""Writes ballots as a Pabulib file. Equal ballots cannot be told apart in it, and their order says nothing.

Ballots are sorted by what they say and numbered afterwards: the file is the same whoever came first.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from madang.services.budgeting.logic.paper import Chosen


@dataclass(frozen=True, slots=True)
class Line:
    """A project as it stands in the file; `cost` in the currency."""

    code: str
    name: str
    cost: int
    committee: str = ""
    """Its votes in the part of the committee, where the round's rule has one."""


def written(
    meta: Mapping[str, object], projects: Sequence[Line], ballots: Iterable[Chosen], *, has_points: bool
) -> bytes:
    """The file: META, PROJECTS with their votes, VOTES. What a ballot says of projects that are not listed is left out."""
    order = {line.code: at for at, line in enumerate(projects)}
    votes = sorted(_vote(chosen, order, has_points) for chosen in ballots)
    named = dict.fromkeys(order, 0)
    for vote, _points in votes:
        for code in vote.split(",") if vote else ():
            named[code] += 1
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(["META"])
    writer.writerow(["key", "value"])
    writer.writerows(meta.items())
    writer.writerows([("num_projects", len(projects)), ("num_votes", len(votes))])
    writer.writerow(["PROJECTS"])
    has_committee = any(line.committee for line in projects)
    writer.writerow(["project_id", "cost", "votes", "name", *(["committee"] if has_committee else [])])
    writer.writerows(
        (
            line.code,
            line.cost,
            named[line.code],
            line.name,
            *([line.committee or "0"] if has_committee else []),
        )
        for line in projects
    )
    writer.writerow(["VOTES"])
    writer.writerow(["voter_id", "vote", "points"] if has_points else ["voter_id", "vote"])
    for number, (vote, points) in enumerate(votes, start=1):
        writer.writerow((number, vote, points) if has_points else (number, vote))
    return out.getvalue().encode()


def _vote(chosen: Chosen, order: Mapping[str, int], has_points: bool) -> tuple[str, str]:
    if isinstance(chosen, dict):
        listed = sorted((code for code in chosen if code in order), key=order.__getitem__)
        return ",".join(listed), ",".join(str(chosen[code]) for code in listed) if has_points else ""
    return ",".join(code for code in chosen if code in order), ""


STEP = {
    "ko": "재원마다 첫 몫(금액을 투표자 수로 나눈 것)의 100분의 1을 넘지 않는 가장 큰 10의 거듭제곱, 적어도 1원",
    "en": "For each pot the largest power of ten that is at most a hundredth of the first equal share "
    "(its money divided by the number of its voters), at least 1 won",
}
"""The rule of `step_of`, as it is announced: the step itself depends on how many vote."""


def step_of(budget: int, voters: int) -> int:
    """By how much a share grows at a time: the power of ten that is a thousandth to a hundredth of the first share, at least 1.

    Where the outcome may change, both programs count anew after each step. The step bounds how often that can be: it depends
    on the ballots, and not on how large a won is beside the shares.
    """
    hundredth: int = budget // (voters * 100)
    return 10 ** (len(str(hundredth)) - 1) if hundredth else 1
