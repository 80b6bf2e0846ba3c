"""Who won, and why: jury and public vote in exact fractions.

The rule, in words:
1. A juror's mark for a team is the mean of her points (0 to 5), weighted by the criteria (together 100).
2. The jury's mark is the mean of the marks of all jurors who handed in theirs and have no conflict with the team.
3. The public part is the team's share of all votes given. With `w` percent for the public, the total is
   (100 − w) · jury mark ÷ 5 + w · share, in points from 0 to 100.
4. Equal totals: the higher jury mark is ahead; then the higher mean in the weightiest criterion, then the next (of
   equal weights the one that stands first). Who is still equal shares the place, and the place after it stays empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from madang.kernel.logic import rubric

MOST = 5

# juror → team → criterion → points
Marks = Mapping[int, Mapping[int, Mapping[int, int]]]


@dataclass(frozen=True, slots=True)
class Result:
    """One team's figures. `marks`: by juror; `means` and `ranges`: by criterion, over its jurors.

    `jury` is None where no juror scored the team: it has no place then.
    """

    team: int
    marks: dict[int, Fraction]
    means: dict[int, Fraction]
    ranges: dict[int, int]
    jury: Fraction | None
    votes: int
    share: Fraction
    total: Fraction | None
    place: int | None = None
    tied: bool = False


def results(
    teams: Sequence[int],
    weights: Mapping[int, int],
    marks: Marks,
    votes: Mapping[int, int],
    *,
    public_weight: int,
) -> list[Result]:
    """Every team, the first place first; teams without a juror last.

    Args:
        weights: criterion → weight, in the order of the rubric.
        marks: only of jurors who handed in, without teams they have a conflict with.
        public_weight: percent, 0 to 100.
    """
    all_votes = sum(votes.get(team, 0) for team in teams)
    found = []
    for team in teams:
        told = rubric.judged(
            {juror: of[team] for juror, of in marks.items() if team in of}, weights, most=MOST
        )
        share = Fraction(votes.get(team, 0), all_votes) if all_votes else Fraction(0)
        jury = told.mark
        total = None if jury is None else (100 - public_weight) * jury / MOST + public_weight * share
        found.append(
            Result(
                team=team,
                marks=told.marks,
                means=told.means,
                ranges=told.ranges,
                jury=jury,
                votes=votes.get(team, 0),
                share=share,
                total=total,
            )
        )
    return _placed(found, weights)


def _placed(found: list[Result], weights: Mapping[int, int]) -> list[Result]:
    order = sorted(weights, key=lambda key: -weights[key])  # stable: of equal weights the first stands first

    def rank(one: Result) -> tuple[Fraction, ...]:
        if one.total is None or one.jury is None:
            return ()
        return (one.total, one.jury, *(one.means[key] for key in order))

    scored = sorted((one for one in found if one.jury is not None), key=rank, reverse=True)
    ranks = [rank(one) for one in scored]
    placed = [
        _with_place(one, ranks.index(here) + 1, ranks.count(here) > 1)
        for one, here in zip(scored, ranks, strict=True)
    ]
    return [*placed, *(one for one in found if one.jury is None)]


def _with_place(one: Result, place: int, tied: bool) -> Result:
    return Result(
        one.team, one.marks, one.means, one.ranges, one.jury, one.votes, one.share, one.total, place, tied
    )
