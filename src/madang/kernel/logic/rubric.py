"""Several people judge several things by one rubric: points in weighted criteria, in exact fractions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Judged:
    """What all who judged one thing say of it. `marks`: by person; `means` and `ranges`: by criterion.

    `mark` is the mean of the marks; None where nobody judged it.
    """

    marks: dict[int, Fraction]
    means: dict[int, Fraction]
    ranges: dict[int, int]
    mark: Fraction | None


def mark(points: Mapping[int, int], weights: Mapping[int, int], *, most: int) -> Fraction:
    """One person's mark for one thing, from 0 to `most`: her points, weighted by the criteria.

    Raises:
        ValueError: a criterion is missing or unknown, points are out of range, or weights do not sum to 100.
    """
    if sum(weights.values()) != 100 or points.keys() != weights.keys():
        raise ValueError("every criterion needs points, and weights sum to 100")
    if any(not 0 <= one <= most for one in points.values()):
        raise ValueError(f"points go from 0 to {most}")
    return Fraction(sum(points[key] * weight for key, weight in weights.items()), 100)


def judged(given: Mapping[int, Mapping[int, int]], weights: Mapping[int, int], *, most: int) -> Judged:
    """One thing, judged by everybody who did (person → criterion → points); raises as `mark`."""
    marks = {person: mark(points, weights, most=most) for person, points in given.items()}
    if not marks:
        return Judged({}, {}, {}, None)
    columns = {key: [points[key] for points in given.values()] for key in weights}
    return Judged(
        marks,
        {key: Fraction(sum(column), len(column)) for key, column in columns.items()},
        {key: max(column) - min(column) for key, column in columns.items()},
        sum(marks.values(), Fraction(0)) / len(marks),
    )
