"""Geometry of the line charts of index goals: ranks over years, the best at the top. Drawn on the server."""

from __future__ import annotations

from dataclasses import dataclass

from madang.kernel.plan import IndexGoal, Observation, Series

WIDTH, HEIGHT = 480, 250
LEFT, RIGHT, TOP, BOTTOM = 38, 66, 18, 32


@dataclass(frozen=True, slots=True)
class Point:
    """A reading on the drawing. `hollow`: only recalled or disputed, so it stands apart from the line."""

    x: float
    y: float
    label: str
    year: str
    hollow: bool
    labelled: bool
    below: bool


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One instrument, one line. `goal_y` is the height of the promised rank."""

    lines: tuple[str, ...]
    points: tuple[Point, ...]
    years: tuple[Tick, ...]
    ranks: tuple[Tick, ...]
    goal_y: float
    goal: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM


def _is_firm(reading: Observation) -> bool:
    return reading.checked and not reading.disputed and reading.official


def rank_chart(goal: IndexGoal, series: Series) -> Chart | None:
    """The ranks of one series; None with fewer than two ranks, where a table says it better."""
    ranked = [reading for reading in series.observations if reading.rank is not None]
    if len(ranked) < 2:
        return None
    first, last = min(reading.year for reading in ranked), max(reading.year for reading in ranked)
    worst = max([goal.rank_limit, *(reading.rank or 0 for reading in ranked)])
    low = max(1, min([goal.rank_limit, *(reading.rank or worst for reading in ranked)]) - 4)
    high = worst + 3

    def x(year: int) -> float:
        return round(LEFT + (year - first) / max(last - first, 1) * (WIDTH - LEFT - RIGHT), 1)

    def y(rank: int) -> float:
        return round(TOP + (rank - low) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    points, previous = [], -100.0
    for reading in ranked:
        rank = reading.rank or 0
        at = x(reading.year)
        points.append(
            Point(
                at,
                y(rank),
                str(rank),
                reading.period,
                not _is_firm(reading),
                labelled=at - previous >= 24,
                # Just under the line of the goal the number would be struck through.
                below=0 <= y(rank) - y(goal.rank_limit) < 30,
            )
        )
        previous = at if at - previous >= 24 else previous
    firm = [f"{x(reading.year)},{y(reading.rank or 0)}" for reading in ranked if _is_firm(reading)]
    step = 10 if high - low > 20 else 5
    marks = range((low // step + 1) * step, high, step)
    span = last - first
    every = 1 if span <= 5 else 2 if span <= 10 else 3
    return Chart(
        lines=(" ".join(firm),) if len(firm) > 1 else (),
        points=tuple(points),
        years=tuple(Tick(x(year), str(year)) for year in range(first, last + 1, every)),
        ranks=tuple(Tick(y(rank), str(rank)) for rank in marks),
        goal_y=y(goal.rank_limit),
        goal=goal.rank_limit,
    )
